import { readTextWithCalls } from '../../chat/shown-message.ts';
import { isRecord, parseJson } from '../../common/json.ts';
import { plural } from '../../text/format.ts';
import { valuesNotNamed } from '../../text/named-values.ts';
import { isOneNumber, readNumber } from './find-number.ts';
import type { Wanted } from './grader.ts';
import type { GraderSpec } from './graders.ts';
import { normaliseLabel } from './labels.ts';
import { setAside } from './set-aside.ts';

/** Graders that fit what is wanted, the one that decides first, and why they do: `the targets are 2 labels`. */
export interface GraderProposal {
  readonly graders: readonly GraderSpec[];
  readonly why: string;
}

/**
 * Graders that fit the targets: tool calls where half of them or more are some, JSON, a label where each stands twice
 * or more on average, a number, equal text for other short answers. For prose whether it names the slots it was
 * generated from, where targets do, and how similar it is, as a mean: equal prose would be an accident.
 */
export function proposeGraders(items: readonly Wanted[]): GraderProposal {
  const wanted = items.map((item) => ({ ...item, target: item.target.trim() })).filter(({ target }) => target !== '');
  const texts = wanted.map(({ target }) => target);
  if (texts.length === 0) return { graders: [{ kind: 'exact-ci' }], why: 'there is no target to look at' };
  return callsOf(texts) ?? jsonOf(texts) ?? labelsOf(texts) ?? numberOf(texts) ?? shortOf(texts) ?? proseOf(wanted);
}

function callsOf(texts: readonly string[]): GraderProposal | null {
  const calls = texts.filter((text) => readTextWithCalls(text).calls.length > 0).length;
  return calls * 2 >= texts.length ? { graders: [{ kind: 'tool-call' }], why: 'the targets call tools' } : null;
}

/** Whether the texts in a JSON value are short, as names are: prose in it would be put another way each time. */
function isTerse(value: unknown): boolean {
  if (typeof value === 'string') return isShort(value);
  return typeof value !== 'object' || value === null || Object.values(value).every(isTerse);
}

/** Objects and lists: equal ones; of objects that hold prose the keys that all of them have. A code fence is set aside. */
function jsonOf(texts: readonly string[]): GraderProposal | null {
  const bare = texts.map((text) => (text.startsWith('```') ? setAside(text, ['markdown']).text : text));
  const values = bare.map((text) => (/^[{[]/.test(text) ? parseJson(text) : undefined));
  if (values.some((value) => typeof value !== 'object' || value === null)) return null;
  const aside = bare.some((text, at) => text !== texts[at]) ? { aside: ['markdown'] as const } : {};
  const objects = values.filter(isRecord);
  const all = objects.length === values.length ? 'a JSON object' : 'a JSON object or list';
  if (values.every(isTerse)) return { graders: [{ kind: 'json', ...aside }], why: `every target is ${all}` };
  if (objects.length < values.length) return null;
  const [first = {}] = objects;
  const required = Object.keys(first).filter((key) => objects.every((own) => Object.hasOwn(own, key)));
  return {
    graders: [{ kind: 'json-schema', schema: { type: 'object', required }, ...aside }],
    why: 'every target is a JSON object with prose in it',
  };
}

/** Longer than this, or of more than one line, is no label. */
const LONGEST_LABEL = 80;
const MOST_LABELS = 100;
/** So few are labels as soon as one of them comes again. */
const FEW_LABELS = 3;

const isLine = (text: string): boolean => text.length <= LONGEST_LABEL && !text.includes('\n');

function labelsOf(texts: readonly string[]): GraderProposal | null {
  if (!texts.every(isLine)) return null;
  const found = new Map(texts.toReversed().map((text) => [normaliseLabel(text), text]));
  const { size } = found;
  const repeats = size * 2 <= texts.length || (size <= FEW_LABELS && size < texts.length && texts.every(isShort));
  if (size < 2 || size > MOST_LABELS || !repeats) return null;
  return {
    graders: [{ kind: 'labels', labels: [...found.values()].toSorted() }],
    why: `the targets are ${plural(size, 'label')} that repeat`,
  };
}

/** What is left of a number's text beside the number: a currency, a sign, a unit of a few letters. */
const ONLY_NUMBER =
  /^[^\p{L}\d]{0,4}\p{L}{0,3}[^\p{L}\d]{0,2}\d[\d.,'\s/%\u00a0\u202f\u2009-]*\p{L}{0,4}[^\p{L}\d]{0,3}$/u;

function numberOf(texts: readonly string[]): GraderProposal | null {
  const is = (text: string): boolean => {
    const { number, how } = readNumber(text, 'final');
    return number !== null && (how !== 'the last number' || (ONLY_NUMBER.test(text) && isOneNumber(text)));
  };
  if (!texts.every(is)) return null;
  return { graders: [{ kind: 'number', tolerance: 0, relative: false }], why: 'every target ends in a number' };
}

const MOST_WORDS = 6;
const MOST_UNSPACED = 20;
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

/** A name, a date, a few words: nothing that could as well be put another way, as a sentence can. */
function isShort(text: string): boolean {
  if (!isLine(text)) return false;
  if (UNSPACED.test(text)) return [...text].length <= MOST_UNSPACED && !/[。！？]/u.test(text);
  const words = text.split(/\s+/).length;
  return words <= MOST_WORDS && !(words > 2 && /[.!?]["'”’)]?$/.test(text));
}

function shortOf(texts: readonly string[]): GraderProposal | null {
  return texts.every(isShort) ? { graders: [{ kind: 'exact-ci' }], why: 'the targets are a few words each' } : null;
}

const MEAN: GraderSpec = { kind: 'similarity', threshold: null };

/** Slots whose values most targets name: an answer may leave out a tone, or a length. */
function proseOf(wanted: readonly Wanted[]): GraderProposal {
  const names = [...new Set(wanted.flatMap(({ slots = {} }) => Object.keys(slots)))];
  const named = names.filter((name) => {
    const having = wanted.filter(({ slots = {} }) => Object.hasOwn(slots, name) && slots[name]?.trim() !== '');
    const naming = having.filter(({ slots = {}, target }) => valuesNotNamed([slots[name] ?? ''], target).length === 0);
    return naming.length * 2 > having.length;
  });
  if (named.length === 0) return { graders: [MEAN], why: 'the targets are texts, which nobody writes twice the same' };
  const spec: GraderSpec = { kind: 'slots', ...(named.length === names.length ? {} : { slots: named }) };
  return { graders: [spec, MEAN], why: `the targets are texts that name ${named.join(', ')}` };
}
