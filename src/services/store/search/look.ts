import * as z from 'zod';
import type { Database } from '../database.ts';
import { searchTextOf } from '../rows/derived.ts';
import { OF_PROJECT } from '../rows/filter.ts';
import type { Range } from './candidates.ts';
import { openPacks } from './opened-packs.ts';
import { PackLook, type SoughtByPattern } from './pack-look.ts';
import type { Sought } from './sought.ts';
import { messagesOf, PACKS, searchTexts, valuesOf } from './texts.ts';

const countsSchema = z.object({ packed: z.number(), others: z.number() });
const packsSchema = z.array(z.object({ first: z.number(), stamp: z.number(), texts: z.instanceof(Uint8Array) }));
const otherSchema = z.object({
  seq: z.number(),
  cell: z.string(),
  prompt: z.string().nullable(),
  completion: z.string().nullable(),
});

/** The rows of a project from one number to another. */
const PAGE = `FROM rows NOT INDEXED WHERE seq BETWEEN ? AND ? AND ${OF_PROJECT}`;
/** Rows with texts of their own, or of a combination or label. */
const IS_OTHER = "(completion IS NOT NULL OR cell != '{}')";
const COUNTS = `SELECT count(*) FILTER (WHERE completion IS NULL) AS packed, count(*) FILTER (WHERE ${IS_OTHER}) AS others ${PAGE}`;
const PACKED = `SELECT seq ${PAGE} AND completion IS NULL`;
const OTHERS = `SELECT seq, cell, prompt, completion ${PAGE} AND ${IS_OTHER}`;

/** Verdicts on cells that are kept: labels are few, and groups many. */
const KEPT_CELLS = 10_000;

/** Rows with neighbouring numbers, and those of them that are looked at. */
export interface Page extends Range {
  /** In their order. */
  readonly ranges: readonly Range[];
}

/** Which places of a pack hold the text. */
interface Looked {
  readonly stamp: number;
  readonly places: readonly number[];
}

/** Looks for a text in the rows of a project, page by page in their order. Each pack is opened once. */
export class RowLook {
  private readonly rows: Database;
  private readonly sought: Sought;
  private readonly projectId: string;
  /** The last pack: the next page may begin in it. */
  private last: Looked | null = null;
  private readonly cells = new Map<string, boolean>();

  constructor(rows: Database, projectId: string, sought: Sought) {
    this.rows = rows;
    this.sought = sought;
    this.projectId = projectId;
  }

  /** Which rows of a page hold it: a byte for each number of the page, not 0 for a hit. */
  hitsIn(page: Page): Uint8Array {
    const { rows, projectId } = this;
    const { text, pattern, isExact } = this.sought;
    const isHit = new Uint8Array(page.to - page.from + 1);
    if (pattern === null) {
      for (const row of searchTexts(rows, { ...page, projectId }))
        if (row.text.includes(text)) isHit[row.seq - page.from] = 1;
      return isHit;
    }
    rows.reading(() => {
      const counts = countsSchema.parse(rows.statement(COUNTS).get(page.from, page.to, projectId));
      if (counts.packed > 0) this.lookAtPacks(page, isHit, { text, pattern, isExact });
      if (counts.packed > 0 && counts.packed < isHit.length) this.leaveOut(page, isHit);
      if (counts.others > 0) this.lookAtOthers(page, isHit);
    });
    return isHit;
  }

  private lookAtPacks({ from, to, ranges }: Page, isHit: Uint8Array, sought: SoughtByPattern): void {
    const packs = packsSchema.parse(this.rows.statement(PACKS).all(from, to));
    const endOf = (n: number): number => packs[n + 1]?.first ?? to + 1;
    let range = 0;
    const fresh = packs.filter(({ first, stamp }, n) => {
      while ((ranges[range]?.to ?? to) < first) range += 1;
      return stamp !== this.last?.stamp && (ranges[range]?.from ?? to + 1) < endOf(n);
    });
    const looked: Looked[] = [];
    for (const { bytes, ends } of openPacks(fresh.map(({ texts }) => texts))) {
      const look = new PackLook(bytes, sought);
      for (const [n, end] of ends.entries())
        looked.push({ stamp: fresh[looked.length]?.stamp ?? 0, places: look.places(ends[n - 1] ?? 0, end) });
    }
    const known = new Map(
      [...(this.last === null ? [] : [this.last]), ...looked].map((one) => [one.stamp, one.places]),
    );
    for (const [n, { first, stamp }] of packs.entries())
      for (const place of known.get(stamp) ?? []) {
        // What it says of places that the next one has taken over is of rows that are gone.
        if (first + place < endOf(n)) isHit[first + place - from] = 1;
      }
    this.last = looked.at(-1) ?? this.last;
  }

  /** Takes out what a pack says of rows that are gone, are in no pack any more, or are of another project. */
  private leaveOut({ from, to }: Page, isHit: Uint8Array): void {
    const isPacked = new Uint8Array(isHit.length);
    for (const { seq } of this.rows.statement(PACKED).all(from, to, this.projectId)) isPacked[Number(seq) - from] = 1;
    for (const [at, packed] of isPacked.entries()) if (packed === 0) isHit[at] = 0;
  }

  private lookAtOthers({ from, ranges }: Page, isHit: Uint8Array): void {
    for (const range of ranges)
      for (const record of this.rows.statement(OTHERS).all(range.from, range.to, this.projectId)) {
        const { seq, cell, prompt, completion } = otherSchema.parse(record);
        if (completion === null ? this.isInCell(cell) : this.isInTexts(cell, messagesOf(prompt), completion))
          isHit[seq - from] = 1;
      }
  }

  private isInTexts(cell: string, prompt: ReturnType<typeof messagesOf>, completion: string): boolean {
    return searchTextOf({ cell: valuesOf(cell), prompt, completion }).includes(this.sought.text);
  }

  private isInCell(cell: string): boolean {
    const known = this.cells.get(cell);
    if (known !== undefined) return known;
    const isIn = this.isInTexts(cell, null, '');
    if (this.cells.size === KEPT_CELLS) this.cells.clear();
    this.cells.set(cell, isIn);
    return isIn;
  }
}
