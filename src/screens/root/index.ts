export { createTerminalLease, type TerminalLease } from './terminal.ts';
export { Root, type RootProps } from './view.tsx';
