import type { Slot } from '../template/types.ts';

/** Rows of one pair of values. */
export interface CoverageCount {
  readonly first: string;
  readonly second: string;
  readonly rows: number;
  readonly accepted: number;
}

/** How often the values of two slots meet in the rows: the values of `first` down, those of `second` across. */
export interface Coverage {
  readonly first: string;
  readonly second: string;
  readonly down: readonly string[];
  readonly across: readonly string[];
  /** Of two values; none where no row has both. */
  at(down: string, across: string): { readonly rows: number; readonly accepted: number };
  /** Rows that have a value of both slots, and those of them that are accepted. */
  readonly rows: number;
  readonly accepted: number;
  /** Pairs of values that no row has. */
  readonly missing: number;
}

const NONE = { rows: 0, accepted: 0 };
const keyOf = (down: string, across: string): string => JSON.stringify([down, across]);

/** Adds up counts that come in parts. Values of the template come first, in its order, with those that no row has; then what rows have besides. */
export class CoverageTally {
  private readonly first: string;
  private readonly second: string;
  private readonly down: Set<string>;
  private readonly across: Set<string>;
  private readonly cells = new Map<string, { rows: number; accepted: number }>();
  private rows = 0;
  private accepted = 0;

  constructor([first, second]: readonly [string, string], slots: readonly Slot[]) {
    const valuesOf = (name: string) => new Set(slots.find((slot) => slot.name === name)?.values ?? []);
    this.first = first;
    this.second = second;
    this.down = valuesOf(first);
    this.across = valuesOf(second);
  }

  add(counts: readonly CoverageCount[]): void {
    for (const { first, second, rows, accepted } of counts) {
      this.down.add(first);
      this.across.add(second);
      const key = keyOf(first, second);
      const known = this.cells.get(key) ?? { rows: 0, accepted: 0 };
      known.rows += rows;
      known.accepted += accepted;
      this.cells.set(key, known);
      this.rows += rows;
      this.accepted += accepted;
    }
  }

  coverage(): Coverage {
    const { first, second, cells, rows, accepted } = this;
    return {
      first,
      second,
      down: [...this.down],
      across: [...this.across],
      at: (down, across) => cells.get(keyOf(down, across)) ?? NONE,
      rows,
      accepted,
      missing: this.down.size * this.across.size - cells.size,
    };
  }
}
