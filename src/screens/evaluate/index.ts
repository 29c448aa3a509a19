export { EvaluateScreen } from './view.tsx';
