export { OperationsDrawer, type OperationsDrawerProps } from './view.tsx';
export { clockTime, elapsedOf, isLive, outcomeOf, percent } from './words.ts';
