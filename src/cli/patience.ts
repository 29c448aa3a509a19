import { type CallLimits, waitingText } from '../domain/provider/call-limits.ts';
import type { TransportParts } from '../services/http/transport.ts';
import type { Waiting, Waits } from '../services/http/waits.ts';
import { savedCallLimits } from '../services/store/call-limits.ts';
import type { PatienceOptions } from './context.ts';
import type { Output } from './output/output.ts';

/** Limits of the settings with those of the command line over them, read at the first call. */
export function connectionOf(options: PatienceOptions, home: string, waits: Waits): TransportParts {
  let limits: CallLimits | null = null;
  return {
    waits,
    limits() {
      limits ??= { ...savedCallLimits(home), ...limitsIn(options) };
      return limits;
    },
  };
}

function limitsIn({ timeout, timeoutFirst, timeoutBetween }: PatienceOptions): Partial<CallLimits> {
  return {
    ...(timeout === undefined ? {} : { wholeMs: timeout * 1000 }),
    ...(timeoutFirst === undefined ? {} : { firstMs: timeoutFirst * 1000 }),
    ...(timeoutBetween === undefined ? {} : { betweenMs: timeoutBetween * 1000 }),
  };
}

/** Where a line cannot be drawn again, it is told at 10 s, and then at twice as long each time. */
const TOLD_FROM_MS = 10_000;

/** What tells a person, and a program under `--json`, whom a command waits for. */
export function waitTeller(output: Output): (waiting: Waiting | null) => void {
  let place = '';
  let next = TOLD_FROM_MS;
  return (waiting) => {
    output.waiting(waiting === null ? null : waitingText(waiting));
    if (waiting === null || waiting.place !== place) next = TOLD_FROM_MS;
    place = waiting?.place ?? '';
    if (waiting === null || waiting.ms < next) return;
    while (next <= waiting.ms) next *= 2;
    output.record('waiting', { place: waiting.place, seconds: Math.floor(waiting.ms / 1000) });
    if (!output.redraws) output.note(waitingText(waiting));
  };
}
