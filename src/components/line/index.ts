export { safeMiddle } from './middle.ts';
export { safeLine } from './safe.ts';
export { Line } from './view.tsx';
