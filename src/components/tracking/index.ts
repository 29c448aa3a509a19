export { TrackedLine } from './line.tsx';
export { type SyncKeys, useSyncKeys } from './use-sync-keys.tsx';
export { useTracked, useTrackedRows } from './use-tracked.ts';
export { LOOK_COLUMNS, sizeOf, type Tracked, trackedCell } from './words.ts';
