import type { ModelRef } from '../../provider/models.ts';

/** What each kind of input holds. */
interface InputValues {
  readonly text: string;
  readonly number: number;
  readonly toggle: boolean;
  /** Null until a model is chosen. */
  readonly model: ModelRef | null;
}

export type InputKind = keyof InputValues;
export type InputValue<I extends InputKind = InputKind> = InputValues[I];

/** What an input needs besides its label. */
interface InputSettings {
  readonly text: { readonly placeholder?: string };
  readonly number: { readonly rules: { readonly min?: number; readonly max?: number; readonly step?: number } };
  readonly toggle: { readonly words: readonly [on: string, off: string] };
  readonly model: unknown;
}

/** A parameter as a form shows it, as data: the screen says how each kind of input is drawn. */
export type InputField<I extends InputKind = InputKind> = {
  readonly [P in I]: {
    readonly input: P;
    readonly label: string;
    /** What stands there before anything is typed. */
    readonly initial: InputValues[P];
  } & InputSettings[P];
}[I];

/** What was typed, by the name of its field. Fields of several graders stand side by side. */
export interface DraftValues {
  readonly [field: string]: InputValue | undefined;
}

export const isModelRef = (value: unknown): value is ModelRef =>
  typeof value === 'object' &&
  value !== null &&
  'providerId' in value &&
  typeof value.providerId === 'string' &&
  'model' in value &&
  typeof value.model === 'string';

const HOLDS: { readonly [I in InputKind]: (value: unknown) => value is InputValues[I] } = {
  text: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  toggle: (value) => typeof value === 'boolean',
  model: (value): value is ModelRef | null => value === null || isModelRef(value),
};

/** The value of a field; its initial one where nothing of its kind was typed. */
export function typedValue<I extends InputKind>(field: InputField<I>, typed: unknown): InputValues[I] {
  return HOLDS[field.input](typed) ? typed : field.initial;
}
