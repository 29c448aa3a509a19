import { valuesNotNamed } from '../../text/named-values.ts';
import { excerpt, Tally } from './flags.ts';

/** Prompts that fill the same slots have their values between commas, semicolons, bars or line ends. */
const BETWEEN = /[,;|\n]+/;
const LONGEST_PROMPT = 400;
const MOST_SLOTS = 12;
/** Different values of one slot at most; more are no list that a template fills in. */
const MOST_VALUES = 200;
/** How often each value occurs, on average, and in how many examples the slot is filled at least. */
const EACH = 2;
const LEAST = 8;
/** Of the examples, the share whose prompts have this form, and whose answers name the slot's value. */
const FORMED = 0.9;
const NAMED = 0.75;

/** Examples after which a file's kind is plain. */
const SOON = 64;

interface Slot {
  readonly values: Set<string>;
  named: number;
}

/** The values a prompt fills in, in lower case; null for one of another form. `Race: gnome` is the value `gnome`. */
function valuesOf(prompt: string): readonly string[] | null {
  if (prompt.length > LONGEST_PROMPT) return null;
  const values = prompt
    .toLowerCase()
    .split(BETWEEN)
    .map((part) =>
      part
        .replace(/^[^:]{1,40}:\s+/, '')
        .trim()
        .replace(/[.?!]+$/, ''),
    )
    .filter((value) => value !== '');
  return values.length >= 2 && values.length <= MOST_SLOTS ? values : null;
}

/**
 * Finds the examples whose answer does not name what its prompt asks for, in a file whose prompts are lists of the same
 * slots, such as `gnome, wizard, owl`, and whose answers name the slots' values by custom: three quarters of them. Of any
 * other file it says nothing. An example at a time; texts are not kept.
 */
export class SlotNaming {
  private readonly slots: Slot[] = [];
  private readonly misses = new Map<
    number,
    { readonly line: number; readonly lacks: readonly (readonly [slot: number, value: string])[] }
  >();
  private count = 0;
  private formed = 0;
  private width = 0;

  add(line: number, prompt: string, answer: string): void {
    this.count += 1;
    if (this.isOther()) return;
    const values = valuesOf(prompt);
    if (values === null || answer.trim() === '') return;
    if (this.formed === 0) this.width = values.length;
    if (values.length !== this.width) return;
    this.formed += 1;
    const unnamed = new Set(valuesNotNamed(values, answer));
    const lacks: [number, string][] = [];
    values.forEach((value, index) => {
      this.slots[index] ??= { values: new Set(), named: 0 };
      const slot = this.slots[index];
      if (slot.values.size <= MOST_VALUES) slot.values.add(value);
      if (unnamed.has(value)) lacks.push([index, value]);
      else slot.named += 1;
    });
    if (lacks.length > 0) this.misses.set(line, { line, lacks });
  }

  /** The examples that lack a value, with the first of them as it reads, and their number. */
  missing(): { readonly tally: Tally; readonly lines: ReadonlySet<number> } {
    const tally = new Tally();
    const lines = new Set<number>();
    if (this.formed < LEAST || this.formed < FORMED * this.count) return { tally, lines };
    const byCustom = this.slots.map(
      ({ values, named }) =>
        named >= NAMED * this.formed &&
        values.size > 1 &&
        values.size <= MOST_VALUES &&
        values.size * EACH <= this.formed,
    );
    for (const { line, lacks } of this.misses.values()) {
      const told = lacks.filter(([slot]) => byCustom[slot]).map(([, value]) => value);
      if (told.length === 0) continue;
      tally.add(line, () => `lacks ${told.map((value) => excerpt(value)).join(', ')}`);
      lines.add(line);
    }
    return { tally, lines };
  }

  /** Long before the end it is plain of most files that they are of another kind; then nothing more is looked at. */
  isOther(): boolean {
    const { misses, formed, count, width } = this;
    return (count > SOON && formed < count / 2) || (misses.size > SOON && misses.size > (formed * width) / 2);
  }
}
