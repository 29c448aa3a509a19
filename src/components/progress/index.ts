export { filledColumns } from './bar.ts';
export { ProgressBar } from './view.tsx';
