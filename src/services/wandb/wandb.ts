import type { TrackingSettings } from '../../domain/tracking/settings.ts';
import {
  type TrackedRun,
  type TrackedState,
  type TrackerAccount,
  TrackingError,
  type UploadedRun,
  type UploadProgress,
} from '../../domain/tracking/types.ts';
import { appUrl, runId } from '../../domain/wandb/names.ts';
import { refuseName } from '../../domain/wandb/settings.ts';
import { createKeyedQueue } from '../keyed-queue.ts';
import type { Credentials } from './credentials.ts';
import { createListing, type ListedRun } from './listing.ts';
import type { DownloadedArtifact } from './online/download.ts';
import type { HttpDeps, Target } from './online/target.ts';

export interface WandbOptions {
  /** The folder the runs lie in. */
  readonly root: string;
  /** The folder downloads are kept in. */
  readonly cache: string;
  /** As they stand; read at each use. */
  readonly settings: () => TrackingSettings;
  readonly credentials: Credentials;
  /** Keys that must not be written, whatever they stand in. */
  readonly secrets: () => readonly string[];
  /** Who writes: such as `luthier 0.1.0`, the version W&B shows of its client, and the name of this machine. */
  readonly origin: { readonly producer: string; readonly cliVersion: string; readonly host: string };
  readonly deps: HttpDeps;
}

interface Call {
  readonly signal?: AbortSignal;
}

interface UploadCall extends Call {
  readonly overwrite?: boolean;
  readonly onProgress?: (progress: UploadProgress) => void;
}

export interface Wandb {
  write(run: TrackedRun, options?: Call): Promise<TrackedState>;
  /** Newest first; of the runs whose ids satisfy `matching`, and of all without. */
  list(matching?: (runId: string) => boolean): readonly TrackedState[];
  state(runId: string): TrackedState | null;
  upload(runId: string, options?: UploadCall): Promise<UploadedRun>;
  account(options?: Call): Promise<TrackerAccount>;
  statusOf(runId: string, options?: Call): Promise<{ readonly status: string | null } | null>;
  /** A file of an artifact, `entity/project/name:alias#FILE`, fetched or from the cache. Throws TrackingError. */
  artifact(address: string, options?: Call): Promise<DownloadedArtifact>;
}

/**
 * W&B, as a tracker: what satisfies the operations' port of that name. What writes, sends and fetches is loaded at the
 * first use: the first frame need not wait for it.
 */
export function createWandb(options: WandbOptions): Wandb {
  const { root, cache, credentials, deps } = options;
  const listing = createListing(root);
  // A log must not be replaced, nor the files it names, while it is sent.
  const queue = createKeyedQueue();
  /** For what a person waits for with nothing else to do. */
  const impatient = { ...deps, timeoutMs: deps.timeoutMs ?? 10_000 };

  /** Throws TrackingError where nothing may be sent. */
  function target(): { readonly target: Target; readonly settings: TrackingSettings } {
    const settings = options.settings();
    if (settings.problems.length > 0) {
      throw new TrackingError('settings', settings.problems.join(' '), 'Correct the environment; nothing was sent.');
    }
    const { baseUrl } = settings;
    const app = settings.appUrl ?? appUrl(baseUrl);
    const key = credentials.key(baseUrl);
    if (key === null) {
      const next = `Get one at ${app}/authorize; set WANDB_API_KEY or type it in Settings.`;
      throw new TrackingError('no-key', 'No W&B key is known.', next);
    }
    return { target: { baseUrl, appUrl: app, key, keySource: credentials.source(baseUrl) }, settings };
  }

  function known(id: string): ListedRun {
    const found = listing.find(id);
    if (found !== null) return found;
    throw new TrackingError('broken-log', `The run ${id} is not in ${root}.`, 'Write it again, then upload it.');
  }

  async function write(run: TrackedRun, { signal }: Call): Promise<TrackedState> {
    signal?.throwIfAborted();
    const { project, entity } = options.settings();
    refuseName('project', project);
    refuseName('entity', entity ?? '');
    const { writeRun } = await import('./offline/write.ts');
    try {
      const { origin, secrets } = options;
      const written = await writeRun(run, { ...origin, root, project, entity, secrets, signal });
      return known(written.runId).state;
    } catch (error) {
      signal?.throwIfAborted();
      throw asTrackingError(error, root);
    }
  }

  async function upload(id: string, { signal, overwrite = false, onProgress }: UploadCall): Promise<UploadedRun> {
    signal?.throwIfAborted();
    const { target: at, settings } = target();
    const { logPath, print, state } = known(id);
    const [{ readRunLog }, { uploadRun }] = await Promise.all([
      import('./offline/read.ts'),
      import('./online/upload.ts'),
    ]);
    const log = await readRunLog(logPath);
    const entity = log.run.entity === '' ? settings.entity : null;
    const { cut, leftOut } = await uploadRun(log, {
      target: at,
      entity,
      folder: state.folder,
      own: state.own,
      logPrint: print,
      overwrite,
      signal,
      onProgress,
      deps,
    });
    const cutNote = cut === null ? [] : [`The log ends at byte ${cut.at} (${cut.why}); the run counts as failed.`];
    return { ...known(id).state, notes: [...cutNote, ...leftOut.map((what) => `Not sent: ${what}.`)] };
  }

  return {
    write: (run, call = {}) => queue.run(runId(run.id), () => write(run, call)),
    list: (matching) => listing.all(matching).map(({ state }) => state),
    state: (id) => listing.find(id)?.state ?? null,
    upload: (id, call = {}) => queue.run(id, () => upload(id, call)),
    async account({ signal } = {}) {
      const at = target();
      const [{ createHttp }, { viewer }] = await Promise.all([import('./online/http.ts'), import('./online/runs.ts')]);
      const account = await viewer(createHttp({ target: at.target, deps: impatient, signal, tries: 1 }));
      if (account !== null) return account;
      const next = `Get a key at ${at.target.appUrl}/authorize.`;
      throw new TrackingError('auth', 'W&B knows nobody by this key.', next);
    },
    async statusOf(id, { signal } = {}) {
      const { target: at, settings } = target();
      const [{ createHttp }, { runStanding }] = await Promise.all([
        import('./online/http.ts'),
        import('./online/runs.ts'),
      ]);
      const where = { entity: settings.entity, project: settings.project, runId: id };
      return runStanding(createHttp({ target: at, deps, signal, tries: 2 }), where);
    },
    async artifact(address, { signal } = {}) {
      const { downloadArtifact } = await import('./online/download.ts');
      return downloadArtifact(address, { target: target().target, cache, deps, signal });
    },
  };
}

function asTrackingError(error: unknown, root: string): unknown {
  if (error instanceof TrackingError || !(error instanceof Error) || !('code' in error)) return error;
  const next = 'Make room or permit writing there, then do it again.';
  return new TrackingError('broken-log', `The run cannot be written in ${root} (${String(error.code)}).`, next);
}
