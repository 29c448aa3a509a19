export { GenerateScreen } from './view.tsx';
