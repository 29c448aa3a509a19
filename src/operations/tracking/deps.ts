import type { OperationDeps } from '../deps.ts';
import type { Tracker } from '../ports.ts';

export type TrackingDeps = Pick<OperationDeps, 'registry' | 'providers' | 'jobs' | 'rows' | 'prices'> & {
  readonly tracker: Tracker;
};

/** What is needed to put a run together, and where to say what is being read. */
export interface Gathering {
  readonly signal: AbortSignal;
  tell(doing: string): void;
  /** Something the run has to do without, in a sentence. */
  missing(what: string): void;
}
