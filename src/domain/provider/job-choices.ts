import type { Hyperparameter, JobChoices, JobRequest, TrainedWeights } from '../training/types.ts';
import { weightSettingTexts } from '../training/weight-settings.ts';

/** A place and price of training, by the provider's word for it. */
export interface TrainingTier {
  readonly value: string;
  readonly note: string;
}

/** What of a job can be chosen beside its hyperparameters; each part is what can be, or in words why nothing can. */
export interface DialectChoices {
  readonly weights:
    | { readonly offered: readonly TrainedWeights[]; readonly usual: TrainedWeights; readonly otherwise: string }
    | string;
  readonly tiers: readonly TrainingTier[] | string;
}

export interface ChoiceProblem {
  readonly field: keyof JobChoices;
  readonly message: string;
  readonly fix: string;
}

/** What is trained where nothing is chosen; null where the provider does not say. */
export const usualWeights = ({ weights }: DialectChoices): TrainedWeights | null =>
  typeof weights === 'string' ? null : weights.usual;

/** As a person reads it. */
export const weightsName = (weights: TrainedWeights): string => (weights === 'lora' ? 'LoRA' : 'full');

/** What is chosen of a job and its provider would refuse, each with its fix. */
export function findChoiceProblems(chosen: JobChoices, choices: DialectChoices): readonly ChoiceProblem[] {
  return [...weightsProblems(chosen, choices), ...tierProblems(chosen, choices)];
}

function weightsProblems({ weights }: JobChoices, choices: DialectChoices): ChoiceProblem[] {
  const rule = choices.weights;
  if (weights === undefined || (typeof rule !== 'string' && rule.offered.includes(weights))) return [];
  const message = typeof rule === 'string' ? rule : rule.otherwise;
  return [{ field: 'weights', message, fix: 'Leave it at auto.' }];
}

function tierProblems({ tier }: JobChoices, { tiers }: DialectChoices): ChoiceProblem[] {
  if (tier === undefined) return [];
  const field = 'tier';
  if (typeof tiers === 'string') return [{ field, message: tiers, fix: 'Leave the training type at auto.' }];
  if (tiers.some(({ value }) => value === tier)) return [];
  const known = tiers.map(({ value }) => value).join(', ');
  return [{ field, message: `${tier} is no training type there.`, fix: `Give one of ${known}, or auto.` }];
}

/** What is trained, in words; null where nothing is known of it. */
export const weightsText = (weights: TrainedWeights | undefined, rank: Hyperparameter = 'auto'): string | null => {
  if (weights === 'full') return weightsName('full');
  if (rank !== 'auto') return `${weightsName('lora')}, rank ${rank}`;
  return weights === undefined ? null : weightsName(weights);
};

/** What was chosen of a job, as sentences for a person about to start it. */
export function choiceSentences({ choices, hyperparameters }: Pick<JobRequest, 'choices' | 'hyperparameters'>) {
  const trains = weightsText(choices?.weights, hyperparameters.loraRank);
  return [
    ...(trains === null ? [] : [`Chosen: trains ${trains}.`]),
    ...(choices?.tier === undefined ? [] : [`Chosen: training type ${choices.tier}.`]),
    ...weightSettingTexts(choices?.settings).map(([label, value]) => `Chosen: ${label} ${value}.`),
  ];
}
