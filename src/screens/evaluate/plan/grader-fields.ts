import type { FormField } from '../../../components/form/form-state.ts';
import type { Option } from '../../../components/inputs/select.tsx';
import type { GraderKind } from '../../../domain/evaluation/types.ts';
import { type ModelCandidate, modelRefKey } from '../model-refs.ts';
import { type GraderDraft, readGrader } from './draft.ts';

const GRADER_KINDS: readonly (Option & { readonly value: GraderKind })[] = [
  { value: 'exact-ci', label: 'equal, case aside', note: 'after trimming' },
  { value: 'exact', label: 'equal', note: 'after trimming' },
  { value: 'contains', label: 'contains the target', note: 'case aside' },
  { value: 'labels', label: 'label of a set', note: 'case and punctuation aside' },
  { value: 'number', label: 'number', note: 'within a tolerance' },
  { value: 'regex', label: 'pattern', note: 'a regular expression' },
  { value: 'json-schema', label: 'JSON of a schema', note: 'the target is not looked at' },
  { value: 'similarity', label: 'similar text', note: 'chrF (Popović 2015)' },
  { value: 'judge', label: 'judged by a model', note: 'in both orders' },
];

const REMOVE = 'remove';

export interface GraderFieldsInput {
  readonly grader: GraderDraft;
  readonly index: number;
  readonly models: readonly ModelCandidate[];
  /** Null takes the grader out. */
  readonly change: (grader: GraderDraft | null) => void;
  /** Whether it may be taken out: one must stay. */
  readonly removable: boolean;
}

type GraderChange = Partial<GraderDraft>;

function parameterFields(
  { grader, index, models }: GraderFieldsInput,
  set: (part: GraderChange) => void,
): readonly FormField[] {
  const reading = readGrader(grader);
  const base = (field: string, label: string) => ({
    id: `${field}-${index}`,
    label: `  ${label}`,
    error: !reading.ok && reading.field === field ? reading.why : null,
  });
  switch (grader.kind) {
    case 'exact':
    case 'exact-ci':
    case 'contains':
      return [];
    case 'regex':
      return [
        { ...base('pattern', 'Pattern'), kind: 'text', value: grader.pattern, onChange: (pattern) => set({ pattern }) },
        { ...base('flags', 'Flags'), kind: 'text', value: grader.flags, onChange: (flags) => set({ flags }) },
      ];
    case 'json-schema':
      return [
        { ...base('schema', 'Schema'), kind: 'text', value: grader.schema, onChange: (schema) => set({ schema }) },
      ];
    case 'number':
      return [
        {
          ...base('tolerance', 'Tolerance'),
          kind: 'number',
          value: grader.tolerance,
          rules: { min: 0, step: 0.1 },
          onChange: (tolerance) => set({ tolerance: tolerance ?? 0 }),
        },
        {
          ...base('relative', 'Measured'),
          kind: 'toggle',
          value: grader.relative,
          words: ['in % of the target', 'absolute'],
          onChange: (relative) => set({ relative }),
        },
      ];
    case 'labels':
      return [
        {
          ...base('labels', 'Labels'),
          kind: 'text',
          value: grader.labels,
          placeholder: 'Yes, No',
          onChange: (labels) => set({ labels }),
        },
      ];
    case 'similarity':
      return [
        {
          ...base('threshold', 'Passes at'),
          kind: 'number',
          value: grader.threshold,
          rules: { min: 0, max: 1, step: 0.05 },
          onChange: (threshold) => set({ threshold: threshold ?? 0 }),
        },
      ];
    case 'judge':
      return [
        {
          ...base('judge', 'Judge'),
          kind: 'select',
          value: grader.judge === null ? '' : modelRefKey(grader.judge),
          options: models.map(({ ref, note }) => ({ value: modelRefKey(ref), label: ref.model, note })),
          onChange: (value) => set({ judge: models.find(({ ref }) => modelRefKey(ref) === value)?.ref ?? null }),
        },
        {
          ...base('rubric', 'Rubric'),
          kind: 'text',
          value: grader.rubric,
          placeholder: 'correct, complete, to the point',
          onChange: (rubric) => set({ rubric }),
        },
      ];
  }
}

/** A grader in the form: what it is, and what it needs to know. The first one decides right or wrong. */
export function graderFields(input: GraderFieldsInput): readonly FormField[] {
  const { grader, index, change, removable } = input;
  const set = (part: GraderChange): void => change({ ...grader, ...part });
  const options: readonly Option[] = removable
    ? [...GRADER_KINDS, { value: REMOVE, label: 'take this grader out' }]
    : GRADER_KINDS;
  return [
    {
      id: `grader-${index}`,
      kind: 'select',
      label: index === 0 ? 'Grader' : `Grader ${index + 1}`,
      value: grader.kind,
      options,
      ...(index === 0 && removable ? { note: 'decides right or wrong' } : {}),
      onChange: (value) => {
        const kind = GRADER_KINDS.find((one) => one.value === value)?.value;
        if (value === REMOVE) change(null);
        else if (kind !== undefined) set({ kind });
      },
    },
    ...parameterFields(input, set),
  ];
}
