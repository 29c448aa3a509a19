import { LIMIT_OPTIONS, type PassedLimit } from '../../domain/provider/call-limits.ts';

const inSeconds = (ms: number): string => `${Math.round(ms / 100) / 10} s`;

const WORDS: Readonly<Record<PassedLimit, (place: string, time: string) => string>> = {
  connect: (place, time) => `${place} took no connection within ${time} (${LIMIT_OPTIONS.firstMs}).`,
  first: (place, time) => `${place} sent nothing for ${time}, the limit for a first byte (${LIMIT_OPTIONS.firstMs}).`,
  between: (place, time) =>
    `${place} sent nothing more for ${time}, the limit for a pause (${LIMIT_OPTIONS.betweenMs}).`,
  whole: (place, time) => `${place} needed more than ${time}, the limit for a call (${LIMIT_OPTIONS.wholeMs}).`,
};

/** A server that kept a call waiting for longer than it may. */
export class SilenceFault extends Error {
  readonly limit: PassedLimit;
  readonly code: string;

  constructor(place: string, limit: PassedLimit, ms: number) {
    super(WORDS[limit](place, inSeconds(ms)));
    this.name = 'SilenceFault';
    this.limit = limit;
    this.code = limit === 'connect' ? 'ECONNECTTIMEOUT' : 'ETIMEDOUT';
  }

  /** The official client replaces what reads like a timeout by an error that does not say of what. */
  override toString(): string {
    return this.name;
  }
}

/** A body that is larger than it may be, as it was sent or unpacked. */
export class BodyFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BodyFault';
  }
}

export const tooLarge = (place: string, mostBytes: number, unpacked: boolean): BodyFault =>
  new BodyFault(
    `${place} sent an answer of more than ${mostBytes / 1e6} MB${unpacked ? ' once unpacked' : ''}, which is the limit. It was given up.`,
  );

/** A redirect that is not followed. */
export class RedirectFault extends Error {
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.name = 'RedirectFault';
    this.status = status;
  }
}
