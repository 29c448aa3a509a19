export { createTerminalLease } from './terminal.ts';
export { Root } from './view.tsx';
