export { OperationsDrawer } from './view.tsx';
export { outcomeOf } from './words.ts';
