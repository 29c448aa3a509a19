export { Chart, type ChartSeries } from './view.tsx';
