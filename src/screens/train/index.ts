export { TrainScreen } from './view.tsx';
