export { fitSegments, type Segment } from './fit.ts';
export { StatusLine } from './view.tsx';
