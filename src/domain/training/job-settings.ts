import { findChoiceProblems, usualWeights } from '../provider/job-choices.ts';
import { dialectFacts } from '../provider/job-dialects.ts';
import { kindFacts } from '../provider/kinds.ts';
import type { ProviderTerms } from '../provider/provider.ts';
import type { Hyperparameter, Hyperparameters, JobChoices, TrainingMethod } from './types.ts';
import { findWeightProblems, type WeightSetting } from './weight-settings.ts';

/** A method as a person reads it; absent is supervised. */
export const methodName = (method: TrainingMethod | undefined): string => (method === 'dpo' ? 'DPO' : 'supervised');

/** Why a provider does not train by a method, of its kind or for want of words; null when nothing known speaks against it. */
export function methodProblem(
  method: TrainingMethod = 'supervised',
  { kind, jobDialect }: ProviderTerms,
): string | null {
  return kindFacts(kind).untrained[method] ?? dialectFacts(jobDialect).untrained[method] ?? null;
}

/** Why a provider does not report to W&B itself; null when it does. */
export function integrationProblem({ kind }: Pick<ProviderTerms, 'kind'>): string | null {
  return kindFacts(kind).unreported;
}

/** The API's bounds (OpenAI API reference, fine-tuning jobs). */
export const BOUNDS = {
  nEpochs: { min: 1, max: 50 },
  batchSize: { min: 1, max: 256 },
  seed: { min: 0, max: 2_147_483_647 },
  /** Of DPO; above the least, which is not taken itself. */
  beta: { above: 0, max: 2 },
  suffixLength: { min: 1, max: 64 },
  /** Of the rows, held out by Luthier itself. */
  validationShare: { min: 0, max: 0.9 },
} as const;

export type BoundedField = keyof Hyperparameters | keyof JobChoices | WeightSetting | 'suffix' | 'seed' | 'beta';

export interface BoundsProblem {
  readonly field: BoundedField;
  readonly message: string;
  readonly fix: string;
}

export interface BoundedRequest {
  readonly hyperparameters: Hyperparameters;
  /** Empty or null for none. */
  readonly suffix: string | null;
  readonly seed: number | null;
  /** Supervised when absent. */
  readonly method?: TrainingMethod | undefined;
  /** Looked at under DPO alone. */
  readonly beta?: Hyperparameter | undefined;
  readonly choices?: JobChoices | undefined;
}

/** Of providers that let none be chosen, where one stands all the same. */
const ANY_RANK = { min: 1, max: 128 };

/** The bounds of a provider's jobs: the API's, or its dialect's own. */
export const boundsOf = ({ jobDialect }: Pick<ProviderTerms, 'jobDialect'>) => ({
  ...BOUNDS,
  loraRank: dialectFacts(jobDialect).loraRank ?? ANY_RANK,
  ...dialectFacts(jobDialect).bounds,
});

/** Everything in a job's settings that the provider would refuse, each with its fix. */
export function findBoundsProblems(request: BoundedRequest, provider: ProviderTerms): readonly BoundsProblem[] {
  const { nEpochs, batchSize } = request.hyperparameters;
  const bounds = boundsOf(provider);
  return [
    ...wholeNumber('nEpochs', 'Epochs', nEpochs, bounds.nEpochs, 'or auto'),
    ...wholeNumber('batchSize', 'The batch size', batchSize, bounds.batchSize, 'or auto'),
    ...learningRate(request.hyperparameters, provider),
    ...loraRank(request, provider),
    ...(request.method === 'dpo' ? beta(request.beta ?? 'auto') : []),
    ...unsaidOfDpo(request, provider),
    ...findChoiceProblems(request.choices ?? {}, dialectFacts(provider.jobDialect).choices),
    ...weightSettings(request, provider),
    ...suffix(request.suffix ?? '', provider),
    ...wholeNumber('seed', 'The seed', request.seed ?? 'auto', BOUNDS.seed, 'or leave it empty'),
    ...seedless(request.seed, provider),
  ];
}

function seedless(seed: number | null, { jobDialect }: ProviderTerms): BoundsProblem[] {
  const { seedless: message } = dialectFacts(jobDialect);
  return seed === null || message === null ? [] : [{ field: 'seed', message, fix: 'Leave it empty.' }];
}

function wholeNumber(
  field: BoundedField,
  label: string,
  value: number | 'auto',
  { min, max }: { readonly min: number; readonly max: number },
  otherwise: string,
): BoundsProblem[] {
  if (value === 'auto' || (Number.isInteger(value) && value >= min && value <= max)) return [];
  const message = `${label} must be a whole number from ${min} to ${max}; ${value} is not.`;
  return [{ field, message, fix: `Give a number from ${min} to ${max}, ${otherwise}.` }];
}

/** The field in which a provider takes the learning rate. One is never made of the other: what a multiplier is of, only its provider knows. */
export const rateField = ({ jobDialect }: Pick<ProviderTerms, 'jobDialect'>): RateField =>
  dialectFacts(jobDialect).learningRate === 'absolute' ? 'learningRate' : 'learningRateMultiplier';

export type RateField = 'learningRate' | 'learningRateMultiplier';

const RATES = {
  learningRateMultiplier: {
    name: 'learning-rate multiplier',
    max: Number.MAX_VALUE,
    fix: 'Give a number such as 0.5, 1 or 2, or auto.',
  },
  learningRate: { name: 'learning rate', max: 1, fix: 'Give a number such as 1e-5, or auto.' },
} satisfies Record<RateField, { readonly name: string; readonly max: number; readonly fix: string }>;

function learningRate(given: Hyperparameters, provider: ProviderTerms): BoundsProblem[] {
  const taken = rateField(provider);
  const other = taken === 'learningRate' ? 'learningRateMultiplier' : 'learningRate';
  if ((given[other] ?? 'auto') !== 'auto') {
    const message = `Jobs of this provider take a ${RATES[taken].name} and no ${RATES[other].name}; neither can be made of the other.`;
    return [{ field: other, message, fix: `Leave the ${RATES[other].name} at auto. ${RATES[taken].fix}` }];
  }
  const value = given[taken] ?? 'auto';
  const { name, max, fix } = RATES[taken];
  if (value === 'auto' || (value > 0 && value <= max)) return [];
  const range = max === 1 ? 'above 0 and at most 1' : 'above 0';
  return [{ field: taken, message: `The ${name} must be ${range}; ${value} is not.`, fix }];
}

/** Whether the rank of an adapter is a setting of a job: where the provider lets it be chosen, and LoRA is what is trained. */
export function choosesRank(
  { choices }: Pick<BoundedRequest, 'choices'>,
  { jobDialect }: Pick<ProviderTerms, 'jobDialect'>,
): boolean {
  const { loraRank, choices: offered } = dialectFacts(jobDialect);
  return loraRank !== null && (choices?.weights ?? usualWeights(offered) ?? 'lora') === 'lora';
}

function loraRank({ hyperparameters, choices }: BoundedRequest, { jobDialect }: ProviderTerms): BoundsProblem[] {
  const value = hyperparameters.loraRank ?? 'auto';
  if (value === 'auto') return [];
  const field = 'loraRank';
  const { loraRank: ranks, choices: offered } = dialectFacts(jobDialect);
  if (ranks === null) {
    return [{ field, message: 'Jobs of this provider let no LoRA rank be chosen.', fix: 'Leave it at auto.' }];
  }
  if ((choices?.weights ?? usualWeights(offered)) === 'full') {
    const message = 'A rank is of a LoRA adapter, and this job trains the whole model.';
    return [{ field, message, fix: 'Choose LoRA too (--lora), or leave the rank at auto.' }];
  }
  const { min, max, powersOfTwo } = ranks;
  const fits = Number.isInteger(value) && value >= min && value <= max;
  if (fits && (!powersOfTwo || Number.isInteger(Math.log2(value)))) return [];
  const what = powersOfTwo ? 'a power of two' : 'a whole number';
  const message = `The LoRA rank must be ${what} from ${min} to ${max}; ${value} is not.`;
  return [{ field, message, fix: 'Give a number such as 8 or 16, or auto.' }];
}

function weightSettings({ choices }: BoundedRequest, { jobDialect }: ProviderTerms): readonly BoundsProblem[] {
  const { weightSettings: taken, choices: offered } = dialectFacts(jobDialect);
  const full = (choices?.weights ?? usualWeights(offered)) === 'full';
  return findWeightProblems(choices?.settings ?? {}, { taken, full });
}

function beta(value: number | 'auto'): BoundsProblem[] {
  const { above, max } = BOUNDS.beta;
  if (value === 'auto' || (value > above && value <= max)) return [];
  const message = `Beta must be above ${above} and at most ${max}; ${value} is not.`;
  return [{ field: 'beta', message, fix: 'Give a number such as 0.1 or 0.5, or auto.' }];
}

/** Settings of DPO that a provider has no words for. */
export function unsaidOfDpo(
  {
    method,
    beta = 'auto',
    hyperparameters: { batchSize },
  }: Pick<BoundedRequest, 'method' | 'beta' | 'hyperparameters'>,
  { jobDialect }: Pick<ProviderTerms, 'jobDialect'>,
): BoundsProblem[] {
  if (method !== 'dpo') return [];
  const words = dialectFacts(jobDialect).unsaidOfDpo;
  const given = { beta, batchSize };
  return (['beta', 'batchSize'] as const).flatMap((field) => {
    const message = words[field];
    return message === undefined || given[field] === 'auto' ? [] : [{ field, message, fix: 'Leave it at auto.' }];
  });
}

function suffix(value: string, { kind }: ProviderTerms): BoundsProblem[] {
  if (value === '') return [];
  const field = 'suffix';
  if (value.length > BOUNDS.suffixLength.max) {
    const message = `A suffix has at most ${BOUNDS.suffixLength.max} characters; this one has ${value.length}.`;
    return [{ field, message, fix: 'Shorten it.' }];
  }
  if (!/^[A-Za-z0-9._-]+$/.test(value)) {
    const message = 'A suffix becomes part of the model name, where only letters, digits, -, _ and . can stand.';
    return [{ field, message, fix: `Try ${suggestSuffix(value)}.` }];
  }
  const message = kindFacts(kind).suffix.problem(value);
  return message === null ? [] : [{ field, message, fix: `Try ${suggestSuffix(value)}.` }];
}

/** A suffix every provider takes, made of any name: lower-case letters, digits and dashes, 40 characters at most. */
export function suggestSuffix(name: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}+/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '');
  return plain === '' ? 'tuned' : plain;
}
