export { plot } from './plot.ts';
export type { Point, Series } from './scale.ts';
export { Chart, type ChartProps } from './view.tsx';
