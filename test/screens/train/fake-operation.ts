import type { FileUploadProgress, OperationSnapshot } from '../../../src/app/runtime/operation.ts';

/** An upload that is on. */
export const fakeOperation = (
  change: Partial<OperationSnapshot<FileUploadProgress>> = {},
): OperationSnapshot<FileUploadProgress> => ({
  id: 'op-1',
  projectId: 'p',
  title: 'Train practice-small',
  status: 'running',
  fraction: null,
  startedAt: 1,
  endedAt: null,
  problem: null,
  receipt: null,
  detail: { kind: 'upload', filename: 'dnd-train.jsonl', sentBytes: 10, totalBytes: 100 },
  ...change,
});
