export { chooseHints } from './choose.ts';
export { Hints, KeyHint } from './view.tsx';
