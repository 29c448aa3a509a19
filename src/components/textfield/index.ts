export { type Visible, visiblePart, widthBetween } from './reducer.ts';
export { TextField, type TextFieldProps } from './view.tsx';
