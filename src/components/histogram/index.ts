export { type Bar, barLengths, binned } from './bars.ts';
export { Histogram, type HistogramProps } from './view.tsx';
