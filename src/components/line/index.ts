export { safeLine } from './safe.ts';
export { Line, type LineProps } from './view.tsx';
