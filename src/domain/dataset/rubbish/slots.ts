import { valuesNotNamed } from '../../text/named-values.ts';
import { excerpt, KEPT, Tally } from './flags.ts';

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

/** Examples that lack the values of the same slots. */
interface Lacking {
  count: number;
  /** Those among them that have no flag of their own. */
  unflagged: number;
  readonly lines: number[];
  /** What the first of them lacks. */
  readonly first: readonly (readonly [slot: number, value: string])[];
}

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
  /** By their slots, a bit each. */
  private readonly lacking = new Map<number, Lacking>();
  private misses = 0;
  private count = 0;
  private formed = 0;
  private width = 0;

  /** `isFlagged`: the example has a flag of its own. */
  add(line: number, prompt: string, answer: string, isFlagged: boolean): void {
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
    if (lacks.length > 0) this.miss(line, lacks, isFlagged);
  }

  /** The examples that lack a value, with the first of them as it reads, and how many have no flag of their own. */
  missing(): { readonly tally: Tally; readonly unflagged: number } {
    const tally = new Tally();
    if (this.formed < LEAST || this.formed < FORMED * this.count) return { tally, unflagged: 0 };
    const byCustom = this.slots.map(
      ({ values, named }) =>
        named >= NAMED * this.formed &&
        values.size > 1 &&
        values.size <= MOST_VALUES &&
        values.size * EACH <= this.formed,
    );
    const found = [...this.lacking.values()].filter(({ first }) => first.some(([slot]) => byCustom[slot]));
    const [earliest] = found.toSorted((a, b) => (a.lines[0] ?? 0) - (b.lines[0] ?? 0));
    const told = earliest?.first.filter(([slot]) => byCustom[slot]).map(([, value]) => excerpt(value)) ?? [];
    tally.sample = `lacks ${told.join(', ')}`;
    tally.addLate(
      found.reduce((sum, { count }) => sum + count, 0),
      found.flatMap(({ lines }) => lines).toSorted((a, b) => a - b),
    );
    return { tally, unflagged: found.reduce((sum, { unflagged }) => sum + unflagged, 0) };
  }

  private miss(line: number, lacks: Lacking['first'], isFlagged: boolean): void {
    const slots = lacks.reduce((bits, [slot]) => bits | (1 << slot), 0);
    const lacking = this.lacking.get(slots) ?? { count: 0, unflagged: 0, lines: [], first: lacks };
    this.lacking.set(slots, lacking);
    this.misses += 1;
    lacking.count += 1;
    if (!isFlagged) lacking.unflagged += 1;
    if (lacking.lines.length < KEPT) lacking.lines.push(line);
  }

  /** Long before the end it is plain of most files that they are of another kind; then nothing more is looked at. */
  isOther(): boolean {
    const { misses, formed, count, width } = this;
    return (count > SOON && formed < count / 2) || (misses > SOON && misses > (formed * width) / 2);
  }
}
