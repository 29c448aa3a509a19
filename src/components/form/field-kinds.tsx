import { Text } from 'ink';
import type { ReactNode } from 'react';
import { useTheme } from '../../theme/theme.tsx';
import { NumberField, numberText, readNumber, showNumber, stepNumber } from '../inputs/number-field.tsx';
import type { CompletePath } from '../inputs/path-field.tsx';
import { type Option, Select, stepOption } from '../inputs/select.tsx';
import { Line, safeNames } from '../text/line.tsx';
import type { FieldKind, FormField } from './form-state.ts';

/** What Enter opens: a line to type in, or a list to choose from. */
export type Opening =
  | {
      readonly editing: 'text';
      readonly draft: string;
      /** What an empty line stands for, shown in it. */
      readonly placeholder: string;
      readonly masked: boolean;
      /** What Tab makes of a path; null for what is none. */
      readonly complete: CompletePath | null;
      /** Takes over what was typed; gives back why not, or null when it was taken. */
      readonly commit: (draft: string) => string | null;
    }
  | {
      readonly editing: 'options';
      readonly options: readonly Option[];
      /** Whether typing narrows them. */
      readonly searchable: boolean;
      readonly value: string;
      readonly choose: (value: string) => void;
    };

/** A kind of field, whole: how it is drawn at rest, and what the keys do to it. */
interface FieldEntry<Field> {
  readonly Value: (props: { readonly field: Field; readonly width: number }) => ReactNode;
  /** What stands there at rest, as text that may be longer than its row. */
  readonly text: (field: Field) => string;
  /** What Enter does: it opens something, or acts at once. */
  readonly enter: (field: Field) => Opening | (() => void);
  /** What left and right do; null when they do nothing. */
  readonly step: ((field: Field, by: 1 | -1) => void) | null;
  /** Whether Space steps too. */
  readonly space: boolean;
}

const TOGGLE_WORDS = ['on', 'off'] as const;

/** `◉ on` or `○ off`. */
function Toggle({ field }: { readonly field: FormField<'toggle'> }): ReactNode {
  const { symbols } = useTheme();
  const [on, off] = field.words ?? TOGGLE_WORDS;
  return (
    <Text wrap="truncate-end">
      {field.value ? symbols.on : symbols.off} {field.value ? on : off}
    </Text>
  );
}

/** What Enter does, or the names it is about. */
function Action({ field, width }: { readonly field: FormField<'action'>; readonly width: number }): ReactNode {
  const { symbols } = useTheme();
  const text = field.names === undefined ? field.value : safeNames(field.names, width, symbols.ellipsis);
  return <Line text={text} width={width} tone="accent" cut="middle" />;
}

const FIELD_KINDS: { readonly [K in FieldKind]: FieldEntry<FormField<K>> } = {
  text: {
    Value: ({ field, width }) =>
      field.value === '' ? (
        <Line text={field.placeholder ?? 'empty'} width={width} tone="muted" />
      ) : (
        <Line text={field.masked === true ? 'typed, hidden' : field.value} width={width} cut="middle" />
      ),
    text: ({ value, masked }) => (masked === true ? '' : value),
    enter: ({ value, masked, complete, onChange }) => ({
      editing: 'text',
      draft: value,
      placeholder: '',
      masked: masked === true,
      complete: complete ?? null,
      commit: (draft) => {
        onChange(draft);
        return null;
      },
    }),
    step: null,
    space: false,
  },
  number: {
    Value: ({ field, width }) => (
      <NumberField
        value={field.value}
        rules={field.rules}
        width={width}
        {...(field.unit === undefined ? {} : { unit: field.unit })}
      />
    ),
    text: (field) => numberText(field),
    enter: ({ value, rules, onChange }) => ({
      editing: 'text',
      // The word for no number is not in the way of a number that is typed.
      draft: value === null ? '' : showNumber(value, rules),
      placeholder: rules.none ?? '',
      masked: false,
      complete: null,
      commit: (draft) => {
        const reading = readNumber(draft, rules);
        if (!reading.ok) return reading.reason;
        onChange(reading.value);
        return null;
      },
    }),
    step: ({ value, rules, onChange }, by) => onChange(stepNumber(value, by, rules)),
    space: false,
  },
  select: {
    Value: ({ field, width }) => <Select options={field.options} value={field.value} width={width} />,
    text: ({ options, value }) => `${options.find((option) => option.value === value)?.label ?? value}  `,
    enter: ({ options, searchable = false, value, onChange }) => ({
      editing: 'options',
      options,
      searchable,
      value,
      choose: onChange,
    }),
    step: ({ options, value, onChange }, by) => onChange(stepOption(options, value, by)),
    space: false,
  },
  toggle: {
    Value: Toggle,
    text: ({ value, words = TOGGLE_WORDS }) => `  ${value ? words[0] : words[1]}`,
    enter:
      ({ value, onChange }) =>
      () =>
        onChange(!value),
    step: ({ value, onChange }) => onChange(!value),
    space: true,
  },
  action: {
    Value: Action,
    text: ({ value }) => value,
    enter:
      ({ run }) =>
      () =>
        run(),
    step: null,
    space: false,
  },
};

/** The field's value at rest. */
export function FieldValue<K extends FieldKind>({
  field,
  width,
}: {
  readonly field: FormField<K>;
  readonly width: number;
}): ReactNode {
  const { Value } = FIELD_KINDS[field.kind];
  return <Value field={field} width={width} />;
}

/** What stands in the field at rest, as text that may be longer than its row; nothing of a key. */
export const fieldText = <K extends FieldKind>(field: FormField<K>): string => FIELD_KINDS[field.kind].text(field);

/** What Enter opens on this field, or does at once. */
export function enterField<K extends FieldKind>(field: FormField<K>): Opening | (() => void) {
  return FIELD_KINDS[field.kind].enter(field);
}

/** What left (-1) and right (1) do to this field, and whether Space does it too; null when they do nothing. */
export function stepsOf<K extends FieldKind>(
  field: FormField<K>,
): { readonly step: (by: 1 | -1) => void; readonly space: boolean } | null {
  const { step, space } = FIELD_KINDS[field.kind];
  return step === null ? null : { step: (by) => step(field, by), space };
}
