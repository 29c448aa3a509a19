/** Where runs can be tracked. */
export type TrackerKind = 'wandb';

export interface TrackerFacts {
  readonly name: string;
  /** Short, for the heading of a column. */
  readonly label: string;
  /** Environment variables that hold its key: masked wherever text is kept or shown. */
  readonly keyVariables: readonly string[];
}

/** How each is opened is `services/trackers.ts`. */
export const TRACKERS = {
  wandb: { name: 'Weights & Biases', label: 'W&B', keyVariables: ['WANDB_API_KEY'] },
} as const satisfies Record<TrackerKind, TrackerFacts>;

/** The one that runs go to. */
export const TRACKER: TrackerKind = 'wandb';

/** The keys of every tracker that the environment holds. */
export const trackerKeysOf = (env: Readonly<Record<string, string | undefined>>): readonly string[] =>
  Object.values(TRACKERS).flatMap(({ keyVariables }) => keyVariables.flatMap((name) => env[name] || []));
