export { filledColumns } from './bar.ts';
export { ProgressBar, type ProgressBarProps } from './view.tsx';
