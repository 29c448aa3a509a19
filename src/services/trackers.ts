import type { TrackerKind } from '../domain/tracking/trackers.ts';
import { type OpenedTracker, openWandb, type TrackerOptions } from './wandb/open.ts';

/** How a tracker of each kind is opened, with the settings of this machine. */
const OPENERS: Readonly<Record<TrackerKind, (options: TrackerOptions) => OpenedTracker>> = { wandb: openWandb };

/** The tracker of a kind; the app and the commands put it together here alike. */
export const openTracker = (kind: TrackerKind, options: TrackerOptions): OpenedTracker => OPENERS[kind](options);
