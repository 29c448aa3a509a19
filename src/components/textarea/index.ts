export { cutPieces, type Span } from './spans.ts';
export { TextArea, type TextAreaProps } from './view.tsx';
