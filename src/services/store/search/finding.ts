import type { Database } from '../database.ts';
import { candidatesOf } from './candidates.ts';
import { HitSet } from './hit-set.ts';
import { inOrder, lookFor, type Watch } from './hits.ts';
import type { IndexFile } from './index-file.ts';
import { markOf } from './marks.ts';
import type { Seqs, Wanted } from './messages.ts';

/** What had a text when it was last looked for. */
interface Known {
  readonly projectId: string;
  readonly text: string;
  /** It holds as long as no text changes; rows that came since are looked at. */
  readonly edits: number;
  readonly last: number;
  readonly hits: HitSet;
}

/** Finds rows, and knows the last text's hits: another order or filter, or a row more, needs no new look at all of them. */
export class Finder {
  private readonly rows: Database;
  private readonly index: IndexFile | null;
  private known: Known | null = null;

  constructor(rows: Database, index: IndexFile | null) {
    this.rows = rows;
    this.index = index;
  }

  find(wanted: Wanted, watch: Watch): Seqs {
    return inOrder(this.rows, wanted, this.hitsOf(wanted.projectId, wanted.filter.text ?? '', watch), watch);
  }

  private hitsOf(projectId: string, text: string, watch: Watch): HitSet {
    const { edits, last } = markOf(this.rows);
    const { known } = this;
    const holds = known?.projectId === projectId && known.text === text && known.edits === edits;
    const hits = known?.hits ?? new HitSet();
    // What is dropped on the way knows nothing.
    this.known = null;
    if (!holds) hits.clear();
    hits.grow(last);
    const ranges = candidatesOf(this.rows, this.index, text.toLowerCase(), holds ? known.last + 1 : 0);
    lookFor(this.rows, { projectId, text, ranges }, hits, watch);
    this.known = { projectId, text, edits, last, hits };
    return hits;
  }
}
