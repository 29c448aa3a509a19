import type { Problem } from '../../domain/common/outcome.ts';
import { OperationError, problemOf } from './errors.ts';
import type {
  OperationContext,
  OperationHandle,
  OperationProgress,
  OperationRegistry,
  OperationResult,
  OperationSnapshot,
  OperationStart,
  OperationStatus,
} from './operation.ts';
import { coalesce } from './pacing.ts';
import type { Clock } from './ports.ts';

/** Progress reaches listeners at most this often: each time is a frame, and a frame is most of what a run takes of a core. */
const PROGRESS_MS = 200;
/** As a text grows, in which one would see it jump. */
const TEXT_MS = 50;
/** Ended operations kept for the drawer. */
const ENDED_KEPT = 50;

interface Entry {
  readonly id: string;
  snapshot(): OperationSnapshot;
  cancel(): void;
  readonly finished: Promise<unknown>;
}

interface Ending {
  readonly status: OperationStatus;
  readonly problem: Problem | null;
  readonly receipt: OperationResult | null;
}

function endingOf(error: unknown, aborted: boolean): Ending {
  if (error instanceof OperationError) return { status: error.status, problem: error.problem, receipt: error.receipt };
  if (aborted) return { status: 'cancelled', problem: null, receipt: null };
  return { status: 'failed', problem: problemOf(error, 'What was finished before is kept.'), receipt: null };
}

/** The one channel that every long operation reports through. Progress may be skipped; a start and an end never are. */
export function createRegistry(deps: { readonly clock: Clock; readonly newId: () => string }): OperationRegistry {
  const { clock, newId } = deps;
  const entries: Entry[] = [];
  const listeners = new Set<() => void>();
  let cached: readonly OperationSnapshot[] = [];
  let closed = false;

  function publish(): void {
    cached = entries.map((entry) => entry.snapshot());
    for (const listener of [...listeners]) listener();
  }
  const progress = coalesce(clock, PROGRESS_MS, publish);
  const texts = coalesce(clock, TEXT_MS, publish);

  function forgetOld(): void {
    const ended = entries.filter((entry) => entry.snapshot().endedAt !== null);
    for (const old of ended.slice(ENDED_KEPT)) entries.splice(entries.indexOf(old), 1);
  }

  function start<D extends OperationProgress>(request: OperationStart<D>): OperationHandle<D> {
    const id = newId();
    const abort = new AbortController();
    let current: OperationSnapshot<D> = {
      id,
      projectId: request.projectId,
      title: request.title,
      status: 'running',
      fraction: null,
      startedAt: clock.now(),
      endedAt: null,
      problem: null,
      receipt: null,
      detail: request.detail,
    };

    function change(part: Partial<OperationSnapshot<D>>, when: 'soon' | 'now'): void {
      if (current.endedAt !== null) return;
      current = { ...current, ...part };
      if (when === 'now') progress.flush();
      else (request.isText === true ? texts : progress).touch();
    }

    const context: OperationContext<D> = {
      id,
      signal: abort.signal,
      report: (detail, fraction) => change({ detail, fraction }, 'soon'),
      setPaused: (paused) => {
        const status = paused ? 'paused' : 'running';
        if (status !== current.status) change({ status }, 'now');
      },
      warn: (problem) => {
        if (problem !== current.problem) change({ problem }, 'now');
      },
    };

    async function run(): Promise<OperationSnapshot<D>> {
      let ending: Ending;
      try {
        const receipt = await request.run(context);
        ending = { status: abort.signal.aborted ? 'cancelled' : 'succeeded', problem: null, receipt };
      } catch (error) {
        ending = endingOf(error, abort.signal.aborted);
      }
      const fraction = ending.status === 'succeeded' ? 1 : current.fraction;
      change({ ...ending, fraction, endedAt: clock.now() }, 'now');
      forgetOld();
      return current;
    }

    if (closed) abort.abort(new Error('Luthier is closing.'));
    const finished = Promise.resolve().then(run);
    const handle: OperationHandle<D> = {
      id,
      snapshot: () => current,
      cancel: () => abort.abort(new Error('Cancelled.')),
      finished,
    };
    entries.unshift(handle);
    progress.flush();
    return handle;
  }

  return {
    start,
    list: () => cached,
    cancel: (id) => entries.find((entry) => entry.id === id)?.cancel(),
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    async close() {
      closed = true;
      for (const entry of entries) entry.cancel();
      await Promise.all(entries.map((entry) => entry.finished));
      progress.close();
      texts.close();
    },
  };
}
