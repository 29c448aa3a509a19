import { isBlank } from '../../text/blank.ts';
import type { DatasetFinding, RowFlag } from '../types.ts';
import { stopsShort } from './endings.ts';
import { readsAsRefusal } from './refusals.ts';

/** What an example's own answer shows, whichever way it came here; `edited` and `failed` are of a row's history. */
export type ContentFlag = Exclude<RowFlag, 'edited' | 'failed'>;

/** An answer as a rule looks at it. */
export interface Answer {
  readonly text: string;
  /** Its provider marked it as a refusal. */
  readonly refused?: boolean;
  /** Its provider stopped it at the maximum of tokens. */
  readonly cut?: boolean;
}

interface FlagRule {
  readonly flag: ContentFlag;
  readonly applies: (answer: Answer) => boolean;
  /** Said of how many answers, one or more. */
  readonly one: string;
  readonly many: string;
  readonly fix: string;
}

/** One table for `check`, for Generate's figures and for Dataset's flags and filters; the first that applies is shown. */
export const FLAG_RULES: readonly FlagRule[] = [
  {
    flag: 'empty',
    applies: ({ text }) => isBlank(text),
    one: 'answer is empty',
    many: 'answers are empty',
    fix: 'Generate them again, write them, or leave them out.',
  },
  {
    flag: 'refused',
    applies: ({ text, refused }) => refused === true || readsAsRefusal(text),
    one: 'answer reads as a refusal',
    many: 'answers read as refusals',
    fix: 'Leave them out, unless the model is to learn to refuse.',
  },
  {
    flag: 'truncated',
    applies: ({ text, cut }) => cut === true || stopsShort(text),
    one: 'answer stops before its end',
    many: 'answers stop before their end',
    fix: 'Generate them again with a higher maximum of tokens, end them by hand, or leave them out.',
  },
  {
    flag: 'missing-slot-value',
    applies: () => false,
    one: 'answer does not name what its prompt asks for',
    many: 'answers do not name what their prompts ask for',
    fix: 'Generate them again, mend them by hand, or leave them out.',
  },
];

/** Every flag, in the order of the rules. */
export const CONTENT_FLAGS: readonly ContentFlag[] = FLAG_RULES.map(({ flag }) => flag);

const isContentFlag = (flag: RowFlag): flag is ContentFlag => FLAG_RULES.some((rule) => rule.flag === flag);

/** What a person should look at in an answer, by its text and by what its provider said of it. */
export const answerFlags = (answer: Answer): readonly ContentFlag[] =>
  FLAG_RULES.flatMap(({ flag, applies }) => (applies(answer) ? [flag] : []));

/** Those of a row's flags that say what is wrong with it as an example. */
export const contentFlags = (flags: readonly RowFlag[]): readonly ContentFlag[] => flags.filter(isContentFlag);

/** Lines kept of a kind of finding; what is more is a number. */
export const KEPT = 1_000;
const NAMED = 8;
const SAMPLE = 60;

/** Counts what is found of one kind, and keeps where the first of it are and how one reads. */
export class Tally {
  count = 0;
  sample = '';
  readonly lines: number[] = [];

  /** `sample` is asked for the first only. */
  add(line: number, sample: () => string = () => ''): void {
    if (this.count === 0) this.sample = sample();
    this.count += 1;
    if (this.lines.length < KEPT) this.lines.push(line);
  }

  /** What was found beyond the last of its lines: how often, and where the first of it are. */
  addLate(count: number, lines: readonly number[]): void {
    this.count += count;
    this.lines.push(...lines.slice(0, KEPT - this.lines.length));
  }

  /** What was found or done, with the first of its lines. */
  said(what: string): string {
    return `${what}: ${linesText(this.lines, this.count)}`;
  }

  /** A finding with the first of its lines, and how the first of them reads. */
  finding(code: string, what: string, fix: string): DatasetFinding {
    const [line = 1] = this.lines;
    const sample = this.sample === '' ? '' : ` Line ${line}: ${this.sample}`;
    const message = `${this.said(what)}.${sample}`;
    return { code, severity: 'warning', line, message, fix, count: this.count, lines: this.lines };
  }
}

function linesText(lines: readonly number[], count: number): string {
  const named = lines.slice(0, NAMED).join(', ');
  const more = count > NAMED ? ` and ${count - NAMED} more` : '';
  return `${count === 1 ? 'line' : 'lines'} ${named}${more}`;
}

/** An answer's beginning or end, on one line and in quotes. */
export function excerpt(text: string, from: 'start' | 'end' = 'start'): string {
  const line = text.replace(/\s+/g, ' ').trim();
  if (line.length <= SAMPLE) return `“${line}”`;
  return from === 'start' ? `“${line.slice(0, SAMPLE - 1)}…”` : `“…${line.slice(1 - SAMPLE)}”`;
}
