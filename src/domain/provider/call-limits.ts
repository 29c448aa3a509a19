import { isRecord } from '../common/json.ts';

/** How long a server may keep a call waiting, in milliseconds. */
export interface CallLimits {
  /** Until the connection stands, and from then until the first byte of the answer. */
  readonly firstMs: number;
  /** Between two signs of progress, of sending and of receiving. */
  readonly betweenMs: number;
  /** For the whole call; sending a file is not counted. */
  readonly wholeMs: number;
}

export const CALL_LIMITS: CallLimits = { firstMs: 60_000, betweenMs: 60_000, wholeMs: 600_000 };

/** Seconds a limit may have: a day is as good as none. */
export const LIMIT_SECONDS = { min: 1, max: 86_400 } as const;

const inRange = (ms: unknown): ms is number =>
  typeof ms === 'number' && ms >= LIMIT_SECONDS.min * 1000 && ms <= LIMIT_SECONDS.max * 1000;

export const isCallLimits = (value: unknown): value is CallLimits =>
  isRecord(value) && [value.firstMs, value.betweenMs, value.wholeMs].every(inRange);

const inSeconds = (ms: number): string => `${Math.round(ms / 1000)} s`;

/** `first byte 60 s, pause 60 s, whole call 600 s`. */
export const limitsText = ({ firstMs, betweenMs, wholeMs }: CallLimits): string =>
  `first byte ${inSeconds(firstMs)}, pause ${inSeconds(betweenMs)}, whole call ${inSeconds(wholeMs)}`;

/** `waiting for api.x.com`. */
export const waitedForText = ({ place }: { readonly place: string }): string => `waiting for ${place}`;

/** `waiting for api.x.com, 23 s`. */
export const waitingText = (waiting: { readonly place: string; readonly ms: number }): string =>
  `${waitedForText(waiting)}, ${Math.floor(waiting.ms / 1000)} s`;

/** Which of the limits was passed; `connect` is the first one, before anything was sent. */
export type PassedLimit = 'connect' | 'first' | 'between' | 'whole';

/** Where a person changes a limit. */
export const LIMIT_OPTIONS: Readonly<Record<keyof CallLimits, string>> = {
  firstMs: '--timeout-first',
  betweenMs: '--timeout-between',
  wholeMs: '--timeout',
};
