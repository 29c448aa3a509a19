import type { FormField } from '../../components/form/form-state.ts';
import { sendingFields } from '../../components/form/sending-fields.ts';
import type { Option } from '../../components/inputs/select.tsx';
import { TEMPERATURE_NOTE } from '../../domain/chat/types.ts';
import { EXISTING_CHOICES, EXISTING_ROWS, USUAL_EXISTING } from '../../domain/dataset/existing-rows.ts';
import { STRENGTHS } from '../../domain/lattice/t-wise.ts';
import type { CellSelection, ExistingRows, GenerationPlan } from '../../domain/project/types.ts';

const SELECTION_KINDS: readonly (Option & { readonly value: CellSelection['kind'] })[] = [
  { value: 'all', label: 'all', note: 'every combination' },
  { value: 'first', label: 'first n' },
  { value: 'random', label: 'random n', note: 'drawn with a seed' },
  { value: 'stratified', label: 'stratified n', note: 'every value of a slot equally often' },
  { value: 'pairwise', label: 'pairwise cover', note: 'every pair of values at least once' },
  { value: 't-wise', label: 't-wise cover', note: 'every t values of any t slots at least once' },
];

const DEFAULT_COUNT = 16;
const DEFAULT_STRENGTH = 3;
const MAX_SEED = 2147483647;

/** The same choice of another kind; count and seed are kept where both have them. */
export function selectionOfKind(cells: CellSelection, kind: string): CellSelection {
  const count = 'count' in cells ? cells.count : DEFAULT_COUNT;
  const seed = 'seed' in cells ? cells.seed : 1;
  switch (kind) {
    case 'first':
      return { kind: 'first', count };
    case 'random':
      return { kind: 'random', count, seed };
    case 'stratified':
      return { kind: 'stratified', count, seed };
    case 'pairwise':
      return { kind: 'pairwise', seed };
    case 't-wise':
      return { kind: 't-wise', strength: DEFAULT_STRENGTH, seed };
    default:
      return { kind: 'all' };
  }
}

function selectionFields(cells: CellSelection, change: (cells: CellSelection) => void): readonly FormField[] {
  const fields: FormField[] = [];
  if ('count' in cells)
    fields.push({
      id: 'count',
      kind: 'number',
      label: 'How many',
      value: cells.count,
      rules: { min: 1, integer: true },
      onChange: (count) => change({ ...cells, count: count ?? 1 }),
    });
  if (cells.kind === 't-wise')
    fields.push({
      id: 'strength',
      kind: 'number',
      label: 'Strength',
      note: 't: how many slots meet',
      value: cells.strength,
      rules: { ...STRENGTHS, integer: true },
      onChange: (strength) => change({ ...cells, strength: strength ?? DEFAULT_STRENGTH }),
    });
  if ('seed' in cells)
    fields.push({
      id: 'seed',
      kind: 'number',
      label: 'Seed',
      value: cells.seed,
      rules: { min: 0, max: MAX_SEED, integer: true },
      onChange: (seed) => change({ ...cells, seed: seed ?? 0 }),
    });
  return fields;
}

function existingField(value: ExistingRows, change: PlanFieldsInput['change']): FormField {
  return {
    id: 'existing',
    kind: 'select',
    label: 'Other answers',
    value,
    options: EXISTING_CHOICES.map((choice) => ({ value: choice, ...EXISTING_ROWS[choice] })),
    onChange: (chosen) => change({ existing: EXISTING_CHOICES.find((choice) => choice === chosen) ?? USUAL_EXISTING }),
  };
}

export interface PlanFieldsInput {
  readonly plan: GenerationPlan;
  readonly models: readonly Option[];
  /** Whether some combinations have other answers, so that there is something to choose. */
  readonly hasOthers: boolean;
  /** Whether the provider has batches. */
  readonly hasBatches: boolean;
  readonly change: (part: Partial<GenerationPlan>) => void;
}

/** The plan as a form: who writes, how, which cells, how fast, for how much at most. */
export function planFields({ plan, models, hasOthers, hasBatches, change }: PlanFieldsInput): readonly FormField[] {
  const existing = plan.existing ?? USUAL_EXISTING;
  const known = models.some(({ value }) => value === plan.model);
  const options = known ? models : [{ value: plan.model, label: plan.model }, ...models];
  return [
    {
      id: 'model',
      kind: 'select',
      label: 'Teacher model',
      value: plan.model,
      options,
      searchable: true,
      onChange: (model) => change({ model }),
    },
    {
      id: 'temperature',
      kind: 'number',
      label: 'Temperature',
      note: TEMPERATURE_NOTE,
      value: plan.temperature,
      rules: { min: 0, max: 2, step: 0.1 },
      onChange: (temperature) => change({ temperature: temperature ?? 1 }),
    },
    {
      id: 'max-tokens',
      kind: 'number',
      label: 'Max tokens',
      value: plan.maxTokens,
      rules: { min: 1, max: 128_000, integer: true, step: 50 },
      onChange: (maxTokens) => change({ maxTokens: maxTokens ?? 300 }),
    },
    {
      id: 'thoughts',
      kind: 'toggle',
      label: 'Thoughts',
      note: 'of a reasoning model, in later answers',
      value: plan.keepThoughts === true,
      words: ['in the rows', 'beside the rows'],
      onChange: (keepThoughts) => change({ keepThoughts }),
    },
    {
      id: 'cells',
      kind: 'select',
      label: 'Combinations',
      value: plan.cells.kind,
      options: SELECTION_KINDS,
      onChange: (kind) => change({ cells: selectionOfKind(plan.cells, kind) }),
    },
    ...selectionFields(plan.cells, (cells) => change({ cells })),
    ...(hasOthers || existing !== USUAL_EXISTING ? [existingField(existing, change)] : []),
    ...sendingFields({ inBatches: plan.inBatches === true, hasBatches, change }),
    {
      id: 'concurrency',
      kind: 'number',
      label: 'Concurrency',
      value: plan.concurrency === 'auto' ? null : plan.concurrency,
      rules: { min: 1, max: 500, integer: true, none: 'auto', start: 8 },
      note: "auto follows the server's limits",
      onChange: (value) => change({ concurrency: value ?? 'auto' }),
    },
    {
      id: 'cap',
      kind: 'number',
      label: 'Spending cap',
      value: plan.capUsd,
      rules: { min: 0, step: 0.5, none: 'none', start: 1 },
      unit: 'US$',
      note: 'for the project, earlier runs included',
      onChange: (capUsd) => change({ capUsd }),
    },
  ];
}
