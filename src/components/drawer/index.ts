export { clockTime, percent } from '../../domain/text/figures.ts';
export { OperationsDrawer } from './view.tsx';
export { outcomeOf } from './words.ts';
