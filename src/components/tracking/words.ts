import { byteSize, percent } from '../../domain/text/figures.ts';
import type { TrackedState } from '../../domain/tracking/types.ts';
import type { OperationSnapshot, SyncDetail } from '../../operations/channel/types.ts';
import type { Symbols, Tone } from '../../theme/index.ts';

export type SyncSnapshot = OperationSnapshot<SyncDetail>;

/** What there is of a run, and the operation that writes or sends it now. */
export interface Tracked {
  /** Null before anything is written. */
  readonly state: TrackedState | null;
  readonly live: SyncSnapshot | null;
}

export interface TrackedLook {
  readonly sign: string;
  readonly word: string;
  readonly tone: Tone;
}

/** Columns that the longest sign and word take. */
export const LOOK_COLUMNS = 8;

const SYNC = {
  synced: { symbol: 'ok', word: 'synced', tone: 'ok' },
  partial: { symbol: 'running', word: 'partly', tone: 'accent' },
  local: { symbol: 'idle', word: 'here', tone: 'plain' },
} as const;

/** How a run stands, as a sign and a word: what goes on now before what is there. */
export function lookOf({ state, live }: Tracked, symbols: Symbols): TrackedLook {
  if (live !== null) {
    const word = live.fraction === null ? 'busy' : percent(live.fraction);
    return { sign: symbols.ellipsis, word, tone: live.problem === null ? 'accent' : 'warn' };
  }
  if (state === null) return { sign: '—', word: '', tone: 'muted' };
  const { symbol, word, tone } = SYNC[state.sync];
  return { sign: symbols[symbol], word, tone };
}

/** The same for a cell of a table, the column `W&B`. */
export function trackedCell(tracked: Tracked, symbols: Symbols): { readonly text: string; readonly tone: Tone } {
  const { sign, word, tone } = lookOf(tracked, symbols);
  return { text: `${sign} ${word}`.trimEnd(), tone };
}

/** `500 B of 1.0 kB`; empty before the whole is known. */
export const sizeOf = ({ sentBytes, totalBytes }: Pick<SyncDetail, 'sentBytes' | 'totalBytes'>): string =>
  totalBytes === 0 ? '' : `${byteSize(sentBytes)} of ${byteSize(totalBytes)}`;

/** The address of the run's page; null while there is none. */
export const linkOf = ({ state, live }: Tracked): string | null => live?.detail.url ?? state?.url ?? null;
