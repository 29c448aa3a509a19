import { hash } from 'node:crypto';
import { canonicalJson } from '../common/json.ts';
import type { TrainingPlan } from '../project/types.ts';
import { nearestName } from '../text/nearest.ts';
import { methodName, suggestSuffix } from '../training/job-settings.ts';
import {
  type BakeoffTarget,
  choosing,
  SETTING_NAMES,
  type SettingEntry,
  settingOf,
  TARGET_SETTINGS,
  type TargetSetting,
} from './target-settings.ts';

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
const FLAGS: ReadonlySet<TargetSetting | null> = new Set<TargetSetting>(['lora', 'full', 'gradient_checkpointing']);

/** Reads `provider:model[,name=value]…`, with the names of switches also alone. The model may hold colons of its own. */
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
