import { resolveMlflow } from '../mlflow/settings.ts';
import { resolveWandb } from '../wandb/settings.ts';
import type { ChoiceSource, TrackingChoices, TrackingSettings } from './settings.ts';
import { TRACKER_KINDS, type TrackerKind } from './trackers.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const RESOLVERS: Readonly<Record<TrackerKind, (choices: TrackingChoices, env: Environment) => TrackingSettings>> = {
  wandb: resolveWandb,
  mlflow: resolveMlflow,
};

/** Which tracker runs go to: `LUTHIER_TRACKER` first, then what was chosen, then W&B. */
export function chosenTracker(
  { tracker }: Pick<TrackingChoices, 'tracker'>,
  env: Environment,
): { readonly kind: TrackerKind; readonly source: ChoiceSource; readonly problem: string | null } {
  const named = env.LUTHIER_TRACKER?.trim() || null;
  const kind = TRACKER_KINDS.find((one) => one === named?.toLowerCase());
  if (kind !== undefined) return { kind, source: 'environment', problem: null };
  const problem = named === null ? null : `LUTHIER_TRACKER is “${named}”; it can be ${TRACKER_KINDS.join(' or ')}.`;
  return { kind: tracker ?? 'wandb', source: tracker === undefined ? 'default' : 'settings', problem };
}

/** What holds for the tracker that runs go to. */
export function resolveTracking(choices: TrackingChoices, env: Environment): TrackingSettings {
  const { kind, source, problem } = chosenTracker(choices, env);
  const settings = RESOLVERS[kind](choices, env);
  return {
    ...settings,
    sources: { ...settings.sources, tracker: source },
    problems: [...(problem === null ? [] : [problem]), ...settings.problems],
  };
}
