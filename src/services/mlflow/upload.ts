import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { markOf, type Point, RUN_TAG } from '../../domain/mlflow/form.ts';
import { MOST_IN_BATCH, proxiedFolder } from '../../domain/mlflow/names.ts';
import { plural } from '../../domain/text/format.ts';
import { sanitizeLine } from '../../domain/text/sanitize.ts';
import { type RunOutcome, TrackingError, type UploadProgress } from '../../domain/tracking/types.ts';
import { metricHistory, openExperiment, openRun, type ServerRun, sendBatch, updateRun } from './calls.ts';
import type { MlflowApi } from './http.ts';
import { type KeptFile, keptPath, type SpooledRun } from './spool.ts';
import { freshState, readSyncState, type SyncState, writeSyncState } from './state.ts';

export interface UploadOptions {
  readonly api: MlflowApi;
  readonly baseUrl: string;
  readonly run: SpooledRun;
  /** Forgets what is known to be there: files are sent again, and of figures whatever the server does not have. */
  readonly overwrite: boolean;
  readonly onProgress: (progress: Omit<UploadProgress, 'retryInMs'>) => void;
}

const STATUSES: Readonly<Record<RunOutcome, string>> = { finished: 'FINISHED', failed: 'FAILED', killed: 'KILLED' };

/**
 * Sends what of a run is not at MLflow yet, and gives what was left out, in sentences. MLflow adds figures up and never
 * replaces one, so a batch whose answer was lost is not sent again before the server has said what it has of it. Throws
 * TrackingError and the signal's reason; a later call goes on where this one stopped.
 */
export async function uploadRun(options: UploadOptions): Promise<readonly string[]> {
  const { run, baseUrl, overwrite } = options;
  const { head, folder, print } = run;
  const before = readSyncState(folder);
  const same = before !== null && before.baseUrl === baseUrl && before.experiment === head.experiment;
  if (same && !overwrite && before.complete === print && head.run.end !== null) return [];
  const fresh = freshState(baseUrl, head.experiment);
  let state: SyncState = same ? { ...(overwrite ? fresh : before), place: before.place, complete: null } : fresh;
  const note = (change: Partial<SyncState>): void => {
    state = { ...state, ...change };
    writeSyncState(folder, state);
  };
  const { api, onProgress } = options;
  onProgress({ what: 'run', sentBytes: 0, totalBytes: 0 });
  const { place, found } = await findRun(api, run, state);
  // What is known of another run is nothing of this one.
  if (state.place?.runId !== place.runId) note({ ...fresh, place });
  else note({ place });
  const left = await sendParams(api, run, found);
  for (const tags of chunked(head.tags, MOST_IN_BATCH.tags)) await sendBatch(api, place.runId, { tags });
  onProgress({ what: 'figures', sentBytes: 0, totalBytes: 0 });
  await sendPoints({ api, run, found, state: () => state, note });
  const unsent = await sendFiles(options, found.artifactUri, () => state, note);
  const { end } = head.run;
  if (end !== null) await updateRun(api, place.runId, STATUSES[end.outcome], end.at);
  note({ complete: print });
  return [...left, ...unsent];
}

async function findRun(
  api: MlflowApi,
  { head }: SpooledRun,
  state: SyncState,
): Promise<{ readonly place: NonNullable<SyncState['place']>; readonly found: ServerRun }> {
  const experimentId = await openExperiment(api, head.experiment);
  const found = await openRun(api, {
    experimentId,
    known: state.place?.experimentId === experimentId ? state.place.runId : null,
    key: head.run.id,
    name: head.run.name,
    startedAt: head.run.startedAt,
    tags: head.tags.filter(({ key }) => key !== RUN_TAG),
  });
  return { place: { experimentId, runId: found.runId }, found };
}

/** Parameters that are not there; one that stands otherwise stays so, for MLflow changes none. */
async function sendParams(api: MlflowApi, { head }: SpooledRun, found: ServerRun): Promise<readonly string[]> {
  const missing = head.params.filter(({ key }) => !found.params.has(key));
  for (const params of chunked(missing, MOST_IN_BATCH.params)) await sendBatch(api, found.runId, { params });
  const other = head.params.filter(({ key, value }) => found.params.has(key) && found.params.get(key) !== value);
  return other.length === 0
    ? []
    : [
        `${plural(other.length, 'parameter')} stayed as it was first logged, for MLflow changes none: config.json has all.`,
      ];
}

interface PointsToSend {
  readonly api: MlflowApi;
  readonly run: SpooledRun;
  readonly found: ServerRun;
  readonly state: () => SyncState;
  readonly note: (change: Partial<SyncState>) => void;
}

async function sendPoints({ api, run, found, state, note }: PointsToSend): Promise<void> {
  const metrics = Map.groupBy(readPoints(run), ({ key }) => key);
  await api.persist(async () => {
    const missing: Point[] = [];
    for (const [key, points] of metrics) missing.push(...(await missingOf(api, found, key, points, state())));
    for (const batch of chunked(missing, MOST_IN_BATCH.metrics)) {
      const keys = [...new Set(batch.map(({ key }) => key))];
      note({ open: [...new Set([...state().open, ...keys])] });
      // Once: whether it was taken is asked before any of it is sent again.
      await sendBatch(api, found.runId, { metrics: batch }, 'once');
    }
    const sent = [...metrics].map(([key, points]) => [key, { sent: points.length, digest: digestOf(points) }]);
    note({ points: Object.fromEntries(sent), open: [] });
  });
}

/** The points of a metric that are not there, as far as that is known; else the server is asked. */
async function missingOf(
  api: MlflowApi,
  found: ServerRun,
  key: string,
  points: readonly Point[],
  { points: acknowledged, open }: SyncState,
): Promise<readonly Point[]> {
  const known = acknowledged[key];
  const isOpen = open.includes(key);
  if (known === undefined && !isOpen && !found.metrics.has(key)) return points;
  const trusted =
    known !== undefined &&
    !isOpen &&
    known.sent <= points.length &&
    digestOf(points.slice(0, known.sent)) === known.digest;
  if (trusted) return points.slice(known.sent);
  const there = new Set((await metricHistory(api, found.runId, key)).map(markOf));
  return points.filter((point) => !there.has(markOf(point)));
}

function digestOf(points: readonly Point[]): string {
  const hash = createHash('sha256');
  for (const point of points) hash.update(`${markOf(point)}\n`);
  return hash.digest('hex').slice(0, 32);
}

function readPoints({ folder, head }: SpooledRun): readonly Point[] {
  const text = readFileSync(whole(folder, head.points), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Point => JSON.parse(line));
}

/** Where a file lies that is as it was written. Throws TrackingError. */
function whole(folder: string, file: KeptFile): string {
  const path = keptPath(folder, file);
  if (statSync(path, { throwIfNoEntry: false })?.size === file.bytes) return path;
  throw new TrackingError('broken-log', `${path} is not as it was written.`, 'Write the run again, then send it.');
}

async function sendFiles(
  { api, baseUrl, run, onProgress }: UploadOptions,
  artifactUri: string,
  state: () => SyncState,
  note: (change: Partial<SyncState>) => void,
): Promise<readonly string[]> {
  const { head, folder } = run;
  const proxied = proxiedFolder(artifactUri, baseUrl);
  if (proxied === null)
    return [
      `Tables and files stayed here: the server keeps them at ${sanitizeLine(artifactUri).slice(0, 200)} and passes none on (mlflow server --serve-artifacts does).`,
    ];
  const missing = head.files.filter(({ path, sha256 }) => state().files[path] !== sha256);
  const totalBytes = missing.reduce((sum, { bytes }) => sum + bytes, 0);
  let sentBytes = 0;
  for (const file of missing) {
    onProgress({ what: file.path, sentBytes, totalBytes });
    await api.put(proxied, file.path, { localPath: whole(folder, file), bytes: file.bytes });
    sentBytes += file.bytes;
    note({ files: { ...state().files, [file.path]: file.sha256 } });
  }
  return [];
}

function* chunked<T>(items: readonly T[], most: number): Generator<readonly T[]> {
  for (let from = 0; from < items.length; from += most) yield items.slice(from, from + most);
}
