import { useRead, useWorkbench } from '../../../app/react.tsx';
import type { FormField } from '../../../components/form/form-state.ts';
import type { RowCounts } from '../../../domain/dataset/types.ts';
import type { TrainingPlan } from '../../../domain/project/types.ts';
import type { DialectChoices } from '../../../domain/provider/job-choices.ts';
import { kindFacts } from '../../../domain/provider/kinds.ts';
import { count } from '../../../domain/text/format.ts';
import {
  BOUNDS,
  type BoundedField,
  type BoundsProblem,
  type boundsOf,
  integrationProblem,
  type RateField,
} from '../../../domain/training/job-settings.ts';
import type { Hyperparameters } from '../../../domain/training/types.ts';
import { type ModelFacts, modelNote, modelOptions } from './base-models.ts';
import { tierFields, weightsFields } from './choice-fields.ts';
import { type MoreFields, weightSettingFields } from './weight-fields.ts';

/** Rows by side, where the dataset keeps a split. */
export interface StoredSplit {
  readonly train: number;
  readonly validation: number;
  readonly unassigned: number;
}

/** The split that the rows carry; null when they carry none, and the settings of the job divide them. */
export function useStoredSplit(): StoredSplit | null {
  const { splits } = useWorkbench();
  const counts = useRead(['rows', 'training-rows'], () => splits.counts(), [splits]);
  return counts.train + counts.validation === 0 ? null : counts;
}

/** Says which sides the job takes, in the place of the settings it does not. */
function storedSplitField({ train, validation, unassigned }: StoredSplit, onOpen: () => void): FormField {
  const open = unassigned === 0 ? '' : `; ${count(unassigned)} on no side are trained on`;
  return {
    id: 'split',
    label: 'Split',
    kind: 'action',
    value: `of the dataset: ${count(train)} train, ${count(validation)} held out${open}`,
    run: onOpen,
  };
}

export interface NewJobFacts {
  readonly plan: TrainingPlan;
  readonly counts: RowCounts;
  readonly model: ModelFacts;
  readonly problems: readonly BoundsProblem[];
  /** Why the provider does not train by DPO; null when nothing speaks against it. */
  readonly dpoRefusal: string | null;
  /** The field in which the provider takes the learning rate. */
  readonly rate: RateField;
  /** Whether the provider lets the rank of an adapter be chosen. */
  readonly choosesRank: boolean;
  /** What else can be chosen at the provider. */
  readonly choices: DialectChoices;
  /** Settings of real weights, and whether they are shown; null where the base takes none. */
  readonly weights: MoreFields | null;
  readonly bounds: Pick<ReturnType<typeof boundsOf>, 'nEpochs' | 'batchSize' | 'loraRank'>;
  /** The split the rows carry, which stands before the settings here; null when they carry none. */
  readonly stored: StoredSplit | null;
  readonly onDataset: () => void;
  readonly change: (part: Partial<TrainingPlan>) => void;
}

/** The largest share of rows that can be held out, in per cent. */
const MAX_HELD_OUT_PERCENT = 90;

function modelField({ plan, model, change }: NewJobFacts): FormField {
  const options = modelOptions(model);
  const base = { id: 'model', label: 'Base model', value: plan.model };
  const onChange = (value: string): void => change({ model: value.trim() });
  if (!kindFacts(model.kind).practice && options.length <= 1) {
    const error = plan.model === '' ? 'Type the name of the model to train from.' : null;
    const note = plan.model === '' ? {} : { note: modelNote(plan.model, model) };
    return { ...base, ...note, kind: 'text', onChange, error, placeholder: 'name of the model' };
  }
  return { ...base, kind: 'select', options, searchable: true, onChange };
}

function methodField({ plan, dpoRefusal, change }: NewJobFacts): FormField {
  return {
    id: 'method',
    label: 'Method',
    kind: 'select',
    value: plan.method,
    options: [
      { value: 'supervised', label: 'supervised', note: 'of good answers' },
      { value: 'dpo', label: 'DPO', note: dpoRefusal ?? 'of pairs: accepted and rejected' },
    ],
    onChange: (value) => change({ method: value === 'dpo' ? 'dpo' : 'supervised' }),
  };
}

function betaField({ plan, change }: NewJobFacts, error: string | null): FormField {
  return {
    id: 'beta',
    label: 'Beta',
    kind: 'number',
    value: numberOf(plan.beta),
    // Anything above 0 is allowed; nobody means less than this, and the arrows need an end.
    rules: { min: 0.01, max: BOUNDS.beta.max, start: 0.1, step: 0.1, none: 'auto' },
    error,
    onChange: (value) => change({ beta: value ?? 'auto' }),
  };
}

function rowsField({ plan, counts, change }: NewJobFacts): FormField {
  const { accepted, rejected } = counts.byRating;
  return {
    id: 'rows',
    label: 'Rows',
    kind: 'select',
    value: plan.rows,
    options: [
      { value: 'not-rejected', label: 'not rejected', note: `${count(counts.total - rejected)}, whole answers` },
      { value: 'accepted', label: 'accepted only', note: `${count(accepted)} of ${count(counts.total)}` },
    ],
    onChange: (value) => change({ rows: value === 'accepted' ? 'accepted' : 'not-rejected' }),
  };
}

function splitFields({ plan, stored, onDataset, change }: NewJobFacts): readonly FormField[] {
  if (stored !== null) return [storedSplitField(stored, onDataset)];
  return [
    {
      id: 'share',
      label: 'Held out',
      kind: 'number',
      unit: '% for validation',
      value: Math.round(plan.validationShare * 1000) / 10,
      rules: { min: 0, max: MAX_HELD_OUT_PERCENT, step: 5 },
      onChange: (value) => change({ validationShare: (value ?? 0) / 100 }),
    },
    {
      id: 'split-seed',
      label: 'Split seed',
      kind: 'number',
      value: plan.splitSeed,
      rules: { min: 0, integer: true },
      note: 'same seed, same rows held out',
      onChange: (value) => change({ splitSeed: value ?? 0 }),
    },
  ];
}

/** Only where the provider can: elsewhere nothing would come of it. */
function reportFields({ plan, model, change }: NewJobFacts): readonly FormField[] {
  if (integrationProblem(model) !== null) return [];
  return [
    {
      id: 'wandb',
      label: 'Report to W&B',
      kind: 'select',
      value: plan.wandb === true ? 'yes' : 'no',
      options: [
        { value: 'no', label: 'no', note: 'w sends the job, with its data' },
        { value: 'yes', label: `yes, by ${kindFacts(model.kind).label}`, note: 'with the key in your account there' },
      ],
      onChange: (value) => change({ wandb: value === 'yes' }),
    },
  ];
}

type HyperparameterName = keyof Hyperparameters;
const numberOf = (value: number | 'auto' | undefined): number | null =>
  value === undefined || value === 'auto' ? null : value;

const HYPERPARAMETER_FIELDS = {
  nEpochs: { label: 'Epochs', rules: { ...BOUNDS.nEpochs, start: 3, integer: true, none: 'auto' } },
  batchSize: { label: 'Batch size', rules: { ...BOUNDS.batchSize, start: 4, integer: true, none: 'auto' } },
  learningRateMultiplier: {
    label: 'Learning rate ×',
    // Anything above 0 is allowed; nobody means less than this, and the arrows need an end.
    rules: { min: 0.001, start: 1, step: 0.1, none: 'auto' },
  },
  loraRank: { label: 'LoRA rank', rules: { min: 1, start: 8, integer: true, none: 'auto' } },
  learningRate: { label: 'Learning rate', rules: { min: 1e-8, max: 1, start: 1e-5, step: 1e-6, none: 'auto' } },
} as const;

const withBounds = (key: HyperparameterName, bounds: NewJobFacts['bounds']) => {
  const { label, rules } = HYPERPARAMETER_FIELDS[key];
  return {
    label,
    rules: key === 'learningRate' || key === 'learningRateMultiplier' ? rules : { ...rules, ...bounds[key] },
  };
};

/** The other field too where something stands in it that this provider does not take. */
function rateFields(given: Hyperparameters, taken: RateField): readonly RateField[] {
  const other = taken === 'learningRate' ? 'learningRateMultiplier' : 'learningRate';
  return (given[other] ?? 'auto') === 'auto' ? [taken] : [taken, other];
}

/** One line of a form a setting of the job; every value is the plan's. */
export function newJobFields(facts: NewJobFacts): readonly FormField[] {
  const { plan, problems, change } = facts;
  const wrong = (field: BoundedField): string | null => {
    const found = problems.find((problem) => problem.field === field);
    return found === undefined ? null : `${found.message} ${found.fix}`;
  };
  const hyper = (key: HyperparameterName): FormField => ({
    ...withBounds(key, facts.bounds),
    id: key,
    kind: 'number',
    value: numberOf(plan.hyperparameters[key]),
    error: wrong(key),
    onChange: (value) => change({ hyperparameters: { ...plan.hyperparameters, [key]: value ?? 'auto' } }),
  });
  return [
    modelField(facts),
    methodField(facts),
    ...(plan.method === 'dpo' ? [betaField(facts, wrong('beta'))] : [rowsField(facts)]),
    ...splitFields(facts),
    hyper('nEpochs'),
    hyper('batchSize'),
    ...rateFields(plan.hyperparameters, facts.rate).map(hyper),
    ...weightsFields(facts, wrong('weights')),
    ...(facts.choosesRank || (plan.hyperparameters.loraRank ?? 'auto') !== 'auto' ? [hyper('loraRank')] : []),
    ...tierFields(facts, wrong('tier')),
    ...weightSettingFields({ plan, change, wrong, more: facts.weights }),
    {
      id: 'suffix',
      label: 'Suffix',
      kind: 'text',
      value: plan.suffix,
      error: wrong('suffix'),
      placeholder: 'none; it becomes part of the name',
      onChange: (suffix) => change({ suffix: suffix.trim() }),
    },
    {
      id: 'seed',
      label: 'Seed',
      kind: 'number',
      value: plan.seed,
      error: wrong('seed'),
      rules: { ...BOUNDS.seed, start: 1, integer: true, none: 'any' },
      onChange: (seed) => change({ seed }),
    },
    ...reportFields(facts),
  ];
}
