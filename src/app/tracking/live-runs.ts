import type { JobRecord } from '../../domain/training/types.ts';
import type { WorkbenchContext } from '../core/context.ts';
import { problemOf } from '../runtime/errors.ts';
import { automaticUpload, hasEnded } from './policy.ts';
import type { RunRequests } from './run-requests.ts';

/** Jobs that are shown at the tracker while they run. */
export interface LiveRuns {
  /** Something of the job is newly on disk. */
  changed(record: JobRecord): void;
  /** Resolves when the job is no longer being sent. */
  stop(jobId: string): Promise<void>;
  /** Stops what the settings no longer want to be sent, or not to where it goes. */
  settingsChanged(): void;
  close(): void;
}

/** News is sent at most this often (W&B's own rhythm), and a sign of life as often where there is none. */
const SEND_MS = 15_000;

interface LiveRun {
  readonly abort: AbortController;
  record: JobRecord;
  finished: Promise<void>;
}

/**
 * In online mode a running job's figures go out as they come, quietly: no operation of its own, and a fault is reported once.
 * What counts is the sync at the job's end.
 */
export function createLiveRuns(
  context: WorkbenchContext,
  requests: Pick<RunRequests, 'ofJob'>,
  changed: () => void,
): LiveRuns {
  const { tracker, tracking, clock } = context.deps;
  const lives = new Map<string, LiveRun>();
  let closed = false;

  async function send(record: JobRecord, signal: AbortSignal): Promise<void> {
    const run = await requests.ofJob(record).gather?.({ signal, report: () => {}, missing: () => {} });
    if (run === undefined) return;
    await tracker.write(run, { signal });
    await tracker.upload(run.id, { signal });
    changed();
  }

  /** Whether jobs go out while they run, as the settings stand. */
  const isWanted = (): boolean =>
    !closed && automaticUpload(tracking.settings(), () => tracking.keySource()) === 'send';

  async function follow(live: LiveRun): Promise<void> {
    const { signal } = live.abort;
    let reported = false;
    while (!signal.aborted && isWanted() && !hasEnded(live.record.job)) {
      try {
        await send(live.record, signal);
        await clock.sleep(SEND_MS, signal);
      } catch (error) {
        if (signal.aborted) return;
        if (!reported) context.problem(problemOf(error, 'The job runs on, and what it says is on disk.'));
        reported = true;
        await clock.sleep(SEND_MS * 4, signal).catch(() => {});
      }
    }
  }

  function stopAll(): void {
    for (const { abort } of lives.values()) abort.abort();
  }

  function begin(record: JobRecord): void {
    const live: LiveRun = { abort: new AbortController(), record, finished: Promise.resolve() };
    lives.set(record.job.id, live);
    live.finished = follow(live).finally(() => lives.delete(record.job.id));
  }

  return {
    changed(record) {
      const live = lives.get(record.job.id);
      if (live !== undefined) live.record = record;
      if (live === undefined && record.job.status === 'running' && isWanted()) begin(record);
    },
    async stop(jobId) {
      const live = lives.get(jobId);
      live?.abort.abort();
      await live?.finished;
    },
    settingsChanged: stopAll,
    close() {
      // Jobs are watched a little longer, and must not bring one back.
      closed = true;
      stopAll();
    },
  };
}
