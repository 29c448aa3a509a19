import type { Sampling } from '../chat/types.ts';
import type { SpendingKind } from '../pricing/spending.ts';
import type { ExistingRows } from '../project/types.ts';
import { hasEnded } from './status.ts';
import type { RemoteBatch } from './types.ts';

/**
 * How far a batch has come on this side. `gathering`: requests are written to its file; `ready`: the file is whole; `uploaded`: the
 * provider has the file, and perhaps the batch; `sent`: it has the batch; `ended`: every answer is on disk; `given-up`: what came of it
 * cannot be had.
 */
export type BatchState = 'gathering' | 'ready' | 'uploaded' | 'sent' | 'ended' | 'given-up';

/** What came of the requests of a batch, and what they cost. */
export interface BatchOutcome {
  readonly answered: number;
  readonly failed: number;
  /** Ended without having been asked: expired or cancelled. */
  readonly unasked: number;
  /** US$; null when the price is unknown. */
  readonly usd: number | null;
}

export const NO_OUTCOME: BatchOutcome = { answered: 0, failed: 0, unasked: 0, usd: 0 };

/** A batch as this machine knows it: written down before the provider hears of it, and until its answers are rows. */
export interface BatchRecord {
  /** `batch-` and twelve hexadecimal digits; the name of its file. */
  readonly key: string;
  /** Whose spending it is. */
  readonly projectId: string;
  /** The project its answers are rows of. */
  readonly rowsOf: string;
  readonly kind: SpendingKind;
  readonly providerId: string;
  /** Of the provider: it is looked for nowhere else. */
  readonly address: string;
  readonly host: string;
  /** What every request of it asks for beside its messages. */
  readonly asked: Sampling & { readonly model: string };
  readonly keepThoughts: boolean;
  /** What its plan does with other answers to a combination; absent where its rows are answers to none. */
  readonly existing?: ExistingRows;
  readonly requests: number;
  /** Of its file. */
  readonly bytes: number;
  readonly state: BatchState;
  readonly fileId: string | null;
  readonly remote: RemoteBatch | null;
  readonly outcome: BatchOutcome;
  /** Why it stands still or was given up; null when it does not. */
  readonly problem: string | null;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly endedAt: number | null;
}

/** Whether anything may still come of it. */
export const isOpen = ({ state }: Pick<BatchRecord, 'state'>): boolean => state !== 'ended' && state !== 'given-up';

/** Whether its provider works on it. One that stands in line there does not, nor one that has ended. */
export const isRunning = ({ state, remote }: Pick<BatchRecord, 'state' | 'remote'>): boolean =>
  state === 'sent' && remote !== null && !hasEnded(remote);
