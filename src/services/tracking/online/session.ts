import type { Http } from './http.ts';
import type { Meter } from './progress.ts';
import type { Ledger } from './state.ts';

/** One upload of one run, once W&B has named the run's place. */
export interface Session {
  readonly http: Http;
  readonly ledger: Ledger;
  readonly meter: Meter;
  readonly run: { readonly entity: string; readonly project: string; readonly id: string };
  /** Tells of what is not sent, and why. */
  readonly leaveOut: (what: string) => void;
}

export const placeOf = ({ run }: Session): string => `${run.entity}/${run.project}`;
