import type { TrackingChoices, TrackingKeySource, TrackingSettings } from '../../domain/tracking/settings.ts';
import type {
  TrackedRun,
  TrackedState,
  TrackerAccount,
  UploadedRun,
  UploadProgress,
} from '../../domain/tracking/types.ts';
import type { CallOptions } from './ports.ts';

/** Where runs are tracked: on this machine first, then at the tracker. */
export interface Tracker {
  /**
   * Puts the run on disk as it stands, in place of what was written of it before; the same again changes nothing.
   * Throws TrackingError.
   */
  write(run: TrackedRun, options?: CallOptions): Promise<TrackedState>;
  /** Every run on disk, or those whose ids match, newest first. */
  list(matching?: (runId: string) => boolean): readonly TrackedState[];
  /** Null for a run that was never written. */
  state(runId: string): TrackedState | null;
  /**
   * Sends what is on disk of the run and not there yet; `overwrite` sends everything again. An upload
   * that broke off goes on where it stopped. Throws TrackingError; what is on disk stays.
   */
  upload(
    runId: string,
    options?: CallOptions & {
      readonly overwrite?: boolean;
      readonly onProgress?: (progress: UploadProgress) => void;
    },
  ): Promise<UploadedRun>;
  /** Asks whose key it is, or where nobody is named whether runs are taken. Throws TrackingError. */
  account(options?: CallOptions): Promise<TrackerAccount>;
  /** How the run stands at the tracker: the `status` of its summary, or null when there is no such run. Throws TrackingError. */
  statusOf(runId: string, options?: CallOptions): Promise<{ readonly status: string | null } | null>;
}

/** How things are tracked: what was chosen here, and what holds beside the environment. */
export interface TrackingPreferences {
  choices(): TrackingChoices;
  save(choices: TrackingChoices): void;
  /** What holds, or would hold with other choices. */
  settings(choices?: TrackingChoices): TrackingSettings;
  /** Of W&B, wherever runs go: a provider can report there by itself. */
  wandb(): TrackingSettings;
  keySource(): TrackingKeySource;
  /** Null forgets it. */
  setKey(key: string | null): void;
}
