import type { TrackedRun, TrackedState, UploadProgress } from '../../domain/tracking/types.ts';
import { EndedEarly } from '../channel/ends.ts';
import { problemOf } from '../channel/problems.ts';
import type { OperationContext, OperationHandle, Receipt, SyncDetail } from '../channel/types.ts';
import type { Gathering, TrackingDeps } from './deps.ts';

export interface SyncRequest {
  readonly projectId: string;
  readonly runId: string;
  readonly title: string;
  /** Puts the run together, under this id or one that its content gives it; null sends what is on disk as it is. */
  readonly gather: ((gathering: Gathering) => Promise<TrackedRun> | TrackedRun) | null;
  /** `send` needs a key; `write` leaves the run on this machine. */
  readonly upload: 'send' | 'write';
  readonly overwrite?: boolean;
  /** Whether a person waits for it. */
  readonly asked: boolean;
}

export interface SyncHandle extends OperationHandle<SyncDetail> {
  /** Resolves once the run is on disk, or never will be by this. */
  readonly written: Promise<void>;
}

/** Writes a run's offline run and sends it, as one operation. Whatever goes wrong, what is written stays and can be sent. */
export function startSync(deps: Pick<TrackingDeps, 'registry' | 'tracker'>, request: SyncRequest): SyncHandle {
  const { projectId, runId, title, asked } = request;
  const start: SyncDetail = {
    kind: 'sync',
    runId,
    asked,
    doing: 'waits',
    sentBytes: 0,
    totalBytes: 0,
    url: deps.tracker.state(runId)?.url ?? null,
  };
  const { promise: written, resolve } = Promise.withResolvers<void>();
  const handle = deps.registry.start<SyncDetail>({
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
  start: SyncDetail,
  context: OperationContext<SyncDetail>,
  isWritten: () => void,
): Promise<Receipt> {
  const { signal } = context;
  const missing: string[] = [];
  let detail = start;
  const tell = (doing: string): void => context.report({ ...detail, doing }, null);
  let written: TrackedState | null = tracker.state(runId);
  try {
    if (gather !== null) {
      const run = await gather({ signal, tell, missing: (what) => missing.push(what) });
      const before = tracker.state(run.id);
      // What its provider no longer hands out would be taken from the run, whose copy may be the last.
      const keeps = missing.length > 0 && before !== null && before.own && before.ended;
      if (keeps) missing.push('The run on disk is more whole, and was kept.');
      else tell('writes the run');
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
    if (signal.aborted || error instanceof EndedEarly) throw error;
    const saved =
      written === null
        ? 'Nothing was written; the job and its rows are as they were.'
        : `The run stays in ${written.folder}.`;
    throw new EndedEarly('failed', problemOf(error, saved));
  }
}

const receipt = (where: string, notes: readonly string[]): Receipt => ({
  summary: [where, ...notes].join(' '),
  costUsd: null,
});

const sentWords = ({ sync, url, project }: TrackedState): string =>
  sync === 'synced' ? `Synced: ${url ?? project}` : `Sent as far as it goes: ${url ?? project}`;

function detailOf(start: SyncDetail, { what, sentBytes, totalBytes, retryInMs }: UploadProgress): SyncDetail {
  const again = retryInMs === null ? '' : ` · tries again in ${Math.ceil(retryInMs / 1000)} s`;
  return { ...start, doing: `sends ${what}${again}`, sentBytes, totalBytes };
}

const fractionOf = ({ sentBytes, totalBytes }: UploadProgress): number | null =>
  totalBytes === 0 ? null : Math.min(1, sentBytes / totalBytes);
