import type { ChoiceSource, TrackingChoices, TrackingSettings } from '../tracking/settings.ts';

/** Where `mlflow server` listens unless it is told otherwise. */
export const DEFAULT_SERVER = 'http://127.0.0.1:5000';

export const DEFAULT_EXPERIMENT = 'luthier';

/** Longest name of an experiment (mlflow/utils/validation.py). */
const MOST_NAME = 500;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment first (`MLFLOW_TRACKING_URI`, `MLFLOW_EXPERIMENT_NAME`), as MLflow has it; then what was chosen; then
 * the default. The mode is the settings' alone: MLflow has no word for it.
 */
export function resolveMlflow(choices: TrackingChoices, env: Environment): TrackingSettings {
  const given = (name: string): string | null => env[name]?.trim() || null;
  const problems: string[] = [];
  const named = given('MLFLOW_TRACKING_URI');
  const wrong = named === null ? null : findServerProblem(named);
  if (wrong !== null) problems.push(`MLFLOW_TRACKING_URI: ${wrong}`);
  const baseUrl = wrong === null ? named : null;
  const project = given('MLFLOW_EXPERIMENT_NAME');
  const source = (environment: unknown, chosen: unknown): ChoiceSource =>
    environment !== null ? 'environment' : chosen == null ? 'default' : 'settings';
  return {
    tracker: 'mlflow',
    mode: choices.mode ?? 'offline',
    project: project ?? choices.experiment ?? DEFAULT_EXPERIMENT,
    entity: null,
    baseUrl: (baseUrl ?? choices.server ?? DEFAULT_SERVER).replace(/\/+$/, ''),
    appUrl: null,
    log: choices.log,
    sources: {
      tracker: 'default',
      mode: source(null, choices.mode),
      project: source(project, choices.experiment),
      entity: 'default',
      baseUrl: source(baseUrl, choices.server),
    },
    problems,
  };
}

/** Why text is no address of a tracking server; null when it is one. MLflow's own stores of files are not served. */
export function findServerProblem(text: string): string | null {
  const url = URL.parse(text.trim());
  if (url === null || !['http:', 'https:'].includes(url.protocol))
    return `A tracking server has an http(s) address, such as ${DEFAULT_SERVER}.`;
  if (url.username !== '' || url.password !== '')
    return 'Names and passwords have no place in the address: MLFLOW_TRACKING_USERNAME and _PASSWORD hold them.';
  return url.search === '' && url.hash === '' ? null : 'The address has neither ? nor # in it.';
}

/** Null when it is fine. */
export function findExperimentProblem(name: string): string | null {
  if (name.length > MOST_NAME) return `An experiment has at most ${MOST_NAME} characters.`;
  return /[\x00-\x1f\x7f]/.test(name) ? 'An experiment has no control characters in its name.' : null;
}
