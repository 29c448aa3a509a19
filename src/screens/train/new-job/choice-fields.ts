import type { FormField } from '../../../components/form/form-state.ts';
import type { TrainingPlan } from '../../../domain/project/types.ts';
import { type DialectChoices, usualWeights, weightsName } from '../../../domain/provider/job-choices.ts';

export interface ChoiceFacts {
  readonly plan: Pick<TrainingPlan, 'choices'>;
  /** What can be chosen at the provider. */
  readonly choices: DialectChoices;
  readonly change: (part: Pick<TrainingPlan, 'choices'>) => void;
}

const AUTO = 'auto';
const WEIGHTS_NOTES = { lora: 'an adapter beside the model', full: 'the whole model' } as const;
const auto = (note: string) => ({ value: AUTO, label: AUTO, note });
const ITS_CHOICE = 'the provider’s choice';

/** What of a model is trained: where there is a choice, or where something stands that the provider leaves no choice of. */
export function weightsFields({ plan, choices, change }: ChoiceFacts, error: string | null): readonly FormField[] {
  const chosen = plan.choices?.weights;
  const offered = typeof choices.weights === 'string' ? [] : choices.weights.offered;
  if (offered.length < 2 && chosen === undefined) return [];
  const usual = usualWeights(choices);
  return [
    {
      id: 'weights',
      label: 'Trains',
      kind: 'select',
      value: chosen ?? AUTO,
      options: [
        auto(usual === null ? ITS_CHOICE : `${weightsName(usual)} there`),
        ...(['lora', 'full'] as const)
          .filter((one) => offered.includes(one) || one === chosen)
          .map((value) => ({ value, label: weightsName(value), note: WEIGHTS_NOTES[value] })),
      ],
      error,
      onChange: (value) =>
        change({ choices: { ...plan.choices, weights: value === 'lora' || value === 'full' ? value : undefined } }),
    },
  ];
}

/** Where a provider trains, in its words; shown as what is trained is. */
export function tierFields({ plan, choices, change }: ChoiceFacts, error: string | null): readonly FormField[] {
  const chosen = plan.choices?.tier;
  const offered = typeof choices.tiers === 'string' ? [] : choices.tiers;
  if (offered.length === 0 && chosen === undefined) return [];
  return [
    {
      id: 'tier',
      label: 'Training type',
      kind: 'select',
      value: chosen ?? AUTO,
      options: [
        auto(ITS_CHOICE),
        ...offered.map(({ value, note }) => ({ value, label: value, note })),
        ...(chosen === undefined || offered.some(({ value }) => value === chosen)
          ? []
          : [{ value: chosen, label: chosen }]),
      ],
      error,
      onChange: (value) => change({ choices: { ...plan.choices, tier: value === AUTO ? undefined : value } }),
    },
  ];
}
