export { DatasetScreen } from './view.tsx';
