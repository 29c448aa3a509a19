import { useShallow } from 'zustand/react/shallow';
import { readOnce } from '../../app/core/reads.ts';
import { useAppState, useRead, useWorkbench } from '../../app/react.tsx';
import type { OperationSnapshot, SyncProgress } from '../../app/runtime/operation.ts';
import type { Trackable } from '../../app/tracking/run-requests.ts';
import { byteSize, percent } from '../../domain/text/format.ts';
import { type TrackerFacts, trackerFacts } from '../../domain/tracking/trackers.ts';
import type { TrackedState } from '../../domain/tracking/types.ts';
import { runId } from '../../domain/wandb/names.ts';
import type { Symbols } from '../../theme/symbols.ts';
import type { Tone } from '../../theme/themes.ts';
import type { Column } from '../lists/table.tsx';

export type SyncSnapshot = OperationSnapshot<SyncProgress>;

/** What there is of a run, and the operation that writes or sends it now. */
export interface RunTracking {
  /** Null before anything is written. */
  readonly state: TrackedState | null;
  readonly live: SyncSnapshot | null;
}

export interface SyncLabel {
  readonly sign: string;
  readonly word: string;
  readonly tone: Tone;
}

/** Columns that the longest sign and word take. */
export const SYNC_LABEL_COLUMNS = 8;

const SYNC_LABELS = {
  synced: { symbol: 'ok', word: 'synced', tone: 'ok' },
  partial: { symbol: 'running', word: 'partly', tone: 'accent' },
  local: { symbol: 'idle', word: 'here', tone: 'plain' },
} as const;

/** How a run stands, as a sign and a word: what goes on now before what is there. */
export function syncLabel({ state, live }: RunTracking, symbols: Symbols): SyncLabel {
  if (live !== null) {
    const word = live.fraction === null ? 'busy' : percent(live.fraction);
    return { sign: symbols.ellipsis, word, tone: live.problem === null ? 'accent' : 'warn' };
  }
  if (state === null) return { sign: '—', word: '', tone: 'muted' };
  const { symbol, word, tone } = SYNC_LABELS[state.sync];
  return { sign: symbols[symbol], word, tone };
}

/** The same for a cell of a table, the column of the tracker's name. */
export function syncTableCell(tracked: RunTracking, symbols: Symbols): { readonly text: string; readonly tone: Tone } {
  const { sign, word, tone } = syncLabel(tracked, symbols);
  return { text: `${sign} ${word}`.trimEnd(), tone };
}

/** `500 B of 1.0 kB`; empty before the whole is known. */
export const sentSize = ({ sentBytes, totalBytes }: Pick<SyncProgress, 'sentBytes' | 'totalBytes'>): string =>
  totalBytes === 0 ? '' : `${byteSize(sentBytes)} of ${byteSize(totalBytes)}`;

/** The address of the run's page; null while there is none. */
export const trackingPageUrl = ({ state, live }: RunTracking): string | null => live?.detail.url ?? state?.url ?? null;

const isSync = (operation: OperationSnapshot): operation is SyncSnapshot => operation.detail.kind === 'sync';

/** What is written or sent now. Shallow, so that progress of other work draws nothing. */
function useLiveSyncs(): readonly SyncSnapshot[] {
  return useAppState(useShallow((state) => state.operations.filter(isSync).filter(({ endedAt }) => endedAt === null)));
}

/** The operation of this run; before anything of it is written, its id is known all the same. */
function liveOf(what: Trackable, state: TrackedState | null, syncs: readonly SyncSnapshot[]): SyncSnapshot | null {
  const id = state?.runId ?? (what.kind === 'dataset' ? null : runId(what.id));
  return syncs.find(({ detail }) => detail.runId === id) ?? null;
}

const nameOf = (what: Trackable): string => (what.kind === 'dataset' ? what.kind : `${what.kind} ${what.id}`);

/** How runs stand, read when a row is drawn and kept until a run may stand otherwise, as when a sync begins or ends. */
export function useRunTrackingReader(): (what: Trackable) => RunTracking {
  const { tracking } = useWorkbench();
  const syncs = useLiveSyncs();
  // Once for each run: each reading opens files.
  const stateOf = useRead(['tracking'], () => readOnce(tracking.state, nameOf), [tracking]);
  return (what) => {
    const state = stateOf(what);
    return { state, live: liveOf(what, state, syncs) };
  };
}

/** Why a run cannot be sent now; null when it can. The dataset cannot while there are no rows. */
export function useSyncRefusals(): (what: Trackable) => string | null {
  const { tracking } = useWorkbench();
  return useRead(['tracking', 'rows'], () => readOnce(tracking.whyNot, nameOf), [tracking]);
}

/** The tracker that runs go to. */
export function useTracker(): TrackerFacts {
  const { trackingSettings } = useWorkbench();
  return useRead(['tracking'], () => trackerFacts(trackingSettings.read().tracker), [trackingSettings]);
}

/** The column of a table that says how runs stand, as wide as it is under any heading. */
export const trackedColumn = ({ label }: Pick<TrackerFacts, 'label'>, keep: number): Column => ({
  id: 'tracked',
  title: label,
  width: SYNC_LABEL_COLUMNS,
  keep,
});

/** How one run stands. */
export function useRunTracking(what: Trackable): RunTracking {
  return useRunTrackingReader()(what);
}
