import { useMemo } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { runId } from '../../domain/tracking/names.ts';
import type { TrackedState } from '../../domain/tracking/types.ts';
import type { OperationSnapshot } from '../../operations/channel/types.ts';
import { useAppState, useWorkbench } from '../../state/context.tsx';
import type { Trackable } from '../../state/workbench/trackingTypes.ts';
import type { SyncSnapshot, Tracked } from './words.ts';

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

/**
 * How runs stand, read when a row is drawn and kept until the version goes up or a sync begins or ends: each reading
 * opens files.
 */
export function useTrackedRows(): (what: Trackable) => Tracked {
  const { tracking } = useWorkbench();
  const version = useAppState((state) => state.trackingVersion);
  const projectId = useAppState((state) => state.project.id);
  const syncs = useLiveSyncs();
  const running = syncs.map(({ id }) => id).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: they say when a run may stand otherwise
  const known = useMemo(() => new Map<string, TrackedState | null>(), [tracking, version, projectId, running]);
  return (what) => {
    const key = what.kind === 'dataset' ? what.kind : `${what.kind} ${what.id}`;
    let state = known.get(key);
    if (state === undefined) {
      state = tracking.state(what);
      known.set(key, state);
    }
    return { state, live: liveOf(what, state, syncs) };
  };
}

/** How one run stands. */
export function useTracked(what: Trackable): Tracked {
  return useTrackedRows()(what);
}
