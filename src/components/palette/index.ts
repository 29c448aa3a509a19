export { fuzzyScore, rank } from './score.ts';
export { Palette, type PaletteProps } from './view.tsx';
