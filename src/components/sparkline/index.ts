export { spark } from './spark.ts';
export { Sparkline, type SparklineProps } from './view.tsx';
