export type { Buffer, EditAction } from './buffer.ts';
export { clusterEnd, clusterStart, clusterWidth, snap } from './clusters.ts';
export { editOfKey } from './keymap.ts';
export { columnOf, drawnSlice, layoutText, offsetAt, rowOf, type TextRow } from './layout.ts';
export { type BufferMemory, useBuffer } from './use-buffer.ts';
