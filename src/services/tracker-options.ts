import type { TrackingChoices, TrackingKeySource } from '../domain/tracking/settings.ts';
import type {
  TrackedRun,
  TrackedState,
  TrackerAccount,
  UploadedRun,
  UploadProgress,
} from '../domain/tracking/types.ts';
import type { TransportParts } from './http/transport.ts';

/** What a tracker is opened with. */
export interface TrackerOptions {
  /** The data folder; runs lie below it, of W&B in `wandb` unless `WANDB_DIR` names another place, of MLflow in `mlflow`. */
  readonly home: string;
  /** Of the person, for `.netrc`. */
  readonly homedir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What was chosen; read at each use. */
  readonly choices: () => TrackingChoices;
  /** The key typed into Luthier and kept under a name; null when there is none. */
  readonly typedKey: (name: string) => string | null;
  /** Keys that must not be written, whatever they stand in; those of the environment are known. */
  readonly secrets: () => readonly string[];
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** In [0, 1). */
  readonly random: () => number;
  /** Limits of calls, and who is told of what is waited for. */
  readonly connection?: TransportParts | undefined;
}

interface Call {
  readonly signal?: AbortSignal;
}

/** A tracker: what satisfies the operations' port of that name. */
export interface TrackerService {
  write(run: TrackedRun, options?: Call): Promise<TrackedState>;
  list(matching?: (runId: string) => boolean): readonly TrackedState[];
  state(runId: string): TrackedState | null;
  upload(
    runId: string,
    options?: Call & { readonly overwrite?: boolean; readonly onProgress?: (progress: UploadProgress) => void },
  ): Promise<UploadedRun>;
  account(options?: Call): Promise<TrackerAccount>;
  statusOf(runId: string, options?: Call): Promise<{ readonly status: string | null } | null>;
}

export interface OpenedTracker {
  readonly tracker: TrackerService;
  /** Does not throw. */
  keySource(): TrackingKeySource;
  /** Under which a key is kept that is typed in now. */
  keyName(): string;
}
