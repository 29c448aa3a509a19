import { joinThoughts } from '../../chat/thoughts.ts';
import { type Outcome, ok, type Problem } from '../../common/outcome.ts';
import type { ModelRef } from '../../provider/models.ts';
import { contains } from './contains.ts';
import { exact } from './exact.ts';
import { exactCi } from './exact-ci.ts';
import { type DraftValues, type InputField, isModelRef, typedValue } from './fields.ts';
import type {
  AnswerFormat,
  FlagContext,
  FlagReading,
  Grader,
  GraderEntry,
  GraderReading,
  ModelGrader,
  Wanted,
} from './grader.ts';
import { json } from './json.ts';
import { jsonSchema } from './json-schema.ts';
import { judge } from './judge.ts';
import { labelFormat, labels } from './labels.ts';
import { number } from './number.ts';
import { regex } from './regex.ts';
import { ASIDES, type Aside, type ComparedText, hasThoughts, setAside } from './set-aside.ts';
import { similarity } from './similarity.ts';
import { slots } from './slots.ts';
import { toolCall } from './tool-call.ts';

/** Every kind of grader, in the order of the help. A new one is its file and a line here. */
const GRADERS = {
  exact,
  'exact-ci': exactCi,
  contains,
  regex,
  json,
  'json-schema': jsonSchema,
  number,
  labels,
  similarity,
  slots,
  'tool-call': toolCall,
  judge,
};

export type GraderKind = keyof typeof GRADERS;

type SpecIn<Entry> = Entry extends GraderEntry<infer Spec> ? Spec : never;

/** How an answer is held against its target. Text is taken as it came unless the grader says otherwise. */
export type GraderSpec<Kind extends GraderKind = GraderKind> = {
  readonly [K in Kind]: { readonly kind: K } & SpecIn<(typeof GRADERS)[K]>;
}[Kind];

/** The same table, by which the compiler sees that each key is its entry's kind. */
const TABLE: { readonly [K in GraderKind]: GraderEntry<GraderSpec<K>> } = GRADERS;

const isKind = (name: string): name is GraderKind => Object.hasOwn(TABLE, name);

const KINDS = Object.keys(TABLE).filter(isKind);

/** What a stored grader looks like, kind by kind. */
export const graderSchemas = Object.values(TABLE).map(({ schema }) => schema);

/** A grader in a few words, for headings and reports. */
export function nameGrader<K extends GraderKind>(spec: GraderSpec<K>): string {
  return TABLE[spec.kind].nameOf(spec);
}

/** The classes that answers fall into under a grader, `targets` for those of the targets, null for none. */
export function graderClasses<K extends GraderKind>(spec: GraderSpec<K>): readonly string[] | 'targets' | null {
  return TABLE[spec.kind].classesOf(spec);
}

/** What an answer must look like before a grader can find it right: its own, or a name of one of the classes. */
export function expectedFormat<K extends GraderKind>(
  spec: GraderSpec<K>,
  classes: readonly string[] | null,
): AnswerFormat | null {
  if (!compileGrader(spec).ok) return null;
  return TABLE[spec.kind].format?.(spec) ?? (classes === null ? null : labelFormat(classes));
}

/** Grades an answer; `thoughts` are those kept beside it, which are compared only where that was chosen by name. */
export type AnswerGrader = (...graded: [...Parameters<Grader>, thoughts?: string]) => ReturnType<Grader>;

/** A grader made ready: its own rules, or the model that grades. */
export type ReadyGrader =
  | { readonly by: 'rules'; readonly grade: AnswerGrader }
  | { readonly by: 'model'; readonly model: ModelGrader };

/**
 * Makes a grader ready: patterns and schemas are compiled here, once, and what is wrong with them is the problem
 * that comes back. The grader itself never throws.
 */
export function compileGrader<K extends GraderKind>(spec: GraderSpec<K>): Outcome<ReadyGrader> {
  const { grading } = TABLE[spec.kind];
  if (grading.by === 'model') return ok({ by: 'model', model: grading.prepare(spec) });
  const compiled = grading.compile(spec);
  if (!compiled.ok) return compiled;
  return ok({ by: 'rules', grade: gradeCompared(compiled.value, spec) });
}

/** Why the first of these graders that is unfit can grade none of these items; null when all can. */
export function unfitGrader(specs: readonly GraderSpec[], items: readonly Wanted[]): Problem | null {
  for (const spec of specs) {
    const problem = unfit(spec, items);
    if (problem !== null) return problem;
  }
  return null;
}

const unfit = <K extends GraderKind>(spec: GraderSpec<K>, items: readonly Wanted[]): Problem | null =>
  TABLE[spec.kind].unfit?.(spec, items) ?? null;

/** What a grader leaves out before it compares. */
export const asidesOf = <K extends GraderKind>(spec: GraderSpec<K>): readonly Aside[] =>
  spec.aside ?? TABLE[spec.kind].usuallyAside;

/** An answer, or a target, as a grader compares it. */
export function comparedText<K extends GraderKind>(spec: GraderSpec<K>, text: string): ComparedText {
  return setAside(text, asidesOf(spec));
}

/** Grades what is left of answer and target, and says in the note what was left out, and what was not. */
function gradeCompared<K extends GraderKind>(grade: Grader, spec: GraderSpec<K>): AnswerGrader {
  const withThem = spec.aside !== undefined && !spec.aside.includes('thoughts');
  return (answer, target, slots, thoughts) => {
    const { text, left } = comparedText(
      spec,
      thoughts !== undefined && withThem ? joinThoughts(thoughts, answer) : answer,
    );
    const beside = thoughts !== undefined && !withThem && !left.includes('thoughts');
    const score = grade(text, comparedText(spec, target).text, slots);
    const notes = [
      ...(beside ? [ASIDE_NOTES.thoughts] : []),
      ...left.map((aside) => ASIDE_NOTES[aside]),
      ...(hasThoughts(text) ? [THOUGHTS_COMPARED] : []),
    ];
    if (notes.length === 0) return score;
    return { ...score, note: [...(score.note === null ? [] : [score.note]), ...notes].join('; ') };
  };
}

const ASIDE_NOTES: Readonly<Record<Aside, string>> = {
  thoughts: 'thoughts set aside',
  markdown: 'markdown set aside',
};
const THOUGHTS_COMPARED = 'the thoughts before the answer were compared too';

/** The model that grades; null for a grader of rules. Compiles nothing. */
export function modelGrader<K extends GraderKind>(spec: GraderSpec<K>): ModelGrader | null {
  const { grading } = TABLE[spec.kind];
  return grading.by === 'model' ? grading.prepare(spec) : null;
}

/** Models of these that grade their own answers: what they say of themselves is no measure. */
export function modelsGradingThemselves(
  models: readonly ModelRef[],
  specs: readonly GraderSpec[],
): readonly ModelRef[] {
  const graders = specs.flatMap((spec) => modelGrader(spec)?.model ?? []);
  return models.filter((one) =>
    graders.some(({ providerId, model }) => providerId === one.providerId && model === one.model),
  );
}

/** What `--grader` takes, for the help. */
export const GRADER_HELP = `${KINDS.map((kind) => TABLE[kind].flag.form).join(', ')}; the first decides right or wrong; what fits the targets when absent`;

/** One `--grader` as it was typed: its name, and after a colon what it needs. */
export function readGraderFlag(typed: string, context: FlagContext): FlagReading<GraderSpec> {
  const colon = typed.indexOf(':');
  const [name, rest] = colon < 0 ? [typed, null] : [typed.slice(0, colon), typed.slice(colon + 1)];
  if (isKind(name)) {
    const reading = TABLE[name].flag.read(rest, context);
    const { aside } = context;
    return reading.ok && aside !== undefined ? { ok: true, spec: { ...reading.spec, aside } } : reading;
  }
  return { ok: false, why: `there is no grader ${name}; there are ${GRADER_HELP}` };
}

export interface GraderChoice {
  readonly value: GraderKind;
  readonly label: string;
  readonly note: string;
}

/** The kinds in the order of the form. */
export const GRADER_CHOICES: readonly GraderChoice[] = KINDS.toSorted(
  (a, b) => TABLE[a].choice.place - TABLE[b].choice.place,
).map((kind) => ({ value: kind, label: TABLE[kind].choice.label, note: TABLE[kind].choice.note }));

/** A grader as it is typed: what was typed for another kind is kept while this one is looked at. */
export interface GraderDraft extends DraftValues {
  readonly kind: GraderKind;
}

/** The fields of a kind, by the name under which a draft keeps what is typed. */
export const graderFields = (kind: GraderKind): readonly (readonly [name: string, field: InputField])[] => [
  ...Object.entries(TABLE[kind].fields),
  ...ASIDES.map((aside) => [aside, asideField(kind, aside)] as const),
];

const ASIDE_LABELS: Readonly<Record<Aside, string>> = { thoughts: 'Thoughts', markdown: 'Markdown' };

/** Whether a kind leaves something out, which begins as that kind usually does. */
const asideField = (kind: GraderKind, aside: Aside): InputField<'toggle'> => ({
  input: 'toggle',
  label: ASIDE_LABELS[aside],
  initial: TABLE[kind].usuallyAside.includes(aside),
  words: ['set aside', 'compared'],
});

/** A grader as the plan has it, or what is wrong with which of its parameters. */
export function readGraderDraft(draft: GraderDraft): GraderReading<GraderSpec> {
  const { usuallyAside, readDraft } = TABLE[draft.kind];
  const reading = readDraft(draft);
  const aside = ASIDES.filter((one) => typedValue(asideField(draft.kind, one), draft[one]));
  const isUsual = aside.length === usuallyAside.length && aside.every((one) => usuallyAside.includes(one));
  if (!reading.ok || isUsual) return reading;
  return { ok: true, spec: { ...reading.spec, aside } };
}

export function draftFromGrader<K extends GraderKind>(spec: GraderSpec<K>): GraderDraft {
  const { draftOf } = TABLE[spec.kind];
  const { aside } = spec;
  const asides = aside === undefined ? [] : ASIDES.map((one) => [one, aside.includes(one)] as const);
  return { ...draftOf(spec), ...Object.fromEntries(asides), kind: spec.kind };
}

/** Every model that is chosen in a draft, in whatever field. */
export const modelsInDraft = (draft: GraderDraft): readonly ModelRef[] => Object.values(draft).filter(isModelRef);
