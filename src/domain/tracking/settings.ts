import type { TrackerKind } from './trackers.ts';

/**
 * `online`: written here and sent as it happens. `offline`: written here, sent when the person asks. `disabled`:
 * neither.
 */
export type TrackingMode = 'online' | 'offline' | 'disabled';

/** What the person chose; null where nothing was. */
export interface TrackingChoices {
  /** W&B when absent. */
  readonly tracker?: TrackerKind | undefined;
  /** Of MLflow: the address of its server, and the experiment; each its default when absent. */
  readonly server?: string | undefined;
  readonly experiment?: string | undefined;
  readonly mode: TrackingMode | null;
  readonly project: string | null;
  readonly entity: string | null;
  /** Whether the text of a job's events goes along as the run's log. */
  readonly log: boolean;
}

export const NO_CHOICES: TrackingChoices = { mode: null, project: null, entity: null, log: false };

/** Where the key comes from, never the key. `unneeded`: there is none, and the tracker may take runs without. */
export type TrackingKeySource = 'environment' | 'file' | 'netrc' | 'none' | 'unneeded';

export type ChoiceSource = 'environment' | 'settings' | 'default';

/** What holds, and where it came from. */
export interface TrackingSettings {
  readonly tracker: TrackerKind;
  readonly mode: TrackingMode;
  /** W&B's project, or MLflow's experiment. */
  readonly project: string;
  /** Null for the account's own, and where the tracker has none. */
  readonly entity: string | null;
  /** Without a slash at the end. */
  readonly baseUrl: string;
  /** Of the pages people look at; null where it follows from `baseUrl`. */
  readonly appUrl: string | null;
  readonly log: boolean;
  readonly sources: Readonly<Record<'tracker' | 'mode' | 'project' | 'entity' | 'baseUrl', ChoiceSource>>;
  /** What of the environment makes no sense; nothing is sent while there is any. */
  readonly problems: readonly string[];
}

/**
 * Whether runs stay on this machine even when a person asks for one to be sent: `WANDB_MODE=offline` was said for this
 * very process. The same word in the settings is a habit, and asking is the exception to it.
 */
export const staysOffline = ({ mode, sources }: TrackingSettings): boolean =>
  mode !== 'online' && sources.mode === 'environment';

/**
 * Whether runs are sent with nobody asking: online was chosen, there is a key, and nothing of the environment is
 * senseless. The key is looked for last, and only if it matters: it may lie in a file.
 */
export const syncsAutomatically = ({ mode, problems }: TrackingSettings, keySource: () => TrackingKeySource): boolean =>
  mode === 'online' && problems.length === 0 && keySource() !== 'none';

/** Whether a run that a person asks for is sent, and not only written. */
export const syncsOnRequest = (settings: TrackingSettings, keySource: () => TrackingKeySource): boolean =>
  !staysOffline(settings) && keySource() !== 'none';
