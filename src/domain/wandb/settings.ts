import type { ChoiceSource, TrackingChoices, TrackingMode, TrackingSettings } from '../tracking/settings.ts';
import { TrackingError } from '../tracking/types.ts';
import { DEFAULT_BASE_URL } from './names.ts';

/** The official integration's project. */
export const DEFAULT_PROJECT = 'OpenAI-Fine-Tune';

type Environment = Readonly<Record<string, string | undefined>>;

/** W&B's own words, which ours are, and those of its earlier versions. */
const MODES: Readonly<Record<string, TrackingMode>> = {
  online: 'online',
  run: 'online',
  offline: 'offline',
  dryrun: 'offline',
  disabled: 'disabled',
};

/**
 * The environment first (`WANDB_MODE`, `WANDB_PROJECT`, `WANDB_ENTITY`, `WANDB_BASE_URL`, `WANDB_APP_URL`), as W&B has
 * it; then what was chosen; then the default. Nothing is sent before the person chooses so: the default mode is offline.
 */
export function resolveWandb(choices: TrackingChoices, env: Environment): TrackingSettings {
  const problems: string[] = [];
  const given = (name: string): string | null => env[name]?.trim() || null;
  const mode = modeOf(given('WANDB_MODE'), problems);
  const baseUrl = addressOf(given('WANDB_BASE_URL'), problems);
  const [project, entity] = [given('WANDB_PROJECT'), given('WANDB_ENTITY')];
  const source = (environment: unknown, chosen: unknown): ChoiceSource =>
    environment !== null ? 'environment' : chosen !== null ? 'settings' : 'default';
  return {
    tracker: 'wandb',
    mode: mode ?? choices.mode ?? 'offline',
    project: project ?? choices.project ?? DEFAULT_PROJECT,
    entity: entity ?? choices.entity,
    baseUrl: baseUrl ?? DEFAULT_BASE_URL,
    appUrl: given('WANDB_APP_URL')?.replace(/\/+$/, '') ?? null,
    log: choices.log,
    sources: {
      tracker: 'default',
      mode: source(mode, choices.mode),
      project: source(project, choices.project),
      entity: source(entity, choices.entity),
      baseUrl: source(baseUrl, null),
    },
    problems,
  };
}

function modeOf(given: string | null, problems: string[]): TrackingMode | null {
  if (given === null) return null;
  const mode = MODES[given.toLowerCase()];
  if (mode === undefined) problems.push(`WANDB_MODE is “${given}”; it can be online, offline or disabled.`);
  return mode ?? null;
}

function addressOf(given: string | null, problems: string[]): string | null {
  if (given === null) return null;
  const url = URL.parse(given);
  if (url === null || !['http:', 'https:'].includes(url.protocol) || url.username !== '' || url.password !== '') {
    problems.push('WANDB_BASE_URL is no http(s) address without a password.');
    return null;
  }
  return given.replace(/\/+$/, '');
}

/** Names a project or an entity can have: W&B refuses `/`, `\`, `#`, `?`, `%` and `:`. Null when it is fine. */
export function findNameProblem(kind: 'project' | 'entity', name: string): string | null {
  if (name === '') return null;
  if (/[/\\#?%:]/.test(name)) return `A W&B ${kind} has none of / \\ # ? % : in its name.`;
  return name.length > 128 ? `A W&B ${kind} has at most 128 characters.` : null;
}

/** Throws TrackingError. */
export function refuseName(kind: 'project' | 'entity', name: string): void {
  const problem = findNameProblem(kind, name);
  if (problem !== null) throw new TrackingError('settings', problem, `Choose another name for the ${kind}.`);
}
