import { hash } from 'node:crypto';
import type { SplitPlan } from '../importing/records.ts';
import type { Cell } from '../template/types.ts';
import { count, plural } from '../text/format.ts';
import { sanitizeLine } from '../text/sanitize.ts';
import { assignRows, type SplitRow, type SplitSide } from './split.ts';
import type { RowSplit } from './types.ts';

/**
 * Values of two slots or more that only held-out rows may have together, while each alone is learned: what a model makes of them is
 * composed, not remembered (a compositional split; Keysers et al., "Measuring Compositional Generalization", ICLR 2020).
 */
export type HeldPair = Cell;

/** `race=elf,class=wizard` as a pair; null where it is not two slots or more with a value each. */
export function parsePair(text: string): HeldPair | null {
  const parts = text.split(/[,&]/).map((part) => part.split('='));
  if (parts.length < 2) return null;
  const entries = parts.map(([name = '', ...value]): [string, string] => [name.trim(), value.join('=').trim()]);
  const isWhole = entries.every(([name, value]) => name !== '' && value !== '');
  return isWhole && new Set(entries.map(([name]) => name)).size === entries.length ? Object.fromEntries(entries) : null;
}

/** A pair as it is typed. */
export const pairText = (pair: HeldPair): string =>
  Object.entries(pair)
    .map(([name, value]) => sanitizeLine(`${name}=${value}`))
    .join(',');

const holds = (cell: Cell, pair: HeldPair): boolean =>
  Object.entries(pair).every(([name, value]) => Object.hasOwn(cell, name) && cell[name] === value);

/** Whether a combination has the values of one of the pairs. */
export const holdsAny = (cell: Cell, pairs: readonly HeldPair[]): boolean => pairs.some((pair) => holds(cell, pair));

/** The row on the held-out side where it has a held-out pair and was put on none: a row that came later is not learned either. */
export const heldBack = <T extends { readonly cell: Cell; readonly split: RowSplit }>(
  row: T,
  pairs: readonly HeldPair[],
): T => (row.split === null && holdsAny(row.cell, pairs) ? { ...row, split: 'validation' } : row);

/** What was really held out, counted over the rows of both sides as they were written. */
export interface HeldOutProof {
  readonly pairs: number;
  /** Held-out rows that have one of the pairs. */
  readonly rows: number;
  /** Training rows that have one: 0 where nothing leaked. */
  readonly leaked: number;
  /** Pairs that no row has on either side. */
  readonly absent: readonly HeldPair[];
  /** `slot=value` of a pair that no training row has: such a value is unknown, not only new beside another. */
  readonly unseen: readonly string[];
}

/** Counts a split's rows, one after the other. */
export class HeldOutTally {
  private readonly pairs: readonly HeldPair[];
  private readonly found = new Set<HeldPair>();
  private readonly unseen: Map<string, readonly [string, string]>;
  private rows = 0;
  private leaked = 0;

  constructor(pairs: readonly HeldPair[]) {
    this.pairs = pairs;
    this.unseen = new Map(pairs.flatMap((pair) => Object.entries(pair)).map((entry) => [entry.join('='), entry]));
  }

  add(cell: Cell, side: SplitSide): void {
    const held = this.pairs.filter((pair) => holds(cell, pair));
    for (const pair of held) this.found.add(pair);
    if (held.length > 0 && side === 'train') this.leaked += 1;
    if (held.length > 0 && side === 'validation') this.rows += 1;
    if (side === 'train')
      for (const [key, [name, value]] of this.unseen) if (cell[name] === value) this.unseen.delete(key);
  }

  proof(): HeldOutProof {
    return {
      pairs: this.pairs.length,
      rows: this.rows,
      leaked: this.leaked,
      absent: this.pairs.filter((pair) => !this.found.has(pair)),
      unseen: [...this.unseen.keys()].map((key) => sanitizeLine(key)),
    };
  }
}

/** `12 rows of 3 pairs held out; 0 of the training rows hold one of them.` */
export const heldOutText = ({ pairs, rows, leaked }: HeldOutProof): string =>
  `${plural(rows, 'row')} of ${plural(pairs, 'pair')} held out; ${count(leaked)} of the training rows ${leaked === 1 ? 'holds' : 'hold'} one of them.`;

const NAMED = 3;
const some = (names: readonly string[]): string =>
  `${names.slice(0, NAMED).join(', ')}${names.length > NAMED ? ` and ${count(names.length - NAMED)} more` : ''}`;

/** What is wrong with a hold-out, in sentences; none where it is one. */
export function heldOutWarnings({ leaked, absent, unseen }: HeldOutProof): readonly string[] {
  const warnings: string[] = [];
  if (leaked > 0)
    warnings.push(`${plural(leaked, 'training row holds', 'training rows hold')} a pair that was to be held out.`);
  if (absent.length > 0) warnings.push(`No row has ${some(absent.map(pairText))}.`);
  if (unseen.length > 0)
    warnings.push(`No training row has ${some(unseen)}: a model learns nothing of it, so its pairs say little.`);
  return warnings;
}

/** A row as a split with pairs held out looks at it. */
export interface HoldOutRow extends SplitRow {
  readonly cell: Cell;
}

/**
 * As `assignRows`, after every row of a pair that is on no side was put on the validation side; rows of both count towards the plan.
 * A value of a pair that chance left no training row gets one that chance held out, where groups need not stay whole.
 */
export function assignHoldingOut(
  rows: readonly HoldOutRow[],
  plan: SplitPlan,
  pairs: readonly HeldPair[],
): ReadonlyMap<string, SplitSide> {
  const held = rows.filter(({ split, cell }) => split === null && holdsAny(cell, pairs));
  const others = assignRows(
    rows.map((row) => heldBack(row, pairs)),
    plan,
  );
  const sides = new Map([...held.map(({ id }): [string, SplitSide] => [id, 'validation']), ...others]);
  if (plan.by !== 'group')
    for (const pair of pairs) for (const entry of Object.entries(pair)) teach(rows, sides, entry, pairs);
  return sides;
}

/** Puts a row with a slot's value on the training side where there is none, and one without any value of the pairs in its place. */
function teach(
  rows: readonly HoldOutRow[],
  sides: Map<string, SplitSide>,
  [name, value]: readonly [string, string],
  pairs: readonly HeldPair[],
): void {
  const side = (row: HoldOutRow) => sides.get(row.id) ?? row.split;
  const having = rows.filter(({ cell }) => cell[name] === value && !holdsAny(cell, pairs));
  if (having.some((row) => side(row) === 'train')) return;
  const taught = having.find(({ id }) => sides.has(id));
  if (taught === undefined) return;
  sides.set(taught.id, 'train');
  const isOfPairs = (cell: Cell): boolean =>
    pairs.some((pair) => Object.entries(pair).some(([slot, one]) => cell[slot] === one));
  const spare = rows.find(({ id, cell }) => sides.get(id) === 'train' && !isOfPairs(cell));
  if (spare !== undefined) sides.set(spare.id, 'validation');
}

interface Candidate {
  readonly pair: HeldPair;
  readonly keys: readonly [string, string];
  readonly rank: string;
  rows: number;
  train: number;
  validation: number;
}

/** Values beside more of others than this are names of single things, such as documents, and no part of a pair. */
const MOST_VALUES = 1_000;

/**
 * Up to `wanted` pairs of values of two of the slots, by chance. Each value stays in rows without any of the pairs, so that each
 * alone is learned. A pair of which a row is trained on already is never taken, and one whose rows are all held out already is
 * taken first: the order is that of hashes of seed and pair, so that the same pairs are found again when rows are added.
 */
export function drawPairs(
  rows: readonly HoldOutRow[],
  slots: readonly string[],
  { wanted, seed }: { readonly wanted: number; readonly seed: number },
): readonly HeldPair[] {
  const { candidates, singles } = countPairs(rows, slots, seed);
  const order = candidates
    .filter(({ train }) => train === 0)
    .toSorted((a, b) => Number(b.validation > 0) - Number(a.validation > 0) || (a.rank < b.rank ? -1 : 1));
  const chosen: Candidate[] = [];
  const left = new Map(singles);
  for (const candidate of order) {
    if (chosen.length === wanted) break;
    // At most its rows go from each of its values; rows of two pairs are counted twice, which errs on the side of learning.
    if (candidate.keys.some((key) => (left.get(key) ?? 0) <= candidate.rows)) continue;
    for (const key of candidate.keys) left.set(key, (left.get(key) ?? 0) - candidate.rows);
    chosen.push(candidate);
  }
  return chosen.map(({ pair }) => pair);
}

function countPairs(rows: readonly HoldOutRow[], slots: readonly string[], seed: number) {
  const singles = new Map<string, number>();
  const keyOf = (name: string, value: string): string => JSON.stringify([name, value]);
  for (const { cell } of rows)
    for (const name of slots) {
      const value = cell[name];
      if (value !== undefined) singles.set(keyOf(name, value), (singles.get(keyOf(name, value)) ?? 0) + 1);
    }
  const valuesOf = (name: string): number =>
    [...singles.keys()].filter((key) => key.startsWith(`${JSON.stringify([name]).slice(0, -1)},`)).length;
  const usable = slots.filter((name) => valuesOf(name) <= MOST_VALUES);
  const candidates = new Map<string, Candidate>();
  for (const { cell, split } of rows) {
    usable.forEach((first, at) => {
      for (const second of usable.slice(at + 1)) {
        const [a, b] = [cell[first], cell[second]];
        if (a === undefined || b === undefined || a === '' || b === '') continue;
        const keys = [keyOf(first, a), keyOf(second, b)] as const;
        const key = keys.join();
        const known = candidates.get(key) ?? {
          pair: { [first]: a, [second]: b },
          keys,
          rank: hash('sha256', `${seed}:${key}`),
          rows: 0,
          train: 0,
          validation: 0,
        };
        known.rows += 1;
        if (split !== null) known[split] += 1;
        candidates.set(key, known);
      }
    });
  }
  return { candidates: [...candidates.values()], singles };
}
