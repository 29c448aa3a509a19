/** Where runs can be tracked. */
export type TrackerKind = 'wandb' | 'mlflow';

export interface TrackerFacts {
  readonly name: string;
  /** Short, for the heading of a column. */
  readonly label: string;
  /** What its runs are gathered under, as a label. */
  readonly place: string;
  /** Environment variables that hold its key: masked wherever text is kept or shown. */
  readonly keyVariables: readonly string[];
  /** Environment variables that come before the settings; absent where there is none of the kind. */
  readonly variables: Readonly<Partial<Record<'mode' | 'project' | 'entity' | 'baseUrl', string>>>;
}

/** How each is opened is `services/trackers.ts`; what holds for it `resolve.ts`. */
export const TRACKERS = {
  wandb: {
    name: 'Weights & Biases',
    label: 'W&B',
    place: 'Project',
    keyVariables: ['WANDB_API_KEY'],
    variables: {
      mode: 'WANDB_MODE',
      project: 'WANDB_PROJECT',
      entity: 'WANDB_ENTITY',
      baseUrl: 'WANDB_BASE_URL',
    },
  },
  mlflow: {
    name: 'MLflow',
    label: 'MLflow',
    place: 'Experiment',
    keyVariables: ['MLFLOW_TRACKING_TOKEN', 'MLFLOW_TRACKING_PASSWORD'],
    variables: { project: 'MLFLOW_EXPERIMENT_NAME', baseUrl: 'MLFLOW_TRACKING_URI' },
  },
} as const satisfies Record<TrackerKind, TrackerFacts>;

export const TRACKER_KINDS = ['wandb', 'mlflow'] as const satisfies readonly TrackerKind[];

export const trackerFacts = (kind: TrackerKind): TrackerFacts => TRACKERS[kind];

/** The keys of every tracker that the environment holds. */
export const trackerKeysOf = (env: Readonly<Record<string, string | undefined>>): readonly string[] =>
  Object.values(TRACKERS).flatMap(({ keyVariables }) => keyVariables.flatMap((name) => env[name] || []));
