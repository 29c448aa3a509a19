import { searchTextOf } from '../rows/derived.ts';
import { textsInJson } from '../rows/packs.ts';
import { RowSpans } from './row-spans.ts';
import type { Sought } from './sought.ts';

/** A text that is sought by its pattern. */
export type SoughtByPattern = Sought & { readonly pattern: RegExp };

/** The longest escape begins this many characters before its last. */
const IN_ESCAPE = 5;

/**
 * Looks for a text in packs that are opened, by their bytes as they are: to decode them, put them in lower case and make values of them
 * takes several times as long.
 */
export class PackLook {
  private readonly bytes: Buffer;
  private readonly sought: SoughtByPattern;
  /** Where the pack that is looked at begins, and its bytes as characters: those of several would be a text too large to be collected young. */
  private start = 0;
  private raw = '';
  /** Where the next match begins in it. */
  private match = 0;

  constructor(bytes: Buffer, sought: SoughtByPattern) {
    this.bytes = bytes;
    this.sought = sought;
  }

  /** Which rows of the pack from one place to another hold the text, by their places in it. */
  places(start: number, end: number): readonly number[] {
    this.start = start;
    this.raw = this.bytes.toString('latin1', start, end);
    this.match = this.from(0);
    if (this.match >= this.raw.length) return [];
    try {
      return this.placesByBytes() ?? this.placesByTexts(start, end);
    } catch {
      // These are no texts of rows: whoever reads one of them is told of it.
      return [];
    }
  }

  /** Null where the rows are written in another way than is known. */
  private placesByBytes(): readonly number[] | null {
    const rows = new RowSpans(this.raw, 0);
    const { length } = this.raw;
    const found: number[] = [];
    for (let place = 0; this.match < length && rows.end < length - 1; place += 1) {
      if (!rows.next()) return null;
      if (this.isIn(rows.spans) && (this.isSure() || this.holds(rows))) found.push(place);
    }
    return found;
  }

  private placesByTexts(start: number, end: number): readonly number[] {
    const { text } = this.sought;
    return textsInJson(this.bytes.toString('utf8', start, end)).flatMap((texts, place) =>
      searchTextOf({ cell: {}, ...texts }).includes(text) ? [place] : [],
    );
  }

  private from(start: number): number {
    const { pattern } = this.sought;
    pattern.lastIndex = start;
    return pattern.exec(this.raw)?.index ?? Number.POSITIVE_INFINITY;
  }

  /** Whether a match begins in one of the spans; the next one is then the first that does. */
  private isIn(spans: readonly number[]): boolean {
    for (let n = 0; n < spans.length; n += 2) {
      const start = spans[n] ?? 0;
      if (this.match < start) this.match = this.from(start);
      if (this.match < (spans[n + 1] ?? 0)) return true;
    }
    return false;
  }

  /** Whether the match is the text, and does not begin in the middle of an escape. */
  private isSure(): boolean {
    return this.sought.isExact && !this.raw.slice(this.match - IN_ESCAPE, this.match).includes('\\');
  }

  /** Whether the row that was read last holds the text. */
  private holds({ start, end }: RowSpans): boolean {
    const [texts] = textsInJson(`[${this.bytes.toString('utf8', this.start + start, this.start + end)}]`);
    return texts !== undefined && searchTextOf({ cell: {}, ...texts }).includes(this.sought.text);
  }
}
