export { visiblePart, widthBetween } from './reducer.ts';
export { TextField } from './view.tsx';
