export { type AreaCommand, commandOfKey } from './keys.ts';
export { cutPieces, type Piece, type Span } from './spans.ts';
export { TextArea, type TextAreaProps } from './view.tsx';
