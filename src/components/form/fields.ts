import type { NumberRules } from '../numberfield/index.ts';
import type { Option } from '../select/index.ts';

interface FieldBase {
  readonly id: string;
  readonly label: string;
  /** What is wrong with the value, in plain words; shown under the field. */
  readonly error?: string | null;
  /** A fact about the value, shown beside it when there is room. */
  readonly note?: string;
  /** Why it cannot be changed now; Enter and arrows then do nothing. */
  readonly disabledReason?: string | null;
}

/** One line of a form. The owner keeps every value. */
export type FormField =
  | (FieldBase & {
      readonly kind: 'text';
      readonly value: string;
      readonly onChange: (value: string) => void;
      readonly placeholder?: string;
      /** For keys: dots instead of text, and the value is not shown at rest either. */
      readonly masked?: boolean;
    })
  | (FieldBase & {
      readonly kind: 'number';
      readonly value: number | null;
      readonly rules: NumberRules;
      readonly onChange: (value: number | null) => void;
      readonly unit?: string;
    })
  | (FieldBase & {
      readonly kind: 'select';
      readonly value: string;
      readonly options: readonly Option[];
      readonly onChange: (value: string) => void;
    })
  | (FieldBase & {
      readonly kind: 'toggle';
      readonly value: boolean;
      readonly onChange: (value: boolean) => void;
      readonly words?: readonly [on: string, off: string];
    })
  /** A line that does something on Enter: "start", "edit the system prompt". */
  | (FieldBase & { readonly kind: 'action'; readonly value: string; readonly run: () => void });
