import type { Outcome } from '../../domain/text/problem.ts';
import type { TrackingChoices, TrackingKeySource, TrackingSettings } from '../../domain/tracking/settings.ts';
import type { TrackedState } from '../../domain/tracking/types.ts';

/** What can be tracked: a job, an evaluation, or the dataset as it stands. */
export type Trackable =
  | { readonly kind: 'job'; readonly id: string }
  | { readonly kind: 'evaluation'; readonly id: string }
  | { readonly kind: 'dataset' };

export interface TrackingActions {
  /** What is written and sent of it, of a dataset its newest version; null before anything is. Read again when `AppState.trackingVersion` changes. */
  state(what: Trackable): TrackedState | null;
  /** Why it cannot be synced now, for a binding; null when it can. */
  whyNot(what: Trackable): string | null;
  /**
   * Writes its offline run and sends it, as a `sync` operation. Without a key it is written all the same, and the
   * notice at the end says so.
   */
  sync(what: Trackable, options?: { readonly overwrite?: boolean }): void;
}

export type { TrackingKeySource };

export interface TrackingSettingsActions {
  /** What holds now, and where each part came from. */
  read(): TrackingSettings;
  /** What was chosen here, whatever the environment says. */
  choices(): TrackingChoices;
  save(choices: TrackingChoices): void;
  keySource(): TrackingKeySource;
  /** Kept in a 0600 file apart from the settings; null forgets it. */
  setKey(key: string | null): void;
  /** Says whose key it is and where runs go, or what failed and what to do. */
  test(): Promise<Outcome<string>>;
}
