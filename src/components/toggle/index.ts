export { Toggle } from './view.tsx';
