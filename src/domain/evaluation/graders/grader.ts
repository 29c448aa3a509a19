import type * as z from 'zod';
import type { ChatMessage, Sampling } from '../../chat/types.ts';
import { failed, type Outcome, type Problem } from '../../common/outcome.ts';
import type { ModelRef } from '../../provider/models.ts';
import type { Cell } from '../../template/types.ts';
import { type DraftValues, type InputField, type InputKind, type InputValue, typedValue } from './fields.ts';
import type { Aside } from './set-aside.ts';

export interface Score {
  /** 0 to 1. */
  readonly value: number;
  /** Null from a grader without a pass mark: its scores are a mean, and no answer is right or wrong. */
  readonly passed: boolean | null;
  /** Why, in a few words, where that is not plain: "no number in the answer". */
  readonly note: string | null;
}

/** A grader made ready: answer, target and the slot values of the item in, score out. Never throws. */
export type Grader = (answer: string, target: string, slots?: Cell) => Score;

export const RIGHT: Score = { value: 1, passed: true, note: null };

export const wrong = (note: string | null): Score => ({ value: 0, passed: false, note });

const LONGEST_IN_NOTE = 40;

/** More of a text than this is not looked at for its beginning: it may be very long, and mostly white space. */
const LOOKED_AT = 20 * LONGEST_IN_NOTE;

/** A text as a note names it: on one line, its start where it is long. */
export function shortened(text: string): string {
  const whole = text.trim();
  const line = whole.slice(0, LOOKED_AT).toWellFormed().replaceAll(/\s+/g, ' ');
  if (line.length <= LONGEST_IN_NOTE && whole.length <= LOOKED_AT) return `"${line}"`;
  // A character has at most two of the units that `length` counts.
  const characters = [...line.slice(0, 2 * LONGEST_IN_NOTE)];
  const isCut = characters.length > LONGEST_IN_NOTE || whole.length > LOOKED_AT;
  return `"${characters.slice(0, LONGEST_IN_NOTE).join('')}${isCut ? '…' : ''}"`;
}

/** What every grader of two texts says: `compared "yes" with "Yes"`. */
export const comparison = (answer: string, target: string): string =>
  `compared ${shortened(answer)} with ${shortened(target)}`;

/** Right or wrong, with what was compared. */
export const verdict = (passed: boolean, note: string): Score => (passed ? { ...RIGHT, note } : wrong(note));

/** The prompt, and the answer that is wanted. */
export interface GradedItem {
  readonly prompt: readonly ChatMessage[];
  readonly target: string;
}

/** What a grader of rules compares an answer with. */
export interface Wanted {
  readonly target: string;
  /** Absent where no template made the item. */
  readonly slots?: Cell | undefined;
}

/** How a model grades an answer: which questions it gets, and what its replies come to. */
export interface ModelGrader {
  readonly model: ModelRef;
  readonly sampling: Sampling;
  /** How many questions an answer takes. */
  readonly questions: number;
  readonly ask: (item: GradedItem, answer: string) => readonly (readonly ChatMessage[])[];
  /** Whether a reply says something; a question whose reply does not is sent again. */
  readonly isVerdict: (reply: string) => boolean;
  /** The score of the replies, in the order of the questions; null where one of them is no verdict. */
  readonly score: (replies: readonly string[]) => Score | null;
}

/**
 * Who grades. Patterns and schemas are compiled once; what is wrong with them is the problem that comes back.
 */
export type Grading<Spec> =
  | { readonly by: 'rules'; readonly compile: (spec: Spec) => Outcome<Grader> }
  | { readonly by: 'model'; readonly prepare: (spec: Spec) => ModelGrader };

export const outOfRange = (what: string, bounds: string): Outcome<never> =>
  failed({
    what: `${what} must be a number, ${bounds}.`,
    saved: 'Nothing was started.',
    next: `Give a number, ${bounds}.`,
  });

interface Accepted<Spec> {
  readonly ok: true;
  readonly spec: Spec;
}

/** A grader as the plan has it, or what is wrong with which of its parameters. */
export type GraderReading<Spec> = Accepted<Spec> | { readonly ok: false; readonly field: string; readonly why: string };

export const accepted = <const Spec>(spec: Spec): Accepted<Spec> => ({ ok: true, spec });
export const rejected = (field: string, why: string): GraderReading<never> => ({ ok: false, field, why });

/** What a command line knows besides the grader itself. */
export interface FlagContext {
  readonly items: readonly Pick<GradedItem, 'target'>[];
  /** The provider of the model that grades. */
  readonly providerId: string;
  readonly rubric: string;
  /** What every grader leaves out; absent, what its kind usually does. */
  readonly aside?: readonly Aside[] | undefined;
  /** The text of a file; throws when it cannot be read. */
  readonly readText: (path: string) => string;
}

export type FlagReading<Spec> = Accepted<Spec> | { readonly ok: false; readonly why: string };

/** A grader on a command line: its name, and after a colon what it needs. */
export interface GraderFlag<Spec> {
  /** For the help: `regex:PATTERN`. */
  readonly form: string;
  /** `rest` is what stands after the colon; null without one. */
  readonly read: (rest: string | null, context: FlagContext) => FlagReading<Spec>;
}

export const missing = (form: string): FlagReading<never> => ({ ok: false, why: `write the grader as ${form}` });

/** A flag that is the kind's name alone. What stands after a colon is not looked at. */
export const nameFlag = <const Spec extends { readonly kind: string }>(spec: Spec): GraderFlag<Spec> => ({
  form: spec.kind,
  read: () => accepted(spec),
});

/** A number of 0 or more after the colon; null when it is none. */
export function readAmount(text: string): number | null {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) && value >= 0 ? value : null;
}

export const notAmount = (text: string): FlagReading<never> => ({
  ok: false,
  why: `${text} is no number of 0 or more`,
});

export interface AnswerFormat {
  /** What answers in it do: `hold a number`. */
  readonly does: string;
  readonly holds: (answer: string) => boolean;
}

/** A kind of grader, whole. Its parameters are what its schema says. */
export interface GraderEntry<Spec> {
  /** Of a stored evaluation. */
  readonly schema: z.ZodType<Spec>;
  /** In a few words, for headings and reports. */
  readonly nameOf: (spec: Spec) => string;
  /** As a choice of the form. The help keeps the order of the table; `place` is that in the form. */
  readonly choice: { readonly label: string; readonly note: string; readonly place: number };
  readonly fields: Readonly<Record<string, InputField>>;
  readonly readDraft: (draft: DraftValues) => GraderReading<Spec>;
  readonly draftOf: (spec: Spec) => DraftValues;
  readonly flag: GraderFlag<Spec>;
  /** What is left out of answer and target before they are compared, where the spec does not say. */
  readonly usuallyAside: readonly Aside[];
  /**
   * The classes that answers fall into: the grader's own, those of the targets where they are few, or none (null)
   * under a grader that reads a target in part.
   */
  readonly classesOf: (spec: Spec) => readonly string[] | 'targets' | null;
  /** What an answer must look like before it can be right; absent where any text may be. */
  readonly format?: (spec: Spec) => AnswerFormat;
  readonly grading: Grading<Spec>;
  /** Why it can grade none of these items, and what to do; null when it can. Absent of a grader that any target suits. */
  readonly unfit?: (spec: Spec, items: readonly Wanted[]) => Problem | null;
}

interface GraderDefinition<Spec, F extends Readonly<Record<string, InputKind>>>
  extends Omit<GraderEntry<Spec>, 'fields' | 'readDraft' | 'draftOf' | 'flag'> {
  readonly flag: GraderFlag<NoInfer<Spec>>;
  readonly fields: { readonly [K in keyof F]: InputField<F[K]> } & Readonly<Record<string, InputField>>;
  /** From the form: `draft('tolerance')` is what stands in that field. */
  readonly readDraft: (
    draft: <K extends keyof F & string>(field: K) => InputValue<F[K]>,
  ) => GraderReading<NoInfer<Spec>>;
  /** To the form. */
  readonly draftOf: (spec: Spec) => { readonly [K in keyof F]?: InputValue<F[K]> };
}

/** Makes an entry of the table; the compiler names what is missing of it. */
export function defineGrader<Spec, F extends Readonly<Record<string, InputKind>>>(
  definition: GraderDefinition<Spec, F>,
): GraderEntry<Spec> {
  const { readDraft } = definition;
  const fields: { readonly [K in keyof F]: InputField<F[K]> } = definition.fields;
  return {
    ...definition,
    readDraft: (draft) => readDraft((field) => typedValue<F[typeof field]>(fields[field], draft[field])),
  };
}
