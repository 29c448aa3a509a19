import type { Row, RowQuery } from '../src/domain/dataset/types.ts';
import { createDatabase } from '../src/services/store/database.ts';
import { createRows } from '../src/services/store/rows/rows.ts';
import { inTemporaryFolder, median, type Result } from './measure.ts';

const ROWS = 100_000;
const WINDOW = 40;
const BATCH = 100;
const ROUNDS = 15;

type Sort = RowQuery['sort'];
const byCreation: Sort = { key: 'created', descending: false };

/** What the row browser asks of SQLite at a size no screen was made for. */
export function rows(): Promise<readonly Result[]> {
  return inTemporaryFolder(async (home) => {
    const database = createDatabase({ home });
    const store = createRows(database);
    const started = performance.now();
    for (let from = 0; from < ROWS; from += BATCH) {
      store.put(Array.from({ length: BATCH }, (_, index) => sampleRow(from + index)));
    }
    const writing = (ROWS / (performance.now() - started)) * 1000;
    const windowOf = (filter: RowQuery['filter'], sort: Sort, offset: number) => () =>
      store.query('bench', { filter, sort, offset, limit: WINDOW });
    const queries = {
      'a window at the start': windowOf({}, byCreation, 0),
      'a window in the middle': windowOf({}, byCreation, ROWS / 2),
      'a window in the middle, by tokens': windowOf({}, { key: 'tokens', descending: true }, ROWS / 2),
      'a window of a text search': windowOf({ text: 'lantern 99' }, byCreation, 0),
      'a text search that finds nothing': windowOf({ text: 'no such words' }, byCreation, 0),
      'counts of all rows': () => store.counts('bench', {}),
    };
    const results = Object.entries(queries).map(([what, query]) => ({
      what: `${ROWS.toLocaleString('en-US')} rows: ${what}`,
      figure: `${timed(query).toFixed(2)} ms`,
      limit: '',
      met: null,
    }));
    database.close();
    const what = `rows written, ${BATCH} a transaction`;
    return [
      { what, figure: `${Math.round(writing).toLocaleString('en-US')} a second`, limit: '', met: null },
      ...results,
    ];
  });
}

function timed(query: () => unknown): number {
  query();
  const times = Array.from({ length: ROUNDS }, () => {
    const started = performance.now();
    query();
    return performance.now() - started;
  });
  return median(times);
}

function sampleRow(index: number): Row {
  const cell = { race: `race${index % 40}`, class: `class${index % 37}`, pet: `pet${index % 67}` };
  return {
    id: index.toString(16).padStart(64, '0'),
    projectId: 'bench',
    source: 'generated',
    cell,
    prompt: null,
    status: 'done',
    rating: 'unrated',
    edited: false,
    split: null,
    model: 'bench',
    finishReason: 'stop',
    costUsd: 0.0001,
    error: null,
    completion: `A wanderer who carries lantern ${index % 1000} through the reeds and the rain. `.repeat(5),
    usage: { promptTokens: 320, completionTokens: 60 + (index % 80), cachedTokens: 0 },
    createdAt: 1_700_000_000_000 + index,
    updatedAt: 1_700_000_000_000 + index,
  };
}
