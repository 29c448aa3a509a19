import type { ChoiceSource, TrackingMode, TrackingSettings } from '../../../domain/tracking/settings.ts';
import type { TrackingKeySource } from '../../../state/workbench/trackingTypes.ts';

export const MODES: readonly TrackingMode[] = ['online', 'offline', 'disabled'];

/** What a mode means, in plain words. */
export const MODE_WORDS: Readonly<Record<TrackingMode, string>> = {
  online: 'written here, and sent as it happens',
  offline: 'written here; w sends a run',
  disabled: 'nothing is written, nothing is sent',
};

const KEY_WORDS: Readonly<Record<TrackingKeySource, string>> = {
  environment: 'from WANDB_API_KEY',
  file: 'kept in a 0600 file',
  netrc: 'from ~/.netrc',
  none: 'no key yet: a types one in',
};

const VARIABLES = {
  mode: 'WANDB_MODE',
  project: 'WANDB_PROJECT',
  entity: 'WANDB_ENTITY',
  baseUrl: 'WANDB_BASE_URL',
} as const;

type Sourced = keyof TrackingSettings['sources'];

/** `set by WANDB_PROJECT` where the environment decides, and nothing here can; null elsewhere. */
export const setBy = ({ sources }: Pick<TrackingSettings, 'sources'>, part: Sourced): string | null =>
  sources[part] === 'environment' ? `set by ${VARIABLES[part]}` : null;

const ORIGINS: Readonly<Record<Exclude<ChoiceSource, 'environment'>, string>> = { settings: '', default: 'default' };

function originOf(settings: TrackingSettings, part: Sourced): string {
  const source = settings.sources[part];
  return source === 'environment' ? `set by ${VARIABLES[part]}` : ORIGINS[source];
}

export interface Fact {
  readonly label: string;
  readonly value: string;
  /** Where it comes from; empty where it was chosen here. It is kept whole, the value gives way. */
  readonly origin: string;
}

/** What holds now, a fact a row. A label that is empty goes on with the row above. */
export function factsOf(settings: TrackingSettings, key: TrackingKeySource): readonly Fact[] {
  const entity = settings.entity ?? "the account's own";
  return [
    { label: 'Mode', value: settings.mode, origin: originOf(settings, 'mode') },
    { label: '', value: MODE_WORDS[settings.mode], origin: '' },
    { label: 'Project', value: settings.project, origin: originOf(settings, 'project') },
    { label: 'Entity', value: entity, origin: settings.entity === null ? '' : originOf(settings, 'entity') },
    { label: 'Server', value: settings.baseUrl, origin: originOf(settings, 'baseUrl') },
    { label: 'Key', value: KEY_WORDS[key], origin: '' },
    { label: 'Log', value: settings.log ? 'yes: the text of job events goes along' : 'no: figures only', origin: '' },
  ];
}
