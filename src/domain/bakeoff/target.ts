import { hash } from 'node:crypto';
import { canonicalJson } from '../common/json.ts';
import type { TrainingPlan } from '../project/types.ts';
import { weightsName } from '../provider/job-choices.ts';
import { nearestName } from '../text/nearest.ts';
import { methodName, suggestSuffix } from '../training/job-settings.ts';
import type { Hyperparameter, Hyperparameters, JobChoices, TrainedWeights, TrainingMethod } from '../training/types.ts';

/** One of the jobs that are held against each other: where, from which base, and how. */
export interface BakeoffTarget {
  readonly providerId: string;
  readonly model: string;
  readonly method: TrainingMethod;
  readonly hyperparameters: Hyperparameters;
  /** Of DPO. */
  readonly beta: Hyperparameter;
  readonly seed: number | null;
  /** Of the rows to train on: above 0, up to 1. */
  readonly share: number;
  /** What its provider leaves to be chosen beside the hyperparameters; absent where nothing is chosen. */
  readonly choices?: JobChoices | undefined;
}

export type TargetSetting =
  | 'epochs'
  | 'batch_size'
  | 'learning_rate'
  | 'learning_rate_multiplier'
  | 'rank'
  | 'lora'
  | 'full'
  | 'tier'
  | 'method'
  | 'beta'
  | 'seed'
  | 'rows';

interface SettingEntry {
  /** The words of an option or a file as a change of the target; null where they make no sense. */
  read(words: string, target: BakeoffTarget): BakeoffTarget | null;
  /** What the words may be. */
  readonly form: string;
  /** As it stands in the name of a target; null for what a job is without it. */
  shown(target: BakeoffTarget): string | null;
}

const numberOf = (words: string): number | null => {
  const value = Number(words);
  return words.trim() === '' || !Number.isFinite(value) ? null : value;
};

const hyper = (key: keyof Hyperparameters, shown: (value: number) => string): SettingEntry => ({
  form: 'a number, or auto',
  read(words, target) {
    const value = words.trim() === 'auto' ? 'auto' : numberOf(words);
    return value === null ? null : { ...target, hyperparameters: { ...target.hyperparameters, [key]: value } };
  },
  shown({ hyperparameters }) {
    const value = hyperparameters[key] ?? 'auto';
    return value === 'auto' ? null : shown(value);
  },
});

/** The target with a choice more, or with `undefined` one less. Its id is that of a target without choices where none is left. */
function choosing({ choices, ...target }: BakeoffTarget, chosen: JobChoices): BakeoffTarget {
  const { weights: trained, tier, settings } = { ...choices, ...chosen };
  const all = {
    ...(trained === undefined ? {} : { weights: trained }),
    ...(tier === undefined ? {} : { tier }),
    ...(settings === undefined ? {} : { settings }),
  };
  return Object.keys(all).length === 0 ? target : { ...target, choices: all };
}

/** `lora` and `full` say the same from two sides. */
function weights(named: TrainedWeights, shown: SettingEntry['shown']): SettingEntry {
  const chosen: Readonly<Record<string, TrainedWeights | undefined>> = {
    true: named,
    false: named === 'lora' ? 'full' : 'lora',
    auto: undefined,
  };
  return {
    form: 'true, false or auto',
    read(words, target) {
      const word = words.trim().toLowerCase();
      return Object.hasOwn(chosen, word) ? choosing(target, { weights: chosen[word] }) : null;
    },
    shown,
  };
}

/** `25%` or `0.25` as a share; null for what is none, or not above 0 and at most 1. */
export function shareOf(words: string): number | null {
  const percent = words.trim().endsWith('%');
  const value = numberOf(percent ? words.trim().slice(0, -1) : words);
  const share = value === null ? null : percent ? value / 100 : value;
  return share === null || share <= 0 || share > 1 ? null : share;
}

/** `25%`, as exact as it was given. */
export const sharePercent = (share: number): string => `${Number((share * 100).toFixed(6))}%`;

/** Every setting of a target, in the order its name says them. A new one is an entry here. */
export const TARGET_SETTINGS = {
  method: {
    form: 'supervised or dpo',
    read: (words, target) => {
      const method = words.trim().toLowerCase();
      return method === 'supervised' || method === 'dpo' ? { ...target, method } : null;
    },
    shown: ({ method }) => (method === 'supervised' ? null : methodName(method)),
  },
  epochs: hyper('nEpochs', (value) => `${value} ${value === 1 ? 'epoch' : 'epochs'}`),
  batch_size: hyper('batchSize', (value) => `batch ${value}`),
  learning_rate: hyper('learningRate', (value) => `rate ${rateText(value)}`),
  learning_rate_multiplier: hyper('learningRateMultiplier', (value) => `rate × ${value}`),
  rank: hyper('loraRank', (value) => `rank ${value}`),
  lora: weights('lora', ({ choices }) => (choices?.weights === undefined ? null : weightsName(choices.weights))),
  full: weights('full', () => null),
  tier: {
    form: 'the provider’s word for a training type, or auto',
    read: (words, target) => {
      const tier = words.trim();
      return tier === '' ? null : choosing(target, { tier: tier === 'auto' ? undefined : tier });
    },
    shown: ({ choices }) => (choices?.tier === undefined ? null : choices.tier),
  },
  beta: {
    form: 'a number, or auto',
    read: (words, target) => {
      const value = words.trim() === 'auto' ? 'auto' : numberOf(words);
      return value === null ? null : { ...target, beta: value };
    },
    shown: ({ beta }) => (beta === 'auto' ? null : `beta ${beta}`),
  },
  seed: {
    form: 'a whole number',
    read: (words, target) => {
      const value = numberOf(words);
      return value === null || !Number.isInteger(value) ? null : { ...target, seed: value };
    },
    shown: ({ seed }) => (seed === null ? null : `seed ${seed}`),
  },
  rows: {
    form: 'a share above 0, up to 100%',
    read: (words, target) => {
      const share = shareOf(words);
      return share === null ? null : { ...target, share };
    },
    shown: ({ share }) => (share === 1 ? null : `${sharePercent(share)} of the rows`),
  },
} satisfies Record<TargetSetting, SettingEntry>;

const rateText = (value: number): string => (value < 0.001 ? value.toExponential().replace('e-', 'e-') : String(value));

export const SETTING_NAMES = Object.keys(TARGET_SETTINGS).filter(isTargetSetting);

function isTargetSetting(name: string): name is TargetSetting {
  return Object.hasOwn(TARGET_SETTINGS, name);
}

/** What the options of `train` and the providers call a setting. */
const OTHER_NAMES: Readonly<Record<string, TargetSetting>> = { lora_r: 'rank', training_type: 'tier' };

/** The setting of a name as a person writes it, with dashes or in capitals; null where there is none. */
export function settingOf(written: string): TargetSetting | null {
  const name = written.trim().toLowerCase().replaceAll('-', '_');
  if (isTargetSetting(name)) return name;
  return Object.hasOwn(OTHER_NAMES, name) ? (OTHER_NAMES[name] ?? null) : null;
}

const entryOf = (name: TargetSetting): SettingEntry => TARGET_SETTINGS[name];

/** A target with everything left to its provider. */
export const plainTarget = (providerId: string, model: string): BakeoffTarget => ({
  providerId,
  model,
  method: 'supervised',
  hyperparameters: { nEpochs: 'auto', batchSize: 'auto', learningRateMultiplier: 'auto' },
  beta: 'auto',
  seed: null,
  share: 1,
});

/** The settings of a single job as a target, on all rows. */
export const plannedTarget = (
  providerId: string,
  plan: Pick<TrainingPlan, 'model' | 'method' | 'hyperparameters' | 'beta' | 'seed' | 'choices'>,
): BakeoffTarget => {
  const { model, method, hyperparameters, beta, seed, choices = {} } = plan;
  return choosing({ ...plainTarget(providerId, model), method, hyperparameters, beta, seed }, choices);
};

/** What was read, or why nothing could be, with what to write instead. */
export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly what: string; readonly fix: string };

const refuse = (what: string, fix: string): Reading<never> => ({ ok: false, what, fix });

/** The target with one more setting, by its name and the words it was written in. */
export function withSetting(target: BakeoffTarget, name: string, words: string): Reading<BakeoffTarget> {
  const setting = settingOf(name);
  if (setting === null) {
    const near = nearestName(name.trim().toLowerCase().replaceAll('-', '_'), SETTING_NAMES);
    return refuse(
      `${name.trim()} is no setting of a target.`,
      near === null ? `There are ${SETTING_NAMES.join(', ')}.` : `Did you mean ${near}?`,
    );
  }
  const changed = entryOf(setting).read(words, target);
  if (changed !== null) return { ok: true, value: changed };
  return refuse(`${setting} is ${entryOf(setting).form}; “${words.trim()}” is not.`, `Write it as in ${EXAMPLE}.`);
}

const EXAMPLE = 'together:Qwen/Qwen3-8B,epochs=3,learning_rate=1e-5';

/** Settings that a word alone switches on. */
const FLAGS: ReadonlySet<TargetSetting | null> = new Set<TargetSetting>(['lora', 'full']);

/** Reads `provider:model[,name=value]…`, with `lora` and `full` also alone. The model may hold colons of its own. */
export function parseTarget(typed: string): Reading<BakeoffTarget> {
  const [named = '', ...settings] = typed.split(',');
  const colon = named.indexOf(':');
  const [providerId, model] = [named.slice(0, Math.max(0, colon)).trim(), named.slice(colon + 1).trim()];
  if (colon < 0 || providerId === '' || model === '') {
    return refuse(`“${typed}” names no target.`, `Write provider:model, such as ${EXAMPLE}.`);
  }
  let target = plainTarget(providerId, model);
  for (const setting of settings) {
    const [name = '', ...words] = setting.split('=');
    const flag = words.length === 0 && FLAGS.has(settingOf(name));
    if (words.length === 0 && !flag)
      return refuse(`“${setting.trim()}” of ${named} has no value.`, `Write name=value, as in ${EXAMPLE}.`);
    const read = withSetting(target, name, flag ? 'true' : words.join('='));
    if (!read.ok) return read;
    target = read.value;
  }
  return { ok: true, value: target };
}

/** How a target is set, in words: `3 epochs, rate 1e-5`; empty where all is left to the provider. */
export const settingsText = (target: BakeoffTarget): string =>
  SETTING_NAMES.flatMap((name) => entryOf(name).shown(target) ?? []).join(', ');

/**
 * In what targets differ by their settings, in the order of the targets: `3 epochs, rate 1e-5`; of one that leaves to its provider what
 * another sets, `epochs auto`. Empty where they differ in none.
 */
export function differingSettings(targets: readonly BakeoffTarget[]): readonly string[] {
  const differing = SETTING_NAMES.filter((name) => new Set(targets.map((one) => entryOf(name).shown(one))).size > 1);
  return targets.map((target) =>
    differing
      .map((name) => entryOf(name).shown(target) ?? USUAL[name] ?? `${name.replaceAll('_', ' ')} auto`)
      .join(', '),
  );
}

/** Settings whose being left out is another thing than `auto`. */
const USUAL: Readonly<Partial<Record<TargetSetting, string>>> = {
  method: methodName('supervised'),
  rows: 'all rows',
  seed: 'no seed',
  lora: 'LoRA or full: the provider’s choice',
};

/** `together:Qwen/Qwen3-8B, 3 epochs`: what distinguishes a target from the others. */
export function targetName(target: BakeoffTarget): string {
  const settings = settingsText(target);
  return `${target.providerId}:${target.model}${settings === '' ? '' : `, ${settings}`}`;
}

const DIGITS = 8;

/** A target's id: the same settings are the same target. */
export const targetId = (target: BakeoffTarget): string =>
  hash('sha256', canonicalJson({ ...target })).slice(0, DIGITS);

/** Longest stem before the target's id: every provider takes the whole. */
const STEM = 24;

/** The suffix of its job, which no other target has, so that its job is known again where a provider keeps nothing else of ours. */
export const targetSuffix = (name: string, target: BakeoffTarget): string =>
  `${suggestSuffix(name).slice(0, STEM).replace(/-+$/, '')}-${targetId(target)}`;

/** Two that are the same; null where each is of its own. */
export function twice(targets: readonly BakeoffTarget[]): BakeoffTarget | null {
  const seen = new Set<string>();
  for (const target of targets) {
    const id = targetId(target);
    if (seen.has(id)) return target;
    seen.add(id);
  }
  return null;
}
