import * as z from 'zod';
import { isRecord } from '../common/json.ts';

/** What jobs of real weights take beside OpenAI's hyperparameters, learning rate and rank; what is absent their engine chooses. */
export const weightSettingsSchema = z.object({
  loraAlpha: z.number().optional(),
  loraDropout: z.number().optional(),
  /** `all-linear`, or names of layers with commas between. */
  targetModules: z.string().optional(),
  /** Tokens of a row; longer rows are left out. */
  maxLength: z.number().optional(),
  gradientCheckpointing: z.boolean().optional(),
  precision: z.enum(['bf16', 'fp32', 'fp16']).optional(),
  /** Share of the steps. */
  warmupRatio: z.number().optional(),
});

export type WeightSettings = z.infer<typeof weightSettingsSchema>;
export type WeightSetting = keyof WeightSettings;

interface Facts {
  readonly label: string;
  /** In the API. */
  readonly wire: string;
  /** Means nothing where all weights are trained. */
  readonly ofAdapter: boolean;
}

export type WeightSettingFacts = Facts &
  (
    | { readonly kind: 'number'; readonly rules: NumberBounds }
    | { readonly kind: 'choice'; readonly options: readonly { readonly value: string; readonly note: string }[] }
    | { readonly kind: 'text'; readonly placeholder: string }
  );

interface NumberBounds {
  readonly min: number;
  readonly max: number;
  readonly integer?: true;
  readonly start: number;
  readonly step: number;
}

/** Every such setting, in the order a form has them; bounds are the engine's. */
export const WEIGHT_SETTINGS = {
  loraAlpha: {
    kind: 'number',
    label: 'LoRA alpha',
    wire: 'lora_alpha',
    ofAdapter: true,
    rules: { min: 0.01, max: 4096, start: 32, step: 1 },
  },
  loraDropout: {
    kind: 'number',
    label: 'LoRA dropout',
    wire: 'lora_dropout',
    ofAdapter: true,
    rules: { min: 0, max: 0.9, start: 0.05, step: 0.05 },
  },
  targetModules: {
    kind: 'text',
    label: 'LoRA layers',
    wire: 'target_modules',
    ofAdapter: true,
    placeholder: 'all linear ones; or q_proj, v_proj',
  },
  maxLength: {
    kind: 'number',
    label: 'Longest row',
    wire: 'max_length',
    ofAdapter: false,
    rules: { min: 8, max: 10_000_000, integer: true, start: 1024, step: 64 },
  },
  gradientCheckpointing: {
    kind: 'choice',
    label: 'Checkpointing',
    wire: 'gradient_checkpointing',
    ofAdapter: false,
    options: [
      { value: 'true', note: 'of gradients: less memory, a third slower' },
      { value: 'false', note: 'faster, more memory' },
    ],
  },
  precision: {
    kind: 'choice',
    label: 'Precision',
    wire: 'precision',
    ofAdapter: false,
    options: [
      { value: 'bf16', note: 'half the memory of fp32' },
      { value: 'fp32', note: 'exact, slow on a GPU' },
      { value: 'fp16', note: 'on NVIDIA GPUs without bf16' },
    ],
  },
  warmupRatio: {
    kind: 'number',
    label: 'Warm-up',
    wire: 'warmup_ratio',
    ofAdapter: false,
    rules: { min: 0, max: 1, start: 0.03, step: 0.01 },
  },
} satisfies Record<WeightSetting, WeightSettingFacts>;

export const WEIGHT_SETTING_NAMES: readonly WeightSetting[] = weightSettingsSchema.keyof().options;

export const weightFacts = (name: WeightSetting): WeightSettingFacts => WEIGHT_SETTINGS[name];

const ALL_LAYERS = 'all-linear';

/** As the API has them. */
export function weightSettingsOnWire(settings: WeightSettings): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    WEIGHT_SETTING_NAMES.flatMap((name): [string, unknown][] => {
      const value = settings[name];
      if (value === undefined) return [];
      const said = name === 'targetModules' && value !== ALL_LAYERS ? layersOf(String(value)) : value;
      return [[weightFacts(name).wire, said]];
    }),
  );
}

const layersOf = (text: string): readonly string[] => text.split(/[\s,]+/).filter((name) => name !== '');

/** Out of an answer of the API; what is `auto`, or no such value, is left out. Null where there is none. */
export function weightSettingsFromWire(answer: unknown): WeightSettings | null {
  if (!isRecord(answer)) return null;
  const found = WEIGHT_SETTING_NAMES.flatMap((name): [string, unknown][] => {
    const raw = answer[weightFacts(name).wire];
    const value = name === 'targetModules' && Array.isArray(raw) ? raw.map(String).join(', ') : raw;
    const read = weightSettingsSchema.shape[name].safeParse(value);
    return read.success && read.data !== undefined ? [[name, read.data]] : [];
  });
  return found.length === 0 ? null : weightSettingsSchema.parse(Object.fromEntries(found));
}

/** A setting as it is typed or chosen; undefined for none, null for what is no such value. */
export function readWeightSetting(name: WeightSetting, text: string): WeightSettings[WeightSetting] | null {
  const typed = text.trim();
  if (typed === '' || typed === 'auto') return undefined;
  const facts = weightFacts(name);
  if (facts.kind === 'text') return typed;
  if (facts.kind === 'number') return Number.isFinite(Number(typed)) ? Number(typed) : null;
  if (!facts.options.some(({ value }) => value === typed)) return null;
  const value = name === 'gradientCheckpointing' ? typed === 'true' : typed;
  const read = weightSettingsSchema.shape[name].safeParse(value);
  return read.success ? read.data : null;
}

/** The settings with one of them as given, or without it. */
export function withWeightSetting(
  settings: WeightSettings,
  name: WeightSetting,
  value: WeightSettings[WeightSetting],
): WeightSettings | undefined {
  const { [name]: _, ...others } = settings;
  const all = value === undefined ? others : { ...others, [name]: value };
  return Object.keys(all).length === 0 ? undefined : weightSettingsSchema.parse(all);
}

/** `LoRA alpha 32`, in the order of the form. */
export function weightSettingTexts(settings: WeightSettings | undefined): readonly (readonly [string, string])[] {
  return WEIGHT_SETTING_NAMES.flatMap((name): (readonly [string, string])[] => {
    const value = settings?.[name];
    if (value === undefined) return [];
    const said = name === 'gradientCheckpointing' ? (value ? 'yes' : 'no') : String(value);
    return [[weightFacts(name).label, said]];
  });
}

export interface WeightProblem {
  readonly field: WeightSetting;
  readonly message: string;
  readonly fix: string;
}

/** What the engine would refuse of them, each with its fix; `taken` where jobs of the provider have such settings at all. */
export function findWeightProblems(
  settings: WeightSettings,
  { taken, full }: { readonly taken: boolean; readonly full: boolean },
): readonly WeightProblem[] {
  return WEIGHT_SETTING_NAMES.flatMap((field): WeightProblem[] => {
    const value = settings[field];
    if (value === undefined) return [];
    const facts = weightFacts(field);
    if (!taken) {
      return [{ field, message: `Jobs of this base have no setting “${facts.label}”.`, fix: 'Leave it at auto.' }];
    }
    if (full && facts.ofAdapter) {
      const message = `“${facts.label}” is of a LoRA adapter, and this job trains the whole model.`;
      return [{ field, message, fix: 'Choose LoRA, or leave it at auto.' }];
    }
    if (facts.kind !== 'number' || typeof value !== 'number') return [];
    const { min, max, integer = false } = facts.rules;
    if (value >= min && value <= max && (!integer || Number.isInteger(value))) return [];
    const what = integer ? 'a whole number' : 'a number';
    const message = `“${facts.label}” must be ${what} from ${min} to ${max}; ${value} is not.`;
    return [{ field, message, fix: `Give a number such as ${facts.rules.start}, or auto.` }];
  });
}
