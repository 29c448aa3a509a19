import { count, duration, plural } from '../text/format.ts';
import { batchCountsText } from './plan.ts';
import { type BatchRecord, isOpen, isRunning } from './record.ts';
import { hasEnded } from './status.ts';

/** A batch as it is shown. */
export interface BatchView {
  readonly key: string;
  /** The provider's id; null before it has one. */
  readonly id: string | null;
  readonly model: string;
  readonly requests: number;
  /** What it is doing, in words: `in_progress, 12,340 of 50,000 answered, ends within 23 h`. */
  readonly text: string;
  /** 0 to 1; null where the provider does not say. */
  readonly fraction: number | null;
  /** Requests of which nothing has come yet. */
  readonly pending: number;
  readonly isOpen: boolean;
  /** Whether its provider works on it, so that it can be cancelled. */
  readonly isRunning: boolean;
}

/** What a batch is doing. `now` in milliseconds since the epoch. */
export function batchText(record: BatchRecord, now: number): string {
  if (record.problem !== null) return record.problem;
  const { remote, outcome } = record;
  switch (record.state) {
    case 'gathering':
      return 'its requests are written';
    case 'ready':
      return 'waits to be uploaded';
    case 'uploaded':
      return 'its file is uploaded';
    case 'sent': {
      if (remote === null) return 'sent';
      const parts = [remote.word];
      if (hasEnded(remote)) parts.push(`${plural(outcome.answered, 'answer')} taken so far`);
      else if (remote.counts !== null) parts.push(batchCountsText({ ...remote.counts, total: record.requests }));
      if (remote.deadlineAt !== null && !hasEnded(remote)) parts.push(leftText(remote.deadlineAt * 1000 - now));
      return parts.join(', ');
    }
    case 'ended':
    case 'given-up':
      return endText(record);
  }
}

const leftText = (ms: number): string => (ms <= 0 ? 'past its deadline' : `ends within ${duration(ms)}`);

function endText({ remote, outcome }: BatchRecord): string {
  const parts = [remote?.word ?? 'ended', plural(outcome.answered, 'answer')];
  if (outcome.failed > 0) parts.push(`${plural(outcome.failed, 'request')} failed`);
  if (outcome.unasked > 0) parts.push(`${plural(outcome.unasked, 'request')} not asked`);
  return parts.join(', ');
}

export function batchView(record: BatchRecord, now: number): BatchView {
  const { key, remote, asked, requests, outcome } = record;
  const open = isOpen(record);
  const counts = remote?.counts ?? null;
  return {
    key,
    id: remote?.id ?? null,
    model: asked.model,
    requests,
    text: batchText(record, now),
    fraction: counts === null || requests === 0 ? null : Math.min(1, (counts.completed + counts.failed) / requests),
    pending: open ? requests - outcome.answered - outcome.failed - outcome.unasked : 0,
    isOpen: open,
    isRunning: isRunning(record),
  };
}

/** The batches of a run in a few words: `2 of 3 batches ended, batch_abc: in_progress, 12 of 50 answered`; empty where there are none. */
export function batchesText(batches: readonly BatchView[]): string {
  const [open] = batches.filter(({ isOpen: still }) => still);
  if (batches.length === 0) return '';
  const ended = batches.filter(({ isOpen: still }) => !still).length;
  const head =
    batches.length === 1 ? '1 batch' : `${count(ended)} of ${plural(batches.length, 'batch', 'batches')} ended`;
  return open === undefined ? head : `${head}, ${open.text}`;
}
