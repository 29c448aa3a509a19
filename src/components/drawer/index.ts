export { OperationsDrawer } from './view.tsx';
export { clockTime, outcomeOf, percent } from './words.ts';
