import { chosenTracker, resolveTracking } from '../domain/tracking/resolve.ts';
import type { TrackingChoices, TrackingSettings } from '../domain/tracking/settings.ts';
import type { TrackerKind } from '../domain/tracking/trackers.ts';
import { resolveWandb } from '../domain/wandb/settings.ts';
import { openMlflow } from './mlflow/open.ts';
import type { OpenedTracker, TrackerOptions, TrackerService } from './tracker-options.ts';
import { openWandb } from './wandb/open.ts';

/** The tracker that runs go to, and what holds for it. Which one that is follows the choices: each call goes to the one of now. */
export interface OpenedTrackers extends OpenedTracker {
  /** What holds, or would hold with other choices. */
  settings(choices?: TrackingChoices): TrackingSettings;
  /** Of W&B, wherever runs go: a provider can report there by itself. */
  wandb(): TrackingSettings;
  /** Fetches a file of an artifact of W&B and says where it lies, wherever runs go. Throws TrackingError. */
  artifactFile(path: string, options: { readonly signal?: AbortSignal }): Promise<string>;
}

/** Every tracker with the settings of this machine; the app and the commands put them together here alike. */
export function openTrackers(options: TrackerOptions): OpenedTrackers {
  const wandb = openWandb(options);
  const opened: Readonly<Record<TrackerKind, OpenedTracker>> = { wandb, mlflow: openMlflow(options) };
  const { choices, env } = options;
  const current = (): OpenedTracker => opened[chosenTracker(choices(), env).kind];
  const service = (): TrackerService => current().tracker;
  return {
    tracker: {
      write: (run, call) => service().write(run, call),
      list: (matching) => service().list(matching),
      state: (runId) => service().state(runId),
      upload: (runId, call) => service().upload(runId, call),
      account: (call) => service().account(call),
      statusOf: (runId, call) => service().statusOf(runId, call),
    },
    settings: (given = choices()) => resolveTracking(given, env),
    wandb: () => resolveWandb(choices(), env),
    keySource: () => current().keySource(),
    keyName: () => current().keyName(),
    artifactFile: wandb.artifactFile,
  };
}
