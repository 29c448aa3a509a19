export { type NumberRules, readNumber, showNumber, stepNumber } from './reducer.ts';
export { NumberField } from './view.tsx';
