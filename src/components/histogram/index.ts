export { Histogram, type HistogramBar, type HistogramProps } from './view.tsx';
