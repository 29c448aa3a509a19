import { count, plural } from '../text/format.ts';
import type { BatchLimits } from './types.ts';

/** What is to be sent in batches. `bytes` is all of their lines. */
export interface BatchedWork {
  readonly requests: number;
  readonly bytes: number;
}

/** Bytes of a request's line beside its messages: ids, the route, the model and what else is asked for. */
const ENVELOPE_BYTES = 320;

/** Bytes of a request's line, but for what the provider wants besides. */
export const requestBytes = (messages: readonly object[]): number =>
  ENVELOPE_BYTES + Buffer.byteLength(JSON.stringify(messages));

/** How many batches the work takes: none holds more requests or bytes than a provider allows. */
export const batchesOf = ({ requests, bytes }: BatchedWork, limits: Pick<BatchLimits, 'requests' | 'bytes'>): number =>
  requests === 0 ? 0 : Math.max(Math.ceil(requests / limits.requests), Math.ceil(bytes / limits.bytes));

/** `20 batches, at half the price, each within 24 h`; of work that fits one, `1 batch, …`. */
export function batchPlanText(work: BatchedWork, limits: BatchLimits): string {
  const batches = batchesOf(work, limits);
  const within = batches === 1 ? `within ${limits.windowHours} h` : `each within ${limits.windowHours} h`;
  return `${plural(batches, 'batch', 'batches')}, at half the price, ${within}`;
}

/** `12,340 of 50,000 answered, 3 failed`, as far as the provider says. */
export function batchCountsText({
  total,
  completed,
  failed,
}: {
  readonly total: number;
  readonly completed: number;
  readonly failed: number;
}): string {
  const done = `${count(completed)} of ${count(total)} answered`;
  return failed === 0 ? done : `${done}, ${count(failed)} failed`;
}
