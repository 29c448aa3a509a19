import type { TrackedState } from '../../domain/tracking/types.ts';
import { runId } from '../../domain/wandb/names.ts';
import type { WorkbenchContext } from '../core/context.ts';
import { automaticUpload, hasEnded, unsentRuns } from './policy.ts';
import type { RunRequest, RunRequests } from './run-requests.ts';

/** What ended longer ago is tracked only on request. */
const RECENT_MS = 24 * 3_600_000;

export interface ResumedRun {
  readonly projectId: string;
  readonly request: RunRequest;
}

/**
 * What the app's last end broke off: runs of jobs that ended while nobody could write them, and, in online mode, uploads
 * that were begun or never came to be. A dataset is sent only on request, and so is what another program has written.
 */
export function toResume(context: WorkbenchContext, requests: RunRequests): readonly ResumedRun[] {
  const { tracker, tracking, projects } = context.deps;
  const upload = automaticUpload(tracking.settings(), () => tracking.keySource());
  if (upload === null) return [];
  const sends = upload === 'send';
  // Read once: there may be hundreds, and keys are waiting.
  const states = new Map(tracker.list().map((state) => [state.runId, state]));
  const resuming = { context, requests, sends, states, seen: new Set<string>() };
  const known = projects
    .list()
    .flatMap(({ id }) => [...jobsOf(resuming, id), ...(sends ? evaluationsOf(resuming, id) : [])]);
  return sends ? [...known, ...othersOf(resuming)] : known;
}

interface Resuming {
  readonly context: WorkbenchContext;
  readonly requests: RunRequests;
  /** Whether what is written is sent as well. */
  readonly sends: boolean;
  readonly states: ReadonlyMap<string, TrackedState>;
  /** Runs that are seen to already, or are not to be. */
  readonly seen: Set<string>;
}

function jobsOf(resuming: Resuming, projectId: string): readonly ResumedRun[] {
  return resuming.context.deps.jobs.list(projectId).flatMap((record) => {
    const { id, finishedAt, createdAt } = record.job;
    resuming.seen.add(runId(id));
    // Another one is watched again, and written at its end.
    if (!hasEnded(record.job)) return [];
    return resumed(resuming, projectId, resuming.requests.ofJob(record), (finishedAt ?? createdAt) * 1000);
  });
}

function evaluationsOf(resuming: Resuming, projectId: string): readonly ResumedRun[] {
  return resuming.context.deps.evaluations.list(projectId).flatMap((evaluation) => {
    const request = resuming.requests.ofEvaluation(evaluation);
    resuming.seen.add(request.runId);
    // One that was never written may not have all its answers: whoever goes on with it comes to its end.
    return resuming.states.has(request.runId) ? resumed(resuming, projectId, request, evaluation.createdAt) : [];
  });
}

/** A run from before its end is put together anew; one that is whole is sent as it lies. */
function resumed(
  { context, sends, states }: Resuming,
  projectId: string,
  request: RunRequest,
  endedAt: number,
): readonly ResumedRun[] {
  const state = states.get(request.runId) ?? null;
  const recent = context.deps.clock.now() - endedAt <= RECENT_MS;
  if (recent && (state === null || !state.ended)) return [{ projectId, request }];
  if (!sends || state === null) return [];
  const unsent = state.sync === 'partial' || (recent && state.sync === 'local');
  if (!unsent) return [];
  return [{ projectId, request: state.ended ? { ...request, gather: null } : request }];
}

/** Runs of commands, and of what is gone here: sent as they are on disk. */
function othersOf({ context, states, seen }: Resuming): readonly ResumedRun[] {
  return unsentRuns(states.values(), { requested: false, except: seen }).map(({ runId: id, name }) => ({
    projectId: context.project().id,
    request: { runId: id, title: `Track ${name}`, gather: null },
  }));
}
