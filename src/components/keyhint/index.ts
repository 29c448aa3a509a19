export { chooseHints, type Hint, MAX_HINTS } from './choose.ts';
export { Hints, KeyHint, type KeyHintProps } from './view.tsx';
