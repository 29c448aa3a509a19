import type { FormField } from '../../../components/form/form-state.ts';
import { sendingFields } from '../../../components/form/sending-fields.ts';
import type { CompletePath } from '../../../components/inputs/path-field.tsx';
import type { Option } from '../../../components/inputs/select.tsx';
import { TEMPERATURE_NOTE } from '../../../domain/chat/types.ts';
import { type GraderDraft, modelsInDraft } from '../../../domain/evaluation/graders/graders.ts';
import { type ModelCandidate, modelRefKey, modelRefName } from '../model-refs.ts';
import type { PlanDraft, ShownDraft } from './draft.ts';
import { graderFormFields } from './grader-fields.ts';

const SOURCE_OPTIONS: readonly (Option & { readonly value: PlanDraft['source'] })[] = [
  { value: 'validation', label: 'held-out rows', note: 'what training never saw' },
  { value: 'train', label: 'training rows', note: 'what it was shown' },
  { value: 'all', label: 'all rows' },
  { value: 'file', label: 'a file', note: 'chat JSONL' },
];

const MAX_SEED = 2147483647;

export interface PlanFieldsInput {
  readonly draft: ShownDraft;
  readonly models: readonly ModelCandidate[];
  /** Whether the provider has batches. */
  readonly hasBatches: boolean;
  readonly change: (part: Partial<PlanDraft>) => void;
  /** What Tab makes of a path. */
  readonly complete: CompletePath;
  readonly onModels: () => void;
  readonly onAddGrader: () => void;
}

/** `practice-small (baseline)`, `ft:…`. */
export function modelNames({ models }: Pick<PlanDraft, 'models'>): readonly string[] {
  const names = models.map((ref) => modelRefName(ref, models));
  return names.map((name, index) => (index === 0 && names.length > 1 ? `${name} (baseline)` : name));
}

function modelsField({ draft, onModels }: PlanFieldsInput): FormField {
  const names = modelNames(draft);
  const base = { id: 'models', kind: 'action', label: 'Models', run: onModels } as const;
  return names.length === 0
    ? { ...base, value: 'none yet: Enter chooses' }
    : { ...base, value: names.join(', '), names };
}

/** A model that is measured is no judge of itself: it is not offered as one, and marked where it was chosen before. */
function judgesFor(
  grader: GraderDraft,
  models: readonly ModelCandidate[],
  measured: ReadonlySet<string>,
): readonly ModelCandidate[] {
  const chosen = new Set(modelsInDraft(grader).map(modelRefKey));
  return models.flatMap((candidate) => {
    const key = modelRefKey(candidate.ref);
    if (!measured.has(key)) return [candidate];
    return chosen.has(key) ? [{ ...candidate, note: 'judges its own answers' }] : [];
  });
}

function gradersFields({ draft, models, change }: PlanFieldsInput): readonly FormField[] {
  const measured = new Set(draft.models.map(modelRefKey));
  return draft.graders.flatMap((grader, index) =>
    graderFormFields({
      grader,
      index,
      models: judgesFor(grader, models, measured),
      removable: draft.graders.length > 1,
      proposed: draft.why !== null,
      change: (next: GraderDraft | null) =>
        change({
          graders: next === null ? draft.graders.filter((_, at) => at !== index) : draft.graders.with(index, next),
        }),
    }),
  );
}

function samplingFields({ draft, hasBatches, change }: PlanFieldsInput): readonly FormField[] {
  return [
    {
      id: 'temperature',
      kind: 'number',
      label: 'Temperature',
      note: TEMPERATURE_NOTE,
      value: draft.temperature,
      rules: { min: 0, max: 2, step: 0.1, none: 'default', start: 0 },
      onChange: (temperature) => change({ temperature }),
    },
    {
      id: 'max-tokens',
      kind: 'number',
      label: 'Max tokens',
      value: draft.maxTokens,
      rules: { min: 1, max: 128_000, integer: true, step: 16, none: 'default', start: 256 },
      onChange: (maxTokens) => change({ maxTokens }),
    },
    {
      id: 'seed',
      kind: 'number',
      label: 'Seed',
      value: draft.seed,
      rules: { min: 0, max: MAX_SEED, integer: true, none: 'none', start: 1 },
      onChange: (seed) => change({ seed }),
    },
    ...sendingFields({ inBatches: draft.inBatches, hasBatches, change }),
    {
      id: 'concurrency',
      kind: 'number',
      label: 'Concurrency',
      value: draft.concurrency === 'auto' ? null : draft.concurrency,
      rules: { min: 1, max: 500, integer: true, none: 'auto', start: 8 },
      onChange: (value) => change({ concurrency: value ?? 'auto' }),
    },
    {
      id: 'cap',
      kind: 'number',
      label: 'Spending cap',
      value: draft.capUsd,
      unit: 'US$',
      rules: { min: 0, step: 0.5, none: 'none', start: 1 },
      onChange: (capUsd) => change({ capUsd }),
    },
  ];
}

/** The plan as a form: on what, whom, by which measure, how fast, for how much at most. */
export function planFields(input: PlanFieldsInput): readonly FormField[] {
  const { draft, change, complete, onAddGrader } = input;
  const file: readonly FormField[] =
    draft.source === 'file'
      ? [
          {
            id: 'path',
            kind: 'text',
            label: 'File',
            value: draft.path,
            placeholder: 'path of a JSONL file; Tab completes it',
            complete,
            onChange: (path) => change({ path }),
          },
        ]
      : [];
  return [
    {
      id: 'source',
      kind: 'select',
      label: 'Measured on',
      value: draft.source,
      options: SOURCE_OPTIONS,
      onChange: (value) => {
        const source = SOURCE_OPTIONS.find((one) => one.value === value)?.value;
        if (source !== undefined) change({ source });
      },
    },
    ...file,
    modelsField(input),
    ...gradersFields(input),
    { id: 'add', kind: 'action', label: '', value: 'add a grader', run: onAddGrader },
    ...samplingFields(input),
  ];
}
