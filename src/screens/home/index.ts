export { HomeScreen } from './view.tsx';
