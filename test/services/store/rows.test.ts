import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ProjectRows, RowStore } from '../../../src/app/runtime/ports.ts';
import { createDatabase, type Database } from '../../../src/services/store/database.ts';
import { createProjectData } from '../../../src/services/store/project-data.ts';
import { conditionOf } from '../../../src/services/store/rows/filter.ts';
import { createRows } from '../../../src/services/store/rows/rows.ts';
import { NOON, sampleRow, temporaryHome } from './sample.ts';

let database: Database;
let rows: RowStore;

beforeEach((context) => {
  database = createDatabase({ home: temporaryHome() });
  context.onTestFinished(() => database.close());
  rows = createRows(database);
});

const ids = (found: readonly { readonly id: string }[]) => found.map((row) => row.id);
const byCreation = { sort: { key: 'created', descending: false }, offset: 0, limit: 100 } as const;
const find = (filter: Parameters<RowStore['counts']>[1]) => ids(rows.query('p', { ...byCreation, filter }));

describe('rows', () => {
  it('gives back what was put, and the newest of what was put twice', () => {
    const row = sampleRow('p', 'a', {
      prompt: [{ role: 'user', content: 'He said "hi"\n' }],
      usage: null,
      costUsd: null,
      error: 'late',
      finishReason: 'odd_reason',
    });
    rows.put([row]);
    expect(rows.get('p', 'a')).toEqual(row);
    rows.put([{ ...row, rating: 'accepted', edited: true }]);
    expect(rows.get('p', 'a')).toEqual({ ...row, rating: 'accepted', edited: true });
    expect(rows.get('q', 'a')).toBeNull();
    expect(rows.counts('p', {}).total).toBe(1);
  });

  it('keeps a column of any name', () => {
    const cell = Object.fromEntries([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
    rows.put([sampleRow('p', 'any', { cell })]);
    expect(Object.entries(rows.get('p', 'any')?.cell ?? {})).toEqual(Object.entries(cell));
  });

  it('keeps how long an answer took, where it was timed', () => {
    rows.put([sampleRow('p', 'a', { latencyMs: 812.5 }), sampleRow('p', 'b')]);
    expect(rows.get('p', 'a')?.latencyMs).toBe(812.5);
    expect(rows.get('p', 'b')).toEqual(sampleRow('p', 'b'));
  });

  it('keeps thoughts beside the answer, where there are any', () => {
    rows.put([sampleRow('p', 'a', { thoughts: 'Two cities.' }), sampleRow('p', 'b')]);
    expect(rows.get('p', 'a')?.thoughts).toBe('Two cities.');
    expect(rows.get('p', 'b')).toEqual(sampleRow('p', 'b'));
  });

  it('keeps any text a model may send', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.dictionary(fc.string(), fc.string()), (completion, cell) => {
        const row = sampleRow('p', 'any', { completion, cell });
        rows.put([row]);
        expect(rows.get('p', 'any')).toEqual(row);
      }),
      { numRuns: 200 },
    );
    const odd = sampleRow('p', 'odd', { completion: 'before\u0000after \u001b[2J 👩‍👩‍👧 漢字' });
    rows.put([odd]);
    expect(rows.get('p', 'odd')).toEqual(odd);
  });

  it('puts all rows of a batch or none', () => {
    const broken = { ...sampleRow('p', 'b'), createdAt: Number.NaN };
    expect(() => rows.put([sampleRow('p', 'a'), broken])).toThrow();
    expect(rows.counts('p', {}).total).toBe(0);
    rows.put([sampleRow('p', 'a'), sampleRow('p', 'b')]);
    expect(rows.counts('p', {}).total).toBe(2);
  });

  it('searches cell, prompt and completion without regard to case, and takes wildcards for themselves', () => {
    rows.put([
      sampleRow('p', 'cell', { cell: { race: 'Ärger_50%' }, completion: 'x' }),
      sampleRow('p', 'prompt', { cell: {}, prompt: [{ role: 'user', content: 'Say "ÄRGER"' }], completion: 'y' }),
      sampleRow('p', 'completion', { cell: {}, completion: 'a_b ärger' }),
      sampleRow('p', 'other', { cell: { race: 'elf' }, completion: 'role content' }),
    ]);
    expect(find({ text: 'ÄrGeR' })).toEqual(['cell', 'prompt', 'completion']);
    expect(find({ text: '50%' })).toEqual(['cell']);
    expect(find({ text: 'a_b' })).toEqual(['completion']);
    expect(find({ text: '"' })).toEqual(['prompt']);
    expect(find({ text: 'role' })).toEqual(['other']);
    expect(find({ text: '' })).toHaveLength(4);
    expect(rows.counts('p', { text: 'ärger' }).total).toBe(3);
  });

  it('filters by status, rating, edit and slot value, together', () => {
    rows.put([
      sampleRow('p', 'a', { status: 'failed', cell: { 'odd "name"': 'x', race: 'elf' } }),
      sampleRow('p', 'b', { status: 'failed', rating: 'rejected', edited: true }),
      sampleRow('p', 'c', { rating: 'rejected', cell: { race: 'orc' } }),
      sampleRow('q', 'd', { status: 'failed' }),
    ]);
    expect(find({ status: 'failed' })).toEqual(['a', 'b']);
    expect(find({ rating: 'rejected' })).toEqual(['b', 'c']);
    expect(find({ rating: 'rejected', edited: false })).toEqual(['c']);
    expect(find({ slot: { name: 'race', value: 'elf' } })).toEqual(['a', 'b']);
    expect(find({ slot: { name: 'race', value: 'elf' }, edited: true })).toEqual(['b']);
    expect(find({ slot: { name: 'odd "name"', value: 'x' } })).toEqual(['a']);
    expect(find({ slot: { name: 'none', value: 'elf' } })).toEqual([]);
  });

  it('finds many rows at once by their identities, hashes or not, and by their combinations', () => {
    const text = fc.string({ unit: 'binary' });
    const hash = fc.stringMatching(/^[0-9a-f]{64}$/);
    const cell = fc.dictionary(
      fc.constantFrom('a', 'b', '1', '__proto__'),
      fc.oneof(text, fc.constantFrom('', 'x', 'y')),
    );
    const one = fc.record({ id: fc.oneof(hash, text), cell, projectId: fc.constantFrom('p', 'q') });
    fc.assert(
      fc.property(
        fc.array(one, { maxLength: 40 }),
        fc.array(one, { maxLength: 8 }),
        fc.boolean(),
        (made, never, moved) => {
          rows.remove('p', ids([...rows.scan('p', {})]));
          rows.remove('q', ids([...rows.scan('q', {})]));
          rows.put(made.map(({ id, cell, projectId }, at) => sampleRow(projectId, id, { cell, createdAt: NOON + at })));
          if (moved) database.statement('INSERT OR IGNORE INTO row_heads SELECT * FROM row_heads_new').run();
          if (moved) database.statement('DELETE FROM row_heads_new').run();
          const wanted = [...made.filter((_, at) => at % 2 === 0), ...never];
          const all = [...rows.scan('p', {})];
          const wantedIds = new Set(wanted.map(({ id }) => id.toWellFormed()));
          expect([...rows.scan('p', { ids: ids(wanted) })]).toEqual(all.filter(({ id }) => wantedIds.has(id)));
          const wantedCells = new Set(wanted.map(({ cell: of }) => JSON.stringify(of)));
          const cells = wanted.map(({ cell: of }) => of);
          expect([...rows.scan('p', { cells })]).toEqual(
            all.filter((row) => wantedCells.has(JSON.stringify(row.cell))),
          );
        },
      ),
      { numRuns: 150 },
    );
  });

  it.each([
    ['identities', { ids: ['a', 'b'] }, /row_heads USING PRIMARY KEY/],
    ['combinations', { cells: [{ race: 'elf' }] }, /keyed USING (?:COVERING )?INDEX rows_by_cell/],
  ] as const)('reads no other row than those of the %s', (_, filter, by) => {
    const { sql, values } = conditionOf('p', filter);
    const ordered = `SELECT seq FROM rows WHERE ${sql} AND (created_at, seq) > (?, ?) ORDER BY created_at, seq LIMIT 128`;
    const plan = database
      .statement(`EXPLAIN QUERY PLAN ${ordered}`)
      .all(...values, 0, 0)
      .map(({ detail }) => String(detail));
    expect(plan[0]).toBe('SEARCH rows USING INTEGER PRIMARY KEY (rowid=?)');
    expect(plan.some((step) => by.test(step))).toBe(true);
    expect(plan.filter((step) => step.startsWith('SCAN') && !/json_each/.test(step))).toEqual([]);
  });

  it('keeps the side a row was put on, and finds rows by it', () => {
    rows.put([sampleRow('p', 'a', { split: 'train' }), sampleRow('p', 'b', { split: 'validation' })]);
    rows.put([sampleRow('p', 'c'), sampleRow('p', 'd', { split: 'train', rating: 'rejected' })]);
    expect(find({ split: 'train' })).toEqual(['a', 'd']);
    expect(find({ split: 'train', rating: 'unrated' })).toEqual(['a']);
    expect(find({ split: null })).toEqual(['c']);
    expect(rows.counts('p', { split: 'validation' }).total).toBe(1);
    expect(rows.get('p', 'b')?.split).toBe('validation');
  });

  it('sorts by every key both ways, ties in the order they were made', () => {
    rows.put([
      sampleRow('p', 'a', { cell: { r: 'z' }, createdAt: 3, completion: 'ccc', rating: 'rejected' }),
      sampleRow('p', 'b', { cell: { r: 'y' }, createdAt: 1, completion: 'a', status: 'failed', usage: null }),
      sampleRow('p', 'c', { cell: { r: 'x' }, createdAt: 2, completion: 'bb', rating: 'accepted' }),
    ]);
    const sorted = (key: 'created' | 'cell' | 'tokens' | 'status' | 'rating' | 'length') => {
      const query = (descending: boolean) =>
        ids(rows.query('p', { filter: {}, sort: { key, descending }, offset: 0, limit: 9 })).join('');
      expect(query(true)).toBe(query(false).split('').toReversed().join(''));
      return query(false);
    };
    expect(sorted('created')).toBe('bca');
    expect(sorted('cell')).toBe('cba');
    expect(sorted('length')).toBe('bca');
    expect(sorted('tokens')).toBe('bca');
    expect(sorted('status')).toBe('cab');
    expect(sorted('rating')).toBe('cab');
  });

  it('cuts windows that together are the whole list, far down as well', () => {
    const count = 25_000;
    rows.put(
      Array.from({ length: count }, (_, n) =>
        sampleRow('p', `r${n}`, { createdAt: n, completion: 'x', status: n % 3 === 0 ? 'failed' : 'done' }),
      ),
    );
    for (const descending of [false, true]) {
      const sort = { key: 'created', descending } as const;
      const all = ids(rows.query('p', { filter: {}, sort, offset: 0, limit: count }));
      expect(all).toHaveLength(count);
      for (const offset of [0, 9_990, 10_000, 13_000, 24_985, 24_999, 25_000, 30_000])
        expect(ids(rows.query('p', { filter: {}, sort, offset, limit: 30 }))).toEqual(all.slice(offset, offset + 30));
    }
    expect([...rows.scan('p', {})].map((row) => row.id)).toEqual(Array.from({ length: count }, (_, n) => `r${n}`));
    expect([...rows.scan('p', { status: 'failed' })]).toHaveLength(Math.ceil(count / 3));
  });

  it('lets rows change while they are scanned', () => {
    rows.put(Array.from({ length: 1200 }, (_, n) => sampleRow('p', `r${n}`, { createdAt: n })));
    let seen = 0;
    for (const row of rows.scan('p', {})) {
      seen += 1;
      rows.remove('p', [row.id]);
    }
    expect(seen).toBe(1200);
    expect(rows.counts('p', {}).total).toBe(0);
  });

  it('counts as a scan would, whatever was put, changed and removed before', () => {
    const step = fc.record({
      id: fc.integer({ min: 0, max: 5 }).map((n) => `r${n}`),
      status: fc.constantFrom('done', 'truncated', 'refused', 'empty', 'failed'),
      rating: fc.constantFrom('accepted', 'rejected', 'unrated'),
      edited: fc.boolean(),
      costUsd: fc.option(fc.constantFrom(0.25, 0.5)),
      remove: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 30 }),
        fc.constantFrom({}, { status: 'done' }, { edited: true }),
        (steps, chosen) => {
          rows.remove('p', ids([...rows.scan('p', {})]));
          for (const { remove, id, ...change } of steps)
            remove ? rows.remove('p', [id]) : rows.put([sampleRow('p', id, change)]);
          const filter: Parameters<RowStore['counts']>[1] =
            chosen.status === 'done' ? { status: 'done' } : chosen.edited ? { edited: true } : {};
          const scanned = [...rows.scan('p', filter)];
          const counts = rows.counts('p', filter);
          expect(counts.total).toBe(scanned.length);
          expect(counts.byStatus.failed).toBe(scanned.filter((row) => row.status === 'failed').length);
          expect(counts.byRating.accepted).toBe(scanned.filter((row) => row.rating === 'accepted').length);
          expect(counts.unpriced).toBe(scanned.filter((row) => row.costUsd === null).length);
          expect(counts.costUsd).toBe(scanned.reduce((sum, row) => sum + (row.costUsd ?? 0), 0));
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('a project duplicated and deleted', () => {
  it('copies rows in their order, and clears one project only', () => {
    const data: ProjectRows = createProjectData(database);
    rows.put([sampleRow('p', 'b', { rating: 'accepted' }), sampleRow('p', 'a', { costUsd: null })]);
    data.copy('p', 'copy');
    const copied = rows.query('copy', { ...byCreation, filter: {} });
    expect(copied).toEqual(
      rows.query('p', { ...byCreation, filter: {} }).map((row) => ({ ...row, projectId: 'copy' })),
    );
    data.clear('p');
    expect(rows.counts('p', {}).total).toBe(0);
    expect(rows.counts('copy', {})).toMatchObject({ total: 2, unpriced: 1, costUsd: 0.001 });
    expect(rows.get('copy', 'a')?.createdAt).toBe(NOON);
  });
});
