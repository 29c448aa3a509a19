import { readTextWithCalls } from '../../chat/tool-calls.ts';
import { isRecord } from '../../common/json.ts';
import { readNumber } from './find-number.ts';
import type { GraderSpec } from './graders.ts';
import { normaliseLabel } from './labels.ts';

/** Longer than this, or of more than one line, is prose. */
const LONGEST_SHORT = 80;
const MOST_LABELS = 100;

/**
 * A grader that fits the targets: tool calls where half of them or more are some, JSON, a number, a label where each stands twice or more on average, equal text for
 * other short answers, and for prose how similar it is, as a mean: equal prose would be an accident.
 */
export function proposeGrader(targets: readonly string[]): GraderSpec {
  const texts = targets.map((target) => target.trim()).filter((target) => target !== '');
  if (texts.length === 0) return { kind: 'exact-ci' };
  const calls = texts.filter((text) => readTextWithCalls(text).calls.length > 0).length;
  if (calls * 2 >= texts.length) return { kind: 'tool-call' };
  return jsonOf(texts) ?? labelsOf(texts) ?? numberOf(texts) ?? (texts.every(isShort) ? { kind: 'exact-ci' } : MEAN);
}

const MEAN: GraderSpec = { kind: 'similarity', threshold: null };

const isShort = (text: string): boolean => text.length <= LONGEST_SHORT && !text.includes('\n');

/** Objects: the answer must be one with the keys that all of them have. */
function jsonOf(texts: readonly string[]): GraderSpec | null {
  const keys: (readonly string[])[] = [];
  for (const text of texts) {
    if (!text.startsWith('{')) return null;
    try {
      const value: unknown = JSON.parse(text);
      if (!isRecord(value)) return null;
      keys.push(Object.keys(value));
    } catch {
      return null;
    }
  }
  const required = (keys[0] ?? []).filter((key) => keys.every((own) => own.includes(key)));
  return { kind: 'json-schema', schema: { type: 'object', required } };
}

function labelsOf(texts: readonly string[]): GraderSpec | null {
  if (!texts.every(isShort)) return null;
  const found = new Map(texts.toReversed().map((text) => [normaliseLabel(text), text]));
  if (found.size < 2 || found.size > MOST_LABELS || found.size * 2 > texts.length) return null;
  return { kind: 'labels', labels: [...found.values()].toSorted() };
}

/** What is left of a number's text beside the number: a currency, a sign, a unit of a few letters. */
const ONLY_NUMBER =
  /^[^\p{L}\d]{0,4}\p{L}{0,3}[^\p{L}\d]{0,2}\d[\d.,'\s/%\u00a0\u202f\u2009-]*\p{L}{0,4}[^\p{L}\d]{0,3}$/u;

function numberOf(texts: readonly string[]): GraderSpec | null {
  const is = (text: string): boolean => {
    const { number, how } = readNumber(text, 'final');
    return number !== null && (how !== 'the last number' || ONLY_NUMBER.test(text));
  };
  return texts.every(is) ? { kind: 'number', tolerance: 0, relative: false } : null;
}
