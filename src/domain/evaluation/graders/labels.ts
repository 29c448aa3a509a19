import * as z from 'zod';
import { failed, type Outcome, ok } from '../../common/outcome.ts';
import {
  type AnswerFormat,
  accepted,
  defineGrader,
  type FlagContext,
  type Grader,
  rejected,
  shortened,
  verdict,
  wrong,
} from './grader.ts';
import { asideShape } from './set-aside.ts';

/** Finds which label of a set a text names; null when it names none. */
export type LabelSet = (text: string) => string | null;

/**
 * A label as it is compared: NFKC, lower case, underscores and punctuation as spaces, white space run together. What
 * is nothing but punctuation (`+`, `--`) stays as it is.
 */
export function normaliseLabel(text: string): string {
  const plain = spaced(text);
  const bare = plain.replaceAll(/[\p{P}\s]+/gu, ' ').trim();
  return bare === '' ? plain : bare;
}

const spaced = (text: string): string => text.normalize('NFKC').toLowerCase().trim().replaceAll(/\s+/g, ' ');

/**
 * The set of labels, made ready. Where leaving punctuation aside would make two labels one (`-1` and `1`, `C` and
 * `C#`), punctuation counts for the whole set.
 */
export function labelSet(labels: readonly string[]): LabelSet {
  const loose = new Map(labels.toReversed().map((label) => [normaliseLabel(label), label]));
  const strict = new Map(labels.toReversed().map((label) => [spaced(label), label]));
  const [found, normalise] = loose.size < strict.size ? [strict, spaced] : [loose, normaliseLabel];
  return (text) => found.get(normalise(text)) ?? null;
}

export function labelFormat(labels: readonly string[]): AnswerFormat {
  const labelOf = labelSet(labels);
  return { does: 'name a label at all', holds: (answer) => labelOf(answer) !== null };
}

export function labelsGrader(labels: readonly string[]): Outcome<Grader> {
  if (labels.every((label) => label.trim() === '')) {
    return failed({
      what: 'The set of labels is empty.',
      saved: 'Nothing was started.',
      next: 'Name the labels, separated by commas.',
    });
  }
  const labelOf = labelSet(labels);
  return ok((answer, target) => {
    const wanted = labelOf(target);
    if (wanted === null) return wrong(`the target is not one of the labels: ${shortened(target)}`);
    const given = labelOf(answer);
    if (given === null) return wrong(`not one of the labels: ${shortened(answer)}`);
    return verdict(given === wanted, `${given} for ${wanted}`);
  });
}

const separate = (typed: string): readonly string[] => typed.split(',').map((label) => label.trim());

const targetsOf = ({ items }: FlagContext): readonly string[] =>
  [...new Set(items.map(({ target }) => target.trim()))].toSorted();

/** Answer and target name the same label of the set after normalising case, punctuation and white space. */
export const labels = defineGrader({
  schema: z.object({ kind: z.literal('labels'), labels: z.array(z.string()).readonly(), ...asideShape }),
  nameOf: (spec) => `label, one of ${spec.labels.length}`,
  choice: { label: 'label of a set', note: 'case and punctuation aside', place: 4 },
  fields: { labels: { input: 'text', label: 'Labels', initial: '', placeholder: 'Yes, No' } },
  readDraft: (draft) => {
    const named = separate(draft('labels')).filter((label) => label !== '');
    return named.length < 2
      ? rejected('labels', 'name two labels or more, commas between them')
      : accepted({ kind: 'labels', labels: named });
  },
  draftOf: (spec) => ({ labels: spec.labels.join(', ') }),
  flag: {
    form: 'labels[:A,B,…]',
    read: (rest, context) => accepted({ kind: 'labels', labels: rest === null ? targetsOf(context) : separate(rest) }),
  },
  usuallyAside: ['thoughts', 'markdown'],
  classesOf: (spec) => spec.labels,
  format: (spec) => labelFormat(spec.labels),
  grading: { by: 'rules', compile: (spec) => labelsGrader(spec.labels) },
});
