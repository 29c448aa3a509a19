import type { Cell } from '../../domain/template/types.ts';
import { count, plural } from '../../domain/text/format.ts';
import { valuesNotNamed } from '../../domain/text/named-values.ts';

export interface UnseenAnswers {
  readonly values: Cell;
  readonly base: string;
  readonly tuned: string;
}

/**
 * What answers to values that no row has show of a training: how many of the values each names, and how many of the
 * line headings that all completions share (`Name:`) each has. One answer shows no more, and that is said too.
 */
export function describeLearned(completions: readonly string[], { values, base, tuned }: UnseenAnswers): string {
  const wanted = Object.values(values);
  const named = (text: string): number => wanted.length - valuesNotNamed(wanted, text).length;
  const headings = sharedHeadings(completions);
  const kept = (text: string): number => headings.filter((heading) => headingsOf(text).has(heading)).length;
  const form =
    headings.length === 0
      ? ''
      : `, and has ${count(kept(tuned))} of the ${plural(headings.length, 'heading')} that all rows share (the base: ${count(kept(base))})`;
  return (
    `Asked for ${plural(wanted.length, 'value')} no row has, the tuned model names ${count(named(tuned))} (the base: ${count(named(base))})${form}. ` +
    `One answer after ${plural(completions.length, 'row')} shows the form and the words, not how good the text is: ` +
    'that takes more rows, some held out, and an evaluation.'
  );
}

function sharedHeadings(completions: readonly string[]): readonly string[] {
  const [first, ...rest] = completions.map(headingsOf);
  return [...(first ?? [])].filter((heading) => rest.every((headings) => headings.has(heading)));
}

const headingsOf = (text: string): ReadonlySet<string> =>
  new Set(text.split('\n').flatMap((line) => /^\s*([^:\n]{1,40}):/.exec(line)?.[1]?.trim() ?? []));
