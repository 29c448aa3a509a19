import { weightsName } from '../provider/job-choices.ts';
import { methodName } from '../training/job-settings.ts';
import type { Hyperparameter, Hyperparameters, JobChoices, TrainedWeights, TrainingMethod } from '../training/types.ts';
import {
  readWeightSetting,
  type WeightSetting,
  type WeightSettingFacts,
  weightFacts,
  weightSettingTexts,
  withWeightSetting,
} from '../training/weight-settings.ts';

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
  | 'lora_alpha'
  | 'lora_dropout'
  | 'target_modules'
  | 'max_length'
  | 'gradient_checkpointing'
  | 'precision'
  | 'warmup_ratio'
  | 'tier'
  | 'method'
  | 'beta'
  | 'seed'
  | 'rows';

export interface SettingEntry {
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
export function choosing({ choices, ...target }: BakeoffTarget, chosen: JobChoices): BakeoffTarget {
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

/** Between names of layers: commas stand between settings, and between the values of a sweep. */
export const LAYER_SEPARATOR = '+';

const splitNames = (words: string): readonly string[] =>
  words.split(LAYER_SEPARATOR).flatMap((name) => name.trim() || []);

function formOf(facts: WeightSettingFacts): string {
  switch (facts.kind) {
    case 'number':
      return 'a number, or auto';
    case 'text':
      return `names of layers with ${LAYER_SEPARATOR} between, all-linear, or auto`;
    case 'choice':
      return `${facts.options.map(({ value }) => value).join(', ')} or auto`;
  }
}

/** A setting of real weights. */
function ofWeights(name: WeightSetting): SettingEntry {
  const facts = weightFacts(name);
  return {
    form: formOf(facts),
    read(words, target) {
      const plain = name === 'targetModules' ? splitNames(words).join(', ') : words.trim();
      const value = plain === '' ? null : readWeightSetting(name, plain);
      if (value === null) return null;
      return choosing(target, { settings: withWeightSetting(target.choices?.settings ?? {}, name, value) });
    },
    shown({ choices }) {
      const said = weightSettingTexts(choices?.settings).find(([label]) => label === facts.label);
      return said === undefined ? null : `${said[0]} ${said[1].replaceAll(', ', LAYER_SEPARATOR)}`;
    },
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
  lora_alpha: ofWeights('loraAlpha'),
  lora_dropout: ofWeights('loraDropout'),
  target_modules: ofWeights('targetModules'),
  max_length: ofWeights('maxLength'),
  gradient_checkpointing: ofWeights('gradientCheckpointing'),
  precision: ofWeights('precision'),
  warmup_ratio: ofWeights('warmupRatio'),
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
