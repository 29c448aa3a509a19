export { sparkHeights } from './heights.ts';
export { Sparkline, type SparklineProps } from './view.tsx';
