/** A named list of values; `{name}` in a prompt stands for one of them. */
export interface Slot {
  readonly name: string;
  readonly values: readonly string[];
}

export interface Template {
  readonly name: string;
  /** Sent with every call, and the first message of every training example. May be empty. */
  readonly system: string;
  /** Instructs the teacher model; never trained on. */
  readonly teacherPrompt: string;
  /** What the tuned model will be given. */
  readonly studentPrompt: string;
  readonly slots: readonly Slot[];
}

export type TemplateField = 'system' | 'teacherPrompt' | 'studentPrompt';

/** One combination: slot name to value. */
export type Cell = Readonly<Record<string, string>>;

export type TemplateFindingCode =
  | 'unknown-slot'
  | 'unused-slot'
  | 'empty-slot'
  | 'empty-value'
  | 'duplicate-value'
  | 'duplicate-slot'
  | 'invalid-slot-name'
  | 'unbalanced-brace'
  | 'empty-prompt';

/** Where a finding points: a span of UTF-16 offsets in a prompt, or a slot and perhaps one of its values. */
export type TemplatePlace =
  | { readonly kind: 'field'; readonly field: TemplateField; readonly start: number; readonly end: number }
  | { readonly kind: 'slot'; readonly slotIndex: number; readonly valueIndex: number | null };

export interface TemplateFinding {
  readonly code: TemplateFindingCode;
  /** An error blocks a run; a warning does not. */
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly fix: string;
  readonly place: TemplatePlace;
}
