import type { FormField } from '../../../components/form/form-state.ts';
import type { Option } from '../../../components/inputs/select.tsx';
import {
  type DraftValues,
  type InputField,
  type InputKind,
  type InputValue,
  typedValue,
} from '../../../domain/evaluation/graders/fields.ts';
import {
  GRADER_CHOICES,
  type GraderDraft,
  graderFields,
  readGraderDraft,
} from '../../../domain/evaluation/graders/graders.ts';
import { type ModelCandidate, modelRefKey } from '../model-refs.ts';

const REMOVE = 'remove';

export interface GraderFieldsInput {
  readonly grader: GraderDraft;
  readonly index: number;
  readonly models: readonly ModelCandidate[];
  /** Null takes the grader out. */
  readonly change: (grader: GraderDraft | null) => void;
  /** Whether it may be taken out: one must stay. */
  readonly removable: boolean;
  /** Whether it was proposed, and not chosen. */
  readonly proposed: boolean;
}

interface Parameter<I extends InputKind> {
  readonly field: InputField<I>;
  readonly base: { readonly id: string; readonly label: string; readonly error: string | null };
  readonly value: InputValue<I>;
  readonly set: (value: InputValue<I>) => void;
  readonly models: readonly ModelCandidate[];
}

/** How the form draws each kind of input. */
const FORM_FIELDS: { readonly [I in InputKind]: (parameter: Parameter<I>) => FormField } = {
  text: ({ field, base, value, set }) => ({
    ...base,
    kind: 'text',
    value,
    onChange: set,
    ...(field.placeholder === undefined ? {} : { placeholder: field.placeholder }),
  }),
  number: ({ field, base, value, set }) => ({
    ...base,
    kind: 'number',
    value,
    rules: field.rules,
    onChange: (next) => set(next ?? 0),
  }),
  toggle: ({ field, base, value, set }) => ({ ...base, kind: 'toggle', value, words: field.words, onChange: set }),
  model: ({ base, value, set, models }) => ({
    ...base,
    kind: 'select',
    value: value === null ? '' : modelRefKey(value),
    options: models.map(({ ref, note }) => ({ value: modelRefKey(ref), label: ref.model, note })),
    searchable: true,
    onChange: (key) => set(models.find(({ ref }) => modelRefKey(ref) === key)?.ref ?? null),
  }),
};

function drawField<I extends InputKind>(
  field: InputField<I>,
  typed: DraftValues[string],
  rest: Omit<Parameter<I>, 'field' | 'value'>,
): FormField {
  return FORM_FIELDS[field.input]({ ...rest, field, value: typedValue(field, typed) });
}

/** A grader in the form: what it is, and what it needs to know. The first one decides right or wrong. */
export function graderFormFields({
  grader,
  index,
  models,
  change,
  removable,
  proposed,
}: GraderFieldsInput): readonly FormField[] {
  const options: readonly Option[] = removable
    ? [...GRADER_CHOICES, { value: REMOVE, label: 'take this grader out' }]
    : GRADER_CHOICES;
  const reading = readGraderDraft(grader);
  const parameters = graderFields(grader.kind).map(([name, field]) => {
    const error = !reading.ok && reading.field === name ? reading.why : null;
    return drawField(field, grader[name], {
      base: { id: `${name}-${index}`, label: `  ${field.label}`, error },
      set: (value) => change({ ...grader, [name]: value }),
      models,
    });
  });
  return [
    {
      id: `grader-${index}`,
      kind: 'select',
      label: index === 0 ? 'Grader' : `Grader ${index + 1}`,
      value: grader.kind,
      options,
      ...(index === 0 && removable ? { note: 'decides right or wrong' } : proposed ? { note: 'proposed' } : {}),
      onChange: (value) => {
        const kind = GRADER_CHOICES.find((one) => one.value === value)?.value;
        if (value === REMOVE) change(null);
        else if (kind !== undefined) change({ ...grader, kind });
      },
    },
    ...parameters,
  ];
}
