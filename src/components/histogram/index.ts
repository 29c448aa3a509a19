export { binned } from './binned.ts';
export { Histogram, type HistogramBar } from './view.tsx';
