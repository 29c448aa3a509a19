export { fitSegments, type Segment } from './fit.ts';
export { StatusLine, type StatusLineProps } from './view.tsx';
