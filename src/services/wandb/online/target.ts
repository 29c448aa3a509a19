import type { TrackingKeySource } from '../../../domain/tracking/settings.ts';
import type { TransportParts } from '../../http/transport.ts';

/** A W&B, and who calls it. */
export interface Target {
  /** Without a slash at the end. */
  readonly baseUrl: string;
  /** Of the pages people look at, without a slash at the end. */
  readonly appUrl: string;
  readonly key: string;
  readonly keySource: TrackingKeySource;
}

/** What a request is about, for the words of an error. */
export interface Subject {
  /** What was tried: `uploading the run job-1`. */
  readonly doing: string;
  /** Where it lies: `team/project`, or `team/project/name:alias`. */
  readonly place: string;
}

/** What time and chance are, so that a test waits for nothing. */
export interface HttpDeps {
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** In [0, 1). */
  readonly random: () => number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Of a request that hangs, in milliseconds; the limits of the connection unless set. What is sent along gives it more. */
  readonly timeoutMs?: number;
  /** Limits of calls, and who is told of what is waited for. */
  readonly connection?: TransportParts | undefined;
  /** Calls `beat` every `ms` until the function it gives is called. */
  readonly every?: (ms: number, beat: () => void) => () => void;
}
