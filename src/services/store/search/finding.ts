import type { Database } from '../database.ts';
import { candidatesOf } from './candidates.ts';
import { hitsIn, inOrder, type Watch } from './hits.ts';
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
  readonly hits: Seqs;
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

  private hitsOf(projectId: string, text: string, watch: Watch): Seqs {
    const { edits, last } = markOf(this.rows);
    const { known } = this;
    const holds = known?.projectId === projectId && known.text === text && known.edits === edits;
    const before = holds ? known.hits : new Float64Array();
    const ranges = candidatesOf(this.rows, this.index, text.toLowerCase(), holds ? known.last + 1 : 0);
    const more = hitsIn(this.rows, { projectId, text, ranges }, (hits) => watch(before.length + hits));
    const hits = before.length === 0 ? more : more.length === 0 ? before : joined(before, more);
    this.known = { projectId, text, edits, last, hits };
    return hits;
  }
}

function joined(before: Seqs, more: Seqs): Seqs {
  const all = new Float64Array(before.length + more.length);
  all.set(before);
  all.set(more, before.length);
  return all;
}
