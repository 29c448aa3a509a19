export { type Cell, type Column, fitColumns } from './columns.ts';
export { Table } from './view.tsx';
