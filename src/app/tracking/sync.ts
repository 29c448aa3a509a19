import type { TrackedRun, TrackedState, UploadProgress } from '../../domain/tracking/types.ts';
import type { OperationDeps } from '../core/deps.ts';
import { OperationError, problemOf } from '../runtime/errors.ts';
import type { OperationContext, OperationHandle, OperationResult, SyncProgress } from '../runtime/operation.ts';
import type { Tracker } from '../runtime/tracking-ports.ts';
import type { Upload } from './policy.ts';

export type TrackingDeps = Pick<OperationDeps, 'registry' | 'providers' | 'jobs' | 'rows' | 'prices'> & {
  readonly tracker: Tracker;
};

/** What is needed to put a run together, and where to say what is being read. */
export interface GatherContext {
  readonly signal: AbortSignal;
  report(doing: string): void;
  /** Something the run has to do without, in a sentence. */
  missing(what: string): void;
}

export interface SyncRequest {
  readonly projectId: string;
  readonly runId: string;
  readonly title: string;
  /** Puts the run together, under this id or one that its content gives it; null sends what is on disk as it is. */
  readonly gather: ((gathering: GatherContext) => Promise<TrackedRun> | TrackedRun) | null;
  readonly upload: Upload;
  readonly overwrite?: boolean;
  /** Whether a person waits for it. */
  readonly asked: boolean;
}

export interface SyncHandle extends OperationHandle<SyncProgress> {
  /** Resolves once the run is on disk, or never will be by this. */
  readonly written: Promise<void>;
}

/** Writes a run's offline run and sends it, as one operation. Whatever goes wrong, what is written stays and can be sent. */
export function startSync(deps: Pick<TrackingDeps, 'registry' | 'tracker'>, request: SyncRequest): SyncHandle {
  const { projectId, runId, title, asked } = request;
  const start: SyncProgress = {
    kind: 'sync',
    runId,
    asked,
    doing: 'waits',
    sentBytes: 0,
    totalBytes: 0,
    url: deps.tracker.state(runId)?.url ?? null,
  };
  const { promise: written, resolve } = Promise.withResolvers<void>();
  const handle = deps.registry.start<SyncProgress>({
    projectId,
    title,
    detail: start,
    run: (context) => carryOut(deps, request, start, context, resolve),
  });
  void handle.finished.then(() => resolve());
  return { ...handle, written };
}

async function carryOut(
  { tracker }: Pick<TrackingDeps, 'tracker'>,
  { gather, runId, upload, overwrite }: SyncRequest,
  start: SyncProgress,
  context: OperationContext<SyncProgress>,
  isWritten: () => void,
): Promise<OperationResult> {
  const { signal } = context;
  const missing: string[] = [];
  let detail = start;
  const report = (doing: string): void => context.report({ ...detail, doing }, null);
  let written: TrackedState | null = tracker.state(runId);
  try {
    if (gather !== null) {
      const run = await gather({ signal, report, missing: (what) => missing.push(what) });
      const before = tracker.state(run.id);
      // What its provider no longer hands out would be taken from the run, whose copy may be the last.
      const keeps = missing.length > 0 && before !== null && before.own && before.ended;
      if (keeps) missing.push('The run on disk is more whole, and was kept.');
      else report('writes the run');
      written = keeps ? before : await tracker.write(run, { signal });
      detail = { ...detail, runId: run.id, url: written.url };
    }
    isWritten();
    if (upload === 'write') return receipt(`Written to ${written?.folder ?? 'no folder'}.`, missing);
    const sent = await tracker.upload(detail.runId, {
      signal,
      ...(overwrite === undefined ? {} : { overwrite }),
      onProgress: (progress) => context.report(detailOf(detail, progress), fractionOf(progress)),
    });
    context.report({ ...detail, doing: 'is done', url: sent.url }, 1);
    return receipt(sentWords(sent), [...missing, ...sent.notes]);
  } catch (error) {
    if (signal.aborted || error instanceof OperationError) throw error;
    const saved =
      written === null
        ? 'Nothing was written; the job and its rows are as they were.'
        : `The run stays in ${written.folder}.`;
    throw new OperationError('failed', problemOf(error, saved));
  }
}

const receipt = (where: string, notes: readonly string[]): OperationResult => ({
  summary: [where, ...notes].join(' '),
  costUsd: null,
});

const sentWords = ({ sync, url, project }: TrackedState): string =>
  sync === 'synced' ? `Synced: ${url ?? project}` : `Sent as far as it goes: ${url ?? project}`;

function detailOf(start: SyncProgress, { what, sentBytes, totalBytes, retryInMs }: UploadProgress): SyncProgress {
  const again = retryInMs === null ? '' : ` · tries again in ${Math.ceil(retryInMs / 1000)} s`;
  return { ...start, doing: `sends ${what}${again}`, sentBytes, totalBytes };
}

const fractionOf = ({ sentBytes, totalBytes }: UploadProgress): number | null =>
  totalBytes === 0 ? null : Math.min(1, sentBytes / totalBytes);
