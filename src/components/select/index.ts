export { filterOptions, type Option, stepOption } from './reducer.ts';
export { OptionList, type OptionListProps, Select, type SelectProps } from './view.tsx';
