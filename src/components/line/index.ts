export { safeLine } from './safe.ts';
export { Line } from './view.tsx';
