import { cutText } from '../../domain/chat/types.ts';
import { plural } from '../../domain/text/format.ts';

/** What to do about answers that were cut; of each, how long it might be, null where that was the model's own limit. */
export const cutTexts = (cut: readonly (number | null)[]): readonly string[] =>
  [...Map.groupBy(cut, (limit) => limit)].map(([limit, answers]) => cutText(answers.length, limit));

/** What may be on the bill without an answer, where anything may. */
export const unansweredTexts = (calls: number): readonly string[] =>
  calls === 0
    ? []
    : [
        `${plural(calls, 'call')} ended without an answer and may be billed: ${calls === 1 ? 'it counts' : 'each counts'} at its most.`,
      ];

/** `2 answers came after 310 words of thought, kept beside them.`, where any did. */
export function thoughtTexts(words: readonly number[], inside: boolean): readonly string[] {
  if (words.length === 0) return [];
  const all = words.reduce((sum, one) => sum + one, 0);
  const where = `${inside ? 'in' : 'beside'} ${words.length === 1 ? 'it' : 'them'}`;
  return [`${plural(words.length, 'answer')} came after ${plural(all, 'word')} of thought, kept ${where}.`];
}
