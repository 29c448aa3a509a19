import { count, plural } from '../../text/format.ts';
import { DuplicateFinder } from '../duplicates.ts';
import type { DatasetFinding } from '../types.ts';
import { Tally } from './flags.ts';
import { isLabel } from './repeats.ts';

/** Examples that are compared with one another: comparing takes longer than all else that is looked at. */
const COMPARED = 1_000;
/** Examples whose prompts say what all prompts begin and end with, and the fewest that can say it. */
const FRAME_OF = 64;
const LEAST = 10;
/** Questions to be labelled are meant to differ in a word: only what differs in a sign is the same. */
const LABELLED = 0.95;

interface Compared {
  readonly line: number;
  readonly system: string;
  readonly question: string;
  readonly answer: string;
}

/** What all of the texts begin and end with, in characters; nothing where they are too few to say so. */
export function frameOf(texts: readonly string[]): { readonly start: number; readonly end: number } {
  if (texts.length < LEAST) return { start: 0, end: 0 };
  const [first = ''] = texts;
  let start = first.length;
  let end = first.length;
  for (const text of texts) {
    const room = Math.min(first.length, text.length);
    let same = 0;
    while (same < Math.min(start, room) && text[same] === first[same]) same += 1;
    start = same;
    same = 0;
    while (same < Math.min(end, room - start) && text.at(-1 - same) === first.at(-1 - same)) same += 1;
    end = same;
  }
  return { start, end };
}

/**
 * Finds examples that are nearly the same as one before, among the first 1,000, by what they ask and answer. Only those of
 * one system message are compared, and the words that a template puts around every question are left out.
 */
export class NearRepeats {
  private readonly waiting: Compared[] = [];
  private readonly finders = new Map<string, DuplicateFinder>();
  private readonly answers = new Set<string>();
  private readonly near = new Tally();
  private frame: { readonly start: number; readonly end: number } | null = null;
  private taken = 0;

  /** Nothing more is compared. */
  get isFull(): boolean {
    return this.taken === COMPARED;
  }

  add(example: Compared): void {
    if (this.isFull) return;
    this.taken += 1;
    if (this.frame !== null) this.compare(example, this.frame);
    else {
      this.waiting.push(example);
      if (this.waiting.length === FRAME_OF) this.settle();
    }
  }

  findings(): readonly DatasetFinding[] {
    if (this.taken < LEAST) return [];
    if (this.frame === null) this.settle();
    const { near } = this;
    if (near.count === 0) return [];
    const among = this.taken < COMPARED ? '' : ` of the first ${count(COMPARED)}`;
    const what = `${plural(near.count, 'example')}${among} ${near.count === 1 ? 'is' : 'are'} nearly the same as another`;
    const fix = 'Keep one of them, unless small differences are what is to be learned.';
    return [near.finding('near-duplicate', what, fix)];
  }

  private settle(): void {
    this.frame = frameOf(this.waiting.map(({ question }) => question));
    for (const example of this.waiting.splice(0)) this.compare(example, this.frame);
  }

  private compare({ line, system, question, answer }: Compared, { start, end }: { start: number; end: number }): void {
    const asked = question.slice(start, Math.max(start, question.length - end));
    // A label, or an answer given before, says nothing of how alike two examples are: their questions do.
    const isGiven = isLabel(answer) || this.answers.has(answer);
    this.answers.add(answer);
    const group = isGiven ? `${system}\n${answer}` : system;
    const finder = this.finders.get(group) ?? new DuplicateFinder();
    this.finders.set(group, finder);
    const like = finder.add(line, { id: String(line), text: isGiven ? asked : `${asked}\n${answer}` });
    if (like === null || (isGiven && like.share < LABELLED)) return;
    this.near.add(line, () => `it is ${Math.floor(like.share * 100)}% like line ${like.id}`);
  }
}
