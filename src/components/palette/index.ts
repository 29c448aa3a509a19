export { fuzzyScore, rank } from './score.ts';
export { Palette } from './view.tsx';
