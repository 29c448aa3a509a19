export { type NumberReading, type NumberRules, readNumber, showNumber, stepNumber } from './reducer.ts';
export { NumberField, type NumberFieldProps } from './view.tsx';
