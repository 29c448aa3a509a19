export { Sparkline } from './view.tsx';
