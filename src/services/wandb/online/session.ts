import type { UploadProgress } from '../../../domain/tracking/types.ts';
import type { Http } from './http.ts';
import type { Ledger } from './state.ts';

/** How far an upload is, in the bytes of what it has to send. */
interface Meter {
  /** More to send than was known. */
  expect(bytes: number): void;
  begin(what: string): void;
  /** Of what was begun; the count of a try that broke off is taken back by the next one. */
  sent(bytes: number): void;
  /** What was begun is there, all of its bytes, whether they went or W&B had them. */
  done(bytes: number): void;
  waiting(ms: number | null): void;
}

export function createMeter(onProgress: ((progress: UploadProgress) => void) | undefined): Meter {
  let [what, finished, underway, total] = ['run', 0, 0, 0];
  let retryInMs: number | null = null;
  const report = (): void =>
    onProgress?.({ what, sentBytes: finished + underway, totalBytes: Math.max(total, finished + underway), retryInMs });
  return {
    expect: (bytes) => {
      total += bytes;
    },
    begin: (next) => {
      what = next;
      underway = 0;
      report();
    },
    sent: (bytes) => {
      underway = bytes;
      report();
    },
    done: (bytes) => {
      finished += bytes;
      underway = 0;
      report();
    },
    waiting: (ms) => {
      retryInMs = ms;
      report();
    },
  };
}

/** One upload of one run, once W&B has named the run's place. */
export interface Session {
  readonly http: Http;
  readonly ledger: Ledger;
  readonly meter: Meter;
  readonly run: { readonly entity: string; readonly project: string; readonly id: string };
  /** Reports what is not sent, and why. */
  readonly leaveOut: (what: string) => void;
}

export const placeOf = ({ run }: Session): string => `${run.entity}/${run.project}`;
