import { failed, type Outcome, ok } from '../../common/outcome.ts';
import type { Score } from '../types.ts';

/** A grader made ready: answer and target in, score out. Never throws. */
export type Grader = (answer: string, target: string) => Score;

export const RIGHT: Score = { value: 1, passed: true, note: null };

export const wrong = (note: string | null): Score => ({ value: 0, passed: false, note });

export const gradeExact: Grader = (answer, target) => (answer.trim() === target.trim() ? RIGHT : wrong(null));

export const gradeExactCi: Grader = (answer, target) =>
  answer.trim().toLowerCase() === target.trim().toLowerCase() ? RIGHT : wrong(null);

/** An empty target is in every answer, which would say nothing: it fails, with a note. */
export const gradeContains: Grader = (answer, target) => {
  const wanted = target.trim().toLowerCase();
  if (wanted === '') return wrong('the target is empty');
  return answer.toLowerCase().includes(wanted) ? RIGHT : wrong(null);
};

const PLACEHOLDER = '{target}';

/**
 * A pattern searched for in the answer. `{target}` stands for the trimmed target, quoted so that none of it is read
 * as a pattern. The flags `g` and `y` only steer repeated searches and are left out.
 */
export function regexGrader(pattern: string, flags: string): Outcome<Grader> {
  const kept = flags.replaceAll(/[gy]/g, '');
  const build = (target: string) =>
    new RegExp(
      pattern.replaceAll(PLACEHOLDER, () => quoted(target)),
      kept,
    );
  try {
    const fixed = build('target');
    const varies = pattern.includes(PLACEHOLDER);
    return ok((answer, target) => ((varies ? build(target.trim()) : fixed).test(answer) ? RIGHT : wrong('no match')));
  } catch (error) {
    return failed({
      what: `The pattern cannot be used: ${error instanceof Error ? error.message : String(error)}`,
      saved: 'Nothing was started.',
      next: 'Mend the pattern. A literal ( [ { . * + ? needs a backslash before it.',
    });
  }
}

/** Every ASCII character as `\xHH`, which is itself in any place of a pattern and under any flag. */
function quoted(text: string): string {
  return text.replaceAll(/[\x00-\x7f]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
