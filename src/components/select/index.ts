export { filterOptions, type Option, stepOption } from './reducer.ts';
export { OptionList, Select } from './view.tsx';
