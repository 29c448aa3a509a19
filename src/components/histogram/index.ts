export { binned } from './binned.ts';
export { Histogram, type HistogramBar, type HistogramProps } from './view.tsx';
