import { STATUS_TAG } from '../../domain/mlflow/form.ts';
import { runPage } from '../../domain/mlflow/names.ts';
import { sanitizeLine } from '../../domain/text/sanitize.ts';
import type { TrackingSettings } from '../../domain/tracking/settings.ts';
import {
  type TrackedRun,
  type TrackedState,
  TrackingError,
  type UploadedRun,
  type UploadProgress,
} from '../../domain/tracking/types.ts';
import { createKeyedQueue } from '../keyed-queue.ts';
import type { TrackerService } from '../tracker-options.ts';
import type { MlflowCredentials } from './credentials.ts';
import type { HttpDeps, MlflowApi } from './http.ts';
import { createSpool, type SpooledRun, spoolRun } from './spool.ts';
import { readSyncState } from './state.ts';

export interface MlflowOptions {
  /** The folder the runs lie in. */
  readonly root: string;
  /** As they stand; read at each use. */
  readonly settings: () => TrackingSettings;
  readonly credentials: MlflowCredentials;
  /** Keys that must not be written, whatever they stand in. */
  readonly secrets: () => readonly string[];
  readonly deps: HttpDeps;
}

type Call = NonNullable<Parameters<TrackerService['write']>[1]>;
type UploadCall = NonNullable<Parameters<TrackerService['upload']>[1]>;

interface Connecting extends Call {
  readonly tries?: number;
  readonly onWait?: (ms: number | null) => void;
}

/** MLflow, as a tracker. What calls the server is loaded at the first use. */
export function createMlflow({ root, settings, credentials, secrets, deps }: MlflowOptions): TrackerService {
  const spool = createSpool(root);
  // A run must not be replaced while it is sent.
  const queue = createKeyedQueue();

  /** Throws TrackingError where nothing may be sent. */
  async function connect(call: Connecting): Promise<{ readonly api: MlflowApi; readonly now: TrackingSettings }> {
    const now = settings();
    if (now.problems.length > 0)
      throw new TrackingError('settings', now.problems.join(' '), 'Correct the environment; nothing was sent.');
    const header = credentials.key()?.header ?? null;
    const server = { baseUrl: now.baseUrl, header, secrets: credentials.known() };
    const { createApi } = await import('./http.ts');
    return { api: createApi({ server, deps, ...call }), now };
  }

  function known(id: string): SpooledRun {
    const found = spool.find(id);
    if (found !== null) return found;
    throw new TrackingError('broken-log', `The run ${id} is not in ${root}.`, 'Write it again, then send it.');
  }

  async function write(run: TrackedRun, { signal }: Call): Promise<TrackedState> {
    signal?.throwIfAborted();
    try {
      await spoolRun(run, { root, experiment: settings().project, secrets: secrets(), signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw asTrackingError(error, root);
    }
    return stateOf(known(run.id));
  }

  async function upload(id: string, { signal, overwrite = false, onProgress }: UploadCall): Promise<UploadedRun> {
    signal?.throwIfAborted();
    let shown: UploadProgress = { what: 'run', sentBytes: 0, totalBytes: 0, retryInMs: null };
    const show = (change: Partial<UploadProgress>): void => {
      shown = { ...shown, ...change };
      onProgress?.(shown);
    };
    const run = known(id);
    const { api, now } = await connect({
      ...(signal && { signal }),
      onWait: (retryInMs) => show({ retryInMs }),
    });
    const { uploadRun } = await import('./upload.ts');
    const notes = await uploadRun({ api, baseUrl: now.baseUrl, run, overwrite, onProgress: show });
    return { ...stateOf(known(id)), notes };
  }

  return {
    write: (run, call = {}) => queue.run(run.id, () => write(run, call)),
    list: (matching) => spool.all(matching).map(stateOf),
    state(id) {
      const found = spool.find(id);
      return found === null ? null : stateOf(found);
    },
    upload: (id, call = {}) => queue.run(id, () => upload(id, call)),
    async account({ signal } = {}) {
      const { api, now } = await connect({ ...(signal && { signal }), tries: 1 });
      const { findExperiment } = await import('./calls.ts');
      await findExperiment(api, now.project);
      return { username: credentials.key()?.username ?? null, entity: null, teams: [] };
    },
    async statusOf(id, { signal } = {}) {
      const { api, now } = await connect({ ...(signal && { signal }), tries: 2 });
      const { findExperiment, findRun } = await import('./calls.ts');
      const experimentId = await findExperiment(api, now.project);
      if (experimentId === null) return null;
      const found = await api.persist(() => findRun(api, experimentId, id));
      return found === null ? null : { status: found.tags.get(STATUS_TAG) ?? null };
    },
  };
}

/** How a run stands. Its own words are fit to be shown: a folder may be somebody else's. */
function stateOf({ head, folder, print }: SpooledRun): TrackedState {
  const { id, name, jobType, startedAt, end } = head.run;
  const sent = readSyncState(folder);
  const here = sent !== null && sent.experiment === head.experiment ? sent : null;
  const whole = here !== null && here.complete === print && end !== null;
  const place = here?.place ?? null;
  return {
    runId: id,
    own: true,
    ended: end !== null,
    jobType: sanitizeLine(jobType),
    name: sanitizeLine(name),
    folder,
    entity: null,
    project: sanitizeLine(head.experiment),
    startedAt,
    sync: whole ? 'synced' : place === null ? 'local' : 'partial',
    url: here === null || place === null ? null : runPage(here.baseUrl, place.experimentId, place.runId),
  };
}

function asTrackingError(error: unknown, root: string): unknown {
  if (error instanceof TrackingError || !(error instanceof Error) || !('code' in error)) return error;
  const next = 'Make room or permit writing there, then do it again.';
  return new TrackingError('broken-log', `The run cannot be written in ${root} (${String(error.code)}).`, next);
}
