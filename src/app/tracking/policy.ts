import {
  staysOffline,
  syncsAutomatically,
  syncsOnRequest,
  type TrackingKeySource,
  type TrackingSettings,
} from '../../domain/tracking/settings.ts';
import type { TrackedState, TrackerAccount } from '../../domain/tracking/types.ts';
import { TERMINAL_STATUSES, type TuningJob } from '../../domain/training/types.ts';

/** `send` needs a key; `write` leaves the run on this machine. */
export type Upload = 'send' | 'write';

type KeySource = () => TrackingKeySource;

/** What becomes of a run that nobody requested; null, nothing at all, where tracking is disabled. */
export function automaticUpload(settings: TrackingSettings, keySource: KeySource): Upload | null {
  if (settings.mode === 'disabled') return null;
  return syncsAutomatically(settings, keySource) ? 'send' : 'write';
}

/** What becomes of a run that a person requested. */
export const requestedUpload = (settings: TrackingSettings, keySource: KeySource): Upload =>
  syncsOnRequest(settings, keySource) ? 'send' : 'write';

/** Why a requested run is written and not sent; each face has its own words for what to do then. */
export const unsentCause = (settings: TrackingSettings): 'offline' | 'no-key' =>
  staysOffline(settings) ? 'offline' : 'no-key';

/** A run is written once, whole, when its job has ended; before that it is only shown live, or sent on request. */
export const hasEnded = ({ status }: Pick<TuningJob, 'status'>): boolean => TERMINAL_STATUSES.has(status);

/** Whether a run on disk is of the project and entity that the settings name. */
export const goesWhere = (settings: TrackingSettings, { project, entity }: TrackedState): boolean =>
  project === settings.project && (settings.entity === null || entity === settings.entity);

/** The entity that runs go to: the one in the settings, else the account's own; null where neither is known. */
export const destinationOf = (settings: TrackingSettings, account: Pick<TrackerAccount, 'entity'>): string | null =>
  settings.entity ?? account.entity;

interface UnsentOptions {
  /** A request sends whatever is not whole at the tracker; without one, only uploads that had begun go on, and never a dataset. */
  readonly requested: boolean;
  /** Runs that are dealt with otherwise. */
  readonly except: ReadonlySet<string>;
  /** Sends again what is whole at the tracker too. */
  readonly overwrite?: boolean | undefined;
}

/** Runs on disk that are sent as they lie there. Those of W&B's own client are left to it: it knows better how to send them. */
export function unsentRuns(
  states: Iterable<TrackedState>,
  { requested, except, overwrite = false }: UnsentOptions,
): readonly TrackedState[] {
  const isMeant = ({ sync, jobType }: TrackedState): boolean =>
    requested ? overwrite || sync !== 'synced' : sync === 'partial' && jobType !== 'dataset';
  return Array.from(states).filter((state) => state.own && !except.has(state.runId) && isMeant(state));
}
