import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Outcome, Problem } from '../../domain/common/outcome.ts';
import type { Row, RowFilter } from '../../domain/dataset/types.ts';
import { ROWS_SAFE, type WorkbenchContext } from '../core/context.ts';
import type { FoundRows, SearchQuery } from '../runtime/search-ports.ts';

/** How far a search is that is kept up to date. */
export interface SearchState {
  /** What it found last; null until it was once through. */
  readonly found: FoundRows | null;
  /** Rows with the text so far, while it is on its way for the first time. */
  readonly hits: number;
  readonly problem: Problem | null;
}

export interface SearchActions {
  /**
   * Looks for rows of the current project, and again whenever rows change. The listener is told of hits on the first way, and of each
   * end. Gives back how to end that.
   */
  watch(query: SearchQuery, listener: (state: SearchState) => void): () => void;
  /** Reads every row of a filter, with room for keys in between: `take` has some of them, and the share of all that it had by then. */
  read(
    filter: RowFilter,
    take: (rows: readonly Row[], share: number) => void,
    signal: AbortSignal,
  ): Promise<Outcome<null>>;
}

/** What is looked for again rests for this many times as long as it took: however long that is, it takes a tenth of a core. */
const REST = 9;

/** One search, as long as somebody watches it. */
class WatchedSearch {
  private readonly context: WorkbenchContext;
  private readonly query: SearchQuery;
  private readonly listener: (state: SearchState) => void;
  private readonly ended = new AbortController();
  private readonly unsubscribe: () => void;
  private state: SearchState = { found: null, hits: 0, problem: null };
  private looking = false;
  private resting = false;
  /** What changed since the last look began. */
  private change: 'none' | 'some' | 'by a person' = 'none';
  private restUntil = 0;

  constructor(context: WorkbenchContext, query: SearchQuery, listener: (state: SearchState) => void) {
    this.context = context;
    this.query = query;
    this.listener = listener;
    this.unsubscribe = context.reads.subscribe(['rows'], (atOnce) => {
      if (this.change !== 'by a person') this.change = atOnce ? 'by a person' : 'some';
      this.goOn();
    });
    void this.look();
  }

  end(): void {
    this.unsubscribe();
    this.ended.abort();
  }

  private async look(): Promise<void> {
    const { deps, attempt, project } = this.context;
    const { signal } = this.ended;
    const started = deps.clock.now();
    this.looking = true;
    this.change = 'none';
    const onHits = (hits: number): void => {
      if (this.state.found === null) this.show({ hits });
    };
    const outcome = await attempt(ROWS_SAFE, () => deps.rowSearch.find(project().id, this.query, { signal, onHits }));
    this.looking = false;
    this.show(outcome.ok ? { found: outcome.value, problem: null } : { problem: outcome.problem });
    this.restUntil = deps.clock.now() + REST * (deps.clock.now() - started);
    this.goOn();
  }

  private goOn(): void {
    if (this.looking || this.change === 'none' || this.ended.signal.aborted) return;
    if (this.change === 'by a person') void this.look();
    else if (!this.resting) void this.rest();
  }

  private async rest(): Promise<void> {
    const { clock } = this.context.deps;
    this.resting = true;
    // Where it is ended meanwhile, there is nothing to go on with.
    await clock.sleep(this.restUntil - clock.now(), this.ended.signal).catch(() => {});
    this.resting = false;
    if (!this.looking && this.change !== 'none' && !this.ended.signal.aborted) void this.look();
  }

  private show(change: Partial<SearchState>): void {
    if (this.ended.signal.aborted) return;
    this.state = { ...this.state, ...change };
    this.listener(this.state);
  }
}

export function createSearchActions(context: WorkbenchContext): SearchActions {
  return {
    watch(query, listener) {
      const search = new WatchedSearch(context, query, listener);
      return () => search.end();
    },
    read(filter, take, signal) {
      return context.attempt(ROWS_SAFE, async () => {
        for await (const { rows, share } of pagesOf(context, context.project().id, filter, signal)) {
          take(rows, share);
          await nextTurn();
          if (signal.aborted) return null;
        }
        return null;
      });
    },
  };
}

/** Rows a page has at most: few enough that a key pressed meanwhile is read within a frame or two. */
const PAGE = 200;

interface Page {
  readonly rows: readonly Row[];
  /** Of all rows of the filter, with this page: 0 to 1. */
  readonly share: number;
}

/** Every row of a filter in creation order, as it is when it is reached, in one page at least; a text is looked for first. */
export async function* pagesOf(
  { operations, deps }: WorkbenchContext,
  projectId: string,
  filter: RowFilter,
  signal?: AbortSignal,
): AsyncGenerator<Page> {
  const shareOf = (read: number, total: number): number => (total === 0 ? 1 : Math.min(1, read / total));
  if (filter.text === undefined) {
    const { total } = operations.rows.counts(projectId, filter);
    let read = 0;
    let rows: Row[] = [];
    for (const row of operations.rows.scan(projectId, filter)) {
      rows.push(row);
      read += 1;
      if (rows.length < PAGE) continue;
      yield { rows, share: shareOf(read, total) };
      rows = [];
    }
    yield { rows, share: 1 };
    return;
  }
  const query = { filter, sort: { key: 'created', descending: false } } as const;
  const found = await deps.rowSearch.find(projectId, query, signal && { signal });
  for (let offset = 0; offset === 0 || offset < found.total; offset += PAGE) {
    const rows = found.window(offset, PAGE).filter((row) => row !== null);
    yield { rows, share: shareOf(offset + PAGE, found.total) };
  }
}
