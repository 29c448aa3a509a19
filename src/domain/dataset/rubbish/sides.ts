import type { CooperativeTask } from '../../common/cooperative.ts';
import { count, plural } from '../../text/format.ts';
import { findLeaks, type LeakRow } from '../leakage.ts';
import { parseTrainingLine } from '../line/preference.ts';
import type { SplitSide } from '../split.ts';
import { DigestMap, digestOf } from './digests.ts';
import { frameOf } from './near.ts';

/** What the training side gives away of the validation side, each validation line counted once, the plainest first. */
export interface SideLeaks {
  readonly training: number;
  readonly validation: number;
  /** Lines that are on the training side as they are. */
  readonly lines: number;
  /** Lines whose prompt is on the training side, with another answer or written otherwise. */
  readonly prompts: number;
  /** Lines whose question is nearly one of the training side; not looked for in large files. */
  readonly near: number;
}

/** Lines of both sides together up to which nearly equal questions are looked for: it takes texts and time. */
const COMPARED = 5_000;

/**
 * Counts what is on both sides of a split, a line at a time: first every line of the training side, then those of the
 * validation side. It keeps digests; texts only while they are few.
 */
export class SideLeakFinder {
  private readonly lines = new DigestMap();
  private readonly prompts = new DigestMap();
  private readonly rows: { readonly system: string; readonly row: LeakRow }[] = [];
  private readonly count = { training: 0, validation: 0, lines: 0, prompts: 0 };

  train(text: string): void {
    if (text.trim() === '') return;
    this.count.training += 1;
    this.lines.first(digestOf([text.trim()]), 1);
    const asked = this.read(text, 'train');
    if (asked !== null) this.prompts.first(asked, 1);
  }

  validate(text: string): void {
    if (text.trim() === '') return;
    this.count.validation += 1;
    if (this.lines.has(digestOf([text.trim()]))) {
      this.count.lines += 1;
      return;
    }
    const asked = this.read(text, 'validation');
    if (asked === null || !this.prompts.has(asked)) return;
    this.rows.pop();
    this.count.prompts += 1;
  }

  /** A step of the search a part. */
  *finish(): CooperativeTask<SideLeaks> {
    let near = 0;
    if (this.count.training + this.count.validation <= COMPARED) {
      for (const group of Map.groupBy(this.rows, ({ system }) => system).values()) {
        near += (yield* findLeaks(unframed(group.map(({ row }) => row)))).length;
      }
    }
    return { ...this.count, near };
  }

  /** Keeps the line's question while there are few; gives the digest of its prompt, null where it has none. */
  private read(text: string, split: SplitSide): number | null {
    const { line, kind } = parseTrainingLine(text, 1);
    if (line === null || line.messages.some(({ images }) => images > 0)) return null;
    const prompt = line.messages.slice(0, kind === 'preference' ? -2 : -1);
    const question = prompt.flatMap(({ role, text: said }) => (role === 'system' ? [] : [said])).join('\n');
    if (question === '') return null;
    const system = prompt.find(({ role }) => role === 'system')?.text ?? '';
    if (this.rows.length < COMPARED) {
      this.rows.push({ system, row: { id: String(this.rows.length), split, text: question, group: null } });
    }
    return digestOf(prompt.flatMap(({ counted }) => counted.values));
  }
}

/** The questions without the words that a template puts around every one of them. */
function unframed(rows: readonly LeakRow[]): readonly LeakRow[] {
  const { start, end } = frameOf(rows.map(({ text }) => text));
  return rows.map((row) => ({ ...row, text: row.text.slice(start, Math.max(start, row.text.length - end)) }));
}

/** What is on both sides, in words; null where nothing is. */
export function leakText({ validation, lines, prompts, near }: SideLeaks): string | null {
  const parts = [
    lines > 0 && `${count(lines)} stand on the training side too`,
    prompts > 0 && `${count(prompts)} have a prompt of the training side`,
    near > 0 && `${count(near)} are nearly a question of it`,
  ].filter((part) => part !== false);
  if (parts.length === 0) return null;
  return `Of ${plural(validation, 'validation line')} ${parts.join(', ')}: the validation losses, batch and full, will look better than they are.`;
}
