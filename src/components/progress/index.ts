export { bar, percent } from './bar.ts';
export { ProgressBar, type ProgressBarProps } from './view.tsx';
