import { runId } from '../../domain/tracking/names.ts';
import { TERMINAL_STATUSES } from '../../domain/training/types.ts';
import type { Core } from './core.ts';
import type { RunRequest, RunRequests } from './trackingRequests.ts';

/** What ended longer ago is not tracked unasked any more. */
const RECENT_MS = 24 * 3_600_000;

type Start = (projectId: string, request: RunRequest) => void;

/**
 * What the app's last end broke off: runs of jobs that ended while nobody could write them, and, in online mode, uploads
 * that were begun or never came to be. A dataset is never sent unasked, and neither is what another program has written.
 */
export function resumeTracking(core: Core, requests: RunRequests, start: Start): void {
  const { tracking, projects } = core.deps;
  const { mode, problems } = tracking.settings();
  if (mode === 'disabled') return;
  const sends = mode === 'online' && problems.length === 0 && tracking.keySource() !== 'none';
  const resuming = { core, requests, start, sends, seen: new Set<string>() };
  for (const { id } of projects.list()) {
    resumeJobs(resuming, id);
    if (sends) resumeEvaluations(resuming, id);
  }
  if (sends) resumeOthers(resuming);
}

interface Resuming {
  readonly core: Core;
  readonly requests: RunRequests;
  readonly start: Start;
  /** Whether what is written is sent as well. */
  readonly sends: boolean;
  /** Runs that are seen to already, or are not to be. */
  readonly seen: Set<string>;
}

function resumeJobs(resuming: Resuming, projectId: string): void {
  for (const record of resuming.core.deps.jobs.list(projectId)) {
    const { id, status, finishedAt, createdAt } = record.job;
    // Another one is watched again, and written at its end.
    if (!TERMINAL_STATUSES.has(status)) resuming.seen.add(runId(id));
    else resume(resuming, projectId, resuming.requests.ofJob(record), (finishedAt ?? createdAt) * 1000);
  }
}

function resumeEvaluations(resuming: Resuming, projectId: string): void {
  const { tracker, evaluations } = resuming.core.deps;
  for (const evaluation of evaluations.list(projectId)) {
    const request = resuming.requests.ofEvaluation(evaluation);
    // One that was never written may not have all its answers: whoever goes on with it comes to its end.
    if (tracker.state(request.runId) === null) resuming.seen.add(request.runId);
    else resume(resuming, projectId, request, evaluation.createdAt);
  }
}

/** Puts the run together anew where it is not written or not sent: what is on disk may be of before its end. */
function resume({ core, start, sends, seen }: Resuming, projectId: string, request: RunRequest, endedAt: number): void {
  seen.add(request.runId);
  const sync = core.deps.tracker.state(request.runId)?.sync ?? null;
  const recent = core.deps.clock.now() - endedAt <= RECENT_MS;
  const unwritten = recent && (sync === null || sync === 'partial');
  const unsent = sends && (sync === 'partial' || (recent && sync === 'local'));
  if (unwritten || unsent) start(projectId, request);
}

/** Runs of commands, and of what is gone here: sent as they are on disk. */
function resumeOthers({ core, start, seen }: Resuming): void {
  for (const { runId: id, own, sync, name, jobType } of core.deps.tracker.list()) {
    if (!own || sync !== 'partial' || jobType === 'dataset' || seen.has(id)) continue;
    start(core.project().id, { runId: id, title: `Track ${name}`, gather: null });
  }
}
