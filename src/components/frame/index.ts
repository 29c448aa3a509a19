export type { HeaderFacts } from './header.tsx';
export { type BodySize, BodySizeContext, MINIMUM, useBodySize } from './size.tsx';
export { Frame, type FrameProps } from './view.tsx';
