import type { Row } from '../../../src/domain/dataset/types.ts';

export const rowOf = (id: string, change: Partial<Row> = {}): Row => ({
  id,
  projectId: 'p',
  source: 'generated',
  cell: { a: 'a0', b: 'b0' },
  prompt: null,
  completion: `Answer ${id}`,
  status: 'done',
  rating: 'unrated',
  edited: false,
  split: null,
  model: 'free',
  finishReason: 'stop',
  usage: null,
  costUsd: 0,
  error: null,
  createdAt: 1,
  updatedAt: 1,
  ...change,
});
