import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Row, RowFilter, RowSortKey } from '../../../src/domain/dataset/types.ts';
import { createDatabase, type StoreDatabase } from '../../../src/services/store/database.ts';
import { createRows, type Rows } from '../../../src/services/store/rows/rows.ts';
import { editsOf, markOf } from '../../../src/services/store/search/marks.ts';
import { createRowSearch, type FoundRows, type RowSearch } from '../../../src/services/store/search/search.ts';
import { NOON, sampleRow, temporaryHome } from './sample.ts';

let database: StoreDatabase;
let rows: Rows;
let search: RowSearch;

beforeEach((context) => {
  database = createDatabase({ home: temporaryHome() });
  rows = createRows(database);
  // Every search is the thread's, however few the rows.
  search = createRowSearch(database, { atOnce: -1, fill: { from: 1, quietMs: 0 } });
  context.onTestFinished(async () => {
    await search.close();
    database.close();
  });
});

const byCreation = { key: 'created', descending: false } as const;
const every = (found: FoundRows): readonly (Row | null)[] => found.window(0, found.total);
const ids = (found: FoundRows): readonly (string | null)[] => every(found).map((row) => row?.id ?? null);
const find = (text: string, filter: RowFilter = {}) =>
  search.find('p', { filter: { ...filter, text }, sort: byCreation });

/** How many rows are looked at one by one, being no part of the index. */
const unindexedRows = (): number => {
  const { last, indexed_to: to } = markOf(database);
  return last - to + editsOf(database, 1_000).length;
};

/** Waits until every row whose group is whole is in the index. */
async function filled(): Promise<void> {
  search.rowsChanged();
  while (unindexedRows() >= 8) {
    await setImmediate();
    search.rowsChanged();
  }
}

const WORDS = [
  'elf',
  'Ärger',
  'ΟΔΟΣ',
  '"quoted"',
  "it's",
  '50%',
  'a_b',
  '漢字かな',
  '👩‍👩‍👧',
  'İstanbul',
  '\u0000',
  '\nΣ',
  'σ',
  'x',
];
const wordText = fc.array(fc.constantFrom(...WORDS), { maxLength: 6 }).map((words) => words.join(' '));
const madeRow = fc.record({
  id: fc.integer({ min: 0, max: 90 }).map(String),
  completion: fc.oneof(wordText, fc.string({ unit: 'grapheme' })),
  cell: fc.dictionary(fc.constantFrom('race', 'pet'), wordText),
  prompt: fc.option(wordText.map((content) => [{ role: 'user' as const, content }])),
  status: fc.constantFrom('done' as const, 'failed' as const),
  rating: fc.constantFrom('accepted' as const, 'unrated' as const),
  createdAt: fc.integer({ min: NOON, max: NOON + 5 }),
});
const step = fc.oneof(
  fc.record({ kind: fc.constant('put' as const), rows: fc.array(madeRow, { minLength: 1, maxLength: 12 }) }),
  // As many as are packed together.
  fc.record({ kind: fc.constant('put' as const), rows: fc.array(madeRow, { minLength: 60, maxLength: 70 }) }),
  fc.record({ kind: fc.constant('remove' as const), ids: fc.array(fc.integer({ min: 0, max: 90 }).map(String)) }),
);
const question = fc.record({
  text: fc.oneof(wordText, fc.constantFrom(...WORDS), fc.string({ unit: 'grapheme', maxLength: 4 })).filter(Boolean),
  filter: fc.record(
    { status: fc.constant('done' as const), rating: fc.constant('unrated' as const) },
    { requiredKeys: [] },
  ),
  key: fc.constantFrom<RowSortKey>('created', 'cell', 'tokens', 'status', 'rating', 'length'),
  descending: fc.boolean(),
});

describe('a search of rows', () => {
  it('finds what a look at every row finds, in every order and filter, whatever was put and removed', async () => {
    const rounds = fc.array(fc.tuple(fc.array(step, { maxLength: 4 }), question, fc.boolean()), {
      minLength: 1,
      maxLength: 4,
    });
    let project = 0;
    await fc.assert(
      fc.asyncProperty(rounds, async (all) => {
        project += 1;
        const projectId = `p${project}`;
        for (const [steps, { text, filter, key, descending }, fills] of all) {
          for (const one of steps) {
            if (one.kind === 'remove') rows.remove(projectId, one.ids);
            else rows.put(one.rows.map(({ id, ...change }) => sampleRow(projectId, id, change)));
          }
          const query = { filter: { ...filter, text }, sort: { key, descending } };
          if (fills) await filled();
          const plain = rows.query(projectId, { ...query, offset: 0, limit: 1_000 });
          expect(every(await search.find(projectId, query))).toEqual(plain);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('gives null for a row that went since', async () => {
    rows.put(['a', 'b', 'c'].map((id) => sampleRow('p', id, { completion: 'lantern' })));
    const found = await find('LANTERN');
    rows.remove('p', ['b']);
    expect(found.total).toBe(3);
    expect(ids(found)).toEqual(['a', null, 'c']);
  });

  it('is dropped for the next one: the first ends with the reason of its signal', async () => {
    rows.put(Array.from({ length: 5_000 }, (_, index) => sampleRow('p', String(index))));
    const first = new AbortController();
    const dropped = search.find('p', { filter: { text: 'o' }, sort: byCreation }, { signal: first.signal });
    first.abort(new Error('another key'));
    const next = find('completion of 4999');
    await expect(dropped).rejects.toThrow('another key');
    expect(ids(await next)).toEqual(['4999']);
  });

  it('looks here and now at a project of few rows', async () => {
    const small = createRowSearch(database, { thread: new URL('file:///nowhere.js') });
    rows.put([sampleRow('p', 'a', { completion: 'lantern' }), sampleRow('p', 'b')]);
    expect(ids(await small.find('p', { filter: { text: 'lantern' }, sort: byCreation }))).toEqual(['a']);
  });

  it('says what its thread failed of, and begins another for the next search', async () => {
    const broken = createRowSearch(database, { atOnce: -1, thread: new URL('file:///nowhere.js') });
    await expect(broken.find('p', { filter: { text: 'x' }, sort: byCreation })).rejects.toThrow('nowhere');
  });

  const log = (): string => `${dirname(database.path)}/search.db-wal`;
  const closed = () => vi.waitFor(() => expect(existsSync(log())).toBe(false), { timeout: 10_000, interval: 5 });

  it('ends a thread that was begun to fill the index alone, and begins another for a search', async () => {
    rows.put(Array.from({ length: 64 }, (_, index) => sampleRow('p', String(index))));
    await filled();
    await closed();
    expect(ids(await find('completion of 63'))).toEqual(['63']);
    expect(existsSync(log())).toBe(true);
  });

  it('ends a thread that nobody asks for a while, and begins another for the next search', async () => {
    rows.put(Array.from({ length: 64 }, (_, index) => sampleRow('p', String(index))));
    await filled();
    await closed();
    const resting = createRowSearch(database, { atOnce: -1, restMs: 1 });
    for (const text of ['completion of 62', 'completion of 63']) {
      const found = await resting.find('p', { filter: { text }, sort: byCreation });
      expect([found.total, existsSync(log())]).toEqual([1, true]);
      await closed();
    }
    await resting.close();
  });

  it('leaves the database to be closed for good: no log of writes is left beside it', async () => {
    rows.put([sampleRow('p', 'a')]);
    await find('completion');
    await search.close();
    database.close();
    expect(existsSync(`${database.path}-wal`)).toBe(false);
    await expect(find('completion')).rejects.toThrow('closed');
  });
});
