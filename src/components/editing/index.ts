export { type Buffer, bufferOf, type EditAction, edit, type Motion } from './buffer.ts';
export { clusterEnd, clusterStart, clusterWidth, snap, wordLeft, wordRight } from './clusters.ts';
export { editOfKey } from './keymap.ts';
export { columnOf, drawnSlice, layoutText, offsetAt, rowOf, type TextRow } from './layout.ts';
export { type BufferMemory, useBuffer } from './use-buffer.ts';
