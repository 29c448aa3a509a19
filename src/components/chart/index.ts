export type { Point } from './scale.ts';
export { Chart, type ChartProps, type ChartSeries } from './view.tsx';
