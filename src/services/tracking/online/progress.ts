import type { UploadProgress } from '../../../domain/tracking/types.ts';

/** How far an upload is, in the bytes of what it has to send. */
export interface Meter {
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
  const tell = (): void =>
    onProgress?.({ what, sentBytes: finished + underway, totalBytes: Math.max(total, finished + underway), retryInMs });
  return {
    expect: (bytes) => {
      total += bytes;
    },
    begin: (next) => {
      what = next;
      underway = 0;
      tell();
    },
    sent: (bytes) => {
      underway = bytes;
      tell();
    },
    done: (bytes) => {
      finished += bytes;
      underway = 0;
      tell();
    },
    waiting: (ms) => {
      retryInMs = ms;
      tell();
    },
  };
}
