export { cannotStart } from './cannot-start.ts';
export { createTerminalLease } from './terminal.ts';
export { Root } from './view.tsx';
