export { type Cell, type Column, type FittedColumn, fitColumns } from './columns.ts';
export { Table, type TableProps } from './view.tsx';
