import type { NumberRules } from '../inputs/number-field.tsx';
import type { CompletePath } from '../inputs/path-field.tsx';
import type { Option } from '../inputs/select.tsx';

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

/** What each kind of field holds besides its label. */
interface FieldSettings {
  readonly text: {
    readonly value: string;
    readonly onChange: (value: string) => void;
    readonly placeholder?: string;
    /** For keys: dots instead of text, and the value is not shown at rest either. */
    readonly masked?: boolean;
    /** For paths: what Tab makes of one. */
    readonly complete?: CompletePath;
  };
  readonly number: {
    readonly value: number | null;
    readonly rules: NumberRules;
    readonly onChange: (value: number | null) => void;
    readonly unit?: string;
  };
  readonly select: {
    readonly value: string;
    readonly options: readonly Option[];
    /** A field above the opened options narrows them; for long lists such as models. */
    readonly searchable?: boolean;
    readonly onChange: (value: string) => void;
  };
  readonly toggle: {
    readonly value: boolean;
    readonly onChange: (value: boolean) => void;
    readonly words?: readonly [on: string, off: string];
  };
  /** A line that does something on Enter: "start", "edit the system prompt". */
  readonly action: {
    readonly value: string;
    /** What `value` consists of where it is several names: each keeps its place where they are too long together. */
    readonly names?: readonly string[];
    readonly run: () => void;
  };
}

export type FieldKind = keyof FieldSettings;

/** One line of a form. The owner keeps every value. What a kind looks like and does is in field-kinds.tsx. */
export type FormField<Kind extends FieldKind = FieldKind> = {
  readonly [K in Kind]: FieldBase & { readonly kind: K } & FieldSettings[K];
}[Kind];

/** What the form itself knows: where one is, and what is typed but not yet taken over. */
export interface FormState {
  readonly selected: number;
  /** `text` while a text or number is typed, `options` while a select is open. */
  readonly editing: 'none' | 'text' | 'options';
  readonly draft: string;
  readonly reason: string | null;
}

export type FormAction =
  | { readonly type: 'select'; readonly index: number }
  | { readonly type: 'open'; readonly editing: 'text' | 'options'; readonly draft: string }
  | { readonly type: 'type'; readonly text: string }
  | { readonly type: 'refuse'; readonly reason: string }
  | { readonly type: 'close' };

export const initialForm = (selected = 0): FormState => ({ selected, editing: 'none', draft: '', reason: null });

export function formReducer(state: FormState, action: FormAction): FormState {
  switch (action.type) {
    case 'select':
      return { ...initialForm(action.index) };
    case 'open':
      return { ...state, editing: action.editing, draft: action.draft, reason: null };
    case 'type':
      return { ...state, draft: action.text, reason: null };
    case 'refuse':
      return { ...state, reason: action.reason };
    case 'close':
      return initialForm(state.selected);
  }
}
