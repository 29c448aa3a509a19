import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Row, RowSortKey } from '../../../src/domain/dataset/types.ts';
import { createDatabase, type Database } from '../../../src/services/store/database.ts';
import { createRows, type Rows } from '../../../src/services/store/rows/rows.ts';
import { lookThrough } from '../../../src/services/store/soundness/look.ts';
import { NOON, sampleRow, temporaryHome, withRowsBefore } from './sample.ts';

let home: string;
let database: Database;
let rows: Rows;

beforeEach((context) => {
  home = temporaryHome();
  database = createDatabase({ home });
  context.onTestFinished(() => database.close());
  rows = createRows(database);
});

const hash = (n: number): string => n.toString(16).padStart(8, '0').repeat(8);
const many = (count: number, change: (n: number) => Partial<Row> = () => ({})): readonly Row[] =>
  Array.from({ length: count }, (_, n) => sampleRow('p', hash(n), { createdAt: NOON + n, ...change(n) }));
const packs = (): number => Number(database.statement('SELECT count(*) AS n FROM packs').get()?.n);
const inline = (): number =>
  Number(database.statement('SELECT count(*) AS n FROM rows WHERE completion IS NOT NULL').get()?.n);

describe('rows that come together', () => {
  it('have their texts in packs, and are what they were', () => {
    const put = many(200, (n) => ({
      completion: `answer ${n} 👩‍👩‍👧 \ud800`,
      prompt: n % 3 === 0 ? null : [{ role: 'user', content: `\u0000${n}` }],
      ...(n % 5 === 0 ? { whole: `{"n":${n}}`, thoughts: 'hm' } : {}),
    }));
    expect(rows.put(put, 'new')).toBe(200);
    expect([packs(), inline()]).toEqual([4, 0]);
    expect([...rows.scan('p', {})]).toEqual(put);
    expect(rows.get('p', hash(77))).toEqual(put[77]);
    expect(
      rows.query('p', { filter: {}, sort: { key: 'length', descending: true }, offset: 0, limit: 3 }),
    ).toHaveLength(3);
  });

  it('stay in their pack when what is said of them changes, and leave it when their texts do', () => {
    const put = many(64);
    rows.put(put);
    rows.put(put.map((row) => ({ ...row, rating: 'accepted', split: 'train' })));
    expect([packs(), inline()]).toEqual([1, 0]);
    const edited = { ...sampleRow('p', hash(5)), createdAt: NOON + 5, completion: 'mine', edited: true };
    rows.put([edited]);
    expect([packs(), inline(), rows.get('p', hash(5))]).toEqual([1, 1, edited]);
    rows.put(put.map((row) => ({ ...row, completion: `${row.completion}!` })));
    expect([packs(), inline(), rows.get('p', hash(9))?.completion]).toEqual([0, 64, `${put[9]?.completion}!`]);
  });

  it('take their pack along when the last of them goes', () => {
    rows.put(many(100));
    rows.remove(
      'p',
      many(64).map(({ id }) => id),
    );
    expect(packs()).toBe(1);
    rows.remove(
      'p',
      many(100).map(({ id }) => id),
    );
    expect(packs()).toBe(0);
  });

  it('are read from the pack that took the place of another', () => {
    rows.put(many(40));
    expect(rows.get('p', hash(1))?.completion).toBe(`Completion of ${hash(1)}`);
    rows.remove(
      'p',
      many(40).map(({ id }) => id),
    );
    const other = createDatabase({ home });
    createRows(other).put(many(40, (n) => ({ id: hash(n + 1_000), completion: `Completion of ${hash(n + 2_000)}` })));
    other.close();
    expect(rows.get('p', hash(1_001))?.completion).toBe(`Completion of ${hash(2_001)}`);
  });

  it('are there once, however often they come in one go', () => {
    const [one, other] = [many(40), many(40, () => ({ completion: 'newer' }))];
    expect(rows.put([...one, ...other], 'new')).toBe(40);
    expect(rows.get('p', hash(3))).toEqual(one[3]);
    rows.remove(
      'p',
      one.map(({ id }) => id),
    );
    expect(rows.put([...one, ...other])).toBe(80);
    expect(rows.get('p', hash(3))).toEqual(other[3]);
    expect(rows.counts('p', {}).total).toBe(40);
  });

  it('are found by flag, text and value', () => {
    rows.put(many(64, (n) => ({ completion: n % 8 === 0 ? `ELF with OWL ${n}` : `nobody ${n}` })));
    expect(rows.counts('p', { flag: 'missing-slot-value' }).total).toBe(56);
    expect(rows.counts('p', { text: 'with owl 1' }).total).toBe(1);
    expect(rows.counts('p', { slot: { name: 'race', value: 'elf' } }).total).toBe(64);
  });
});

describe('rows of thousands', () => {
  it('are found by their identity while that moves from where it came to where most are', () => {
    for (let start = 0; start < 24_000; start += 1_000)
      rows.put(
        Array.from({ length: 1_000 }, (_, n) =>
          sampleRow('p', `${((start + n) * 2_654_435_761).toString(16).padStart(16, '0')}${hash(n).slice(16)}`),
        ),
        'new',
      );
    const count = (table: string): number => Number(database.statement(`SELECT count(*) AS n FROM ${table}`).get()?.n);
    expect(count('row_heads') + count('row_heads_new')).toBe(24_000);
    expect(count('row_heads_new')).toBeLessThan(20_000);
    expect(lookThrough({ prepare: database.statement })).toEqual([]);
    const ids = database.statement('SELECT hex(id) AS id FROM rows WHERE seq % 50 = 0').all();
    for (const { id } of ids) expect(rows.get('p', String(id).toLowerCase())).not.toBeNull();
    expect(ids).toHaveLength(480);
  });
});

describe('rows in any order', () => {
  const change = fc.record({
    rating: fc.constantFrom<Row['rating']>('accepted', 'rejected', 'unrated'),
    status: fc.constantFrom<Row['status']>('done', 'truncated', 'refused', 'empty', 'failed'),
    split: fc.constantFrom<Row['split']>('train', 'validation', null),
    completion: fc.constantFrom('', 'short', 'a longer answer', '漢字'),
    usage: fc.constantFrom<Row['usage']>(null, { promptTokens: 1, completionTokens: 9, cachedTokens: 0 }),
    cell: fc.constantFrom<Row['cell']>({}, { race: 'elf' }, { race: 'orc' }),
  });
  const ids = fc.array(fc.integer({ min: 0, max: 150 }), { minLength: 1, maxLength: 120 });
  const step = fc.oneof(
    fc.record({ what: fc.constant('put' as const), which: fc.constantFrom<'all' | 'new'>('all', 'new'), ids, change }),
    fc.record({ what: fc.constant('rate' as const), ids, change }),
    fc.record({ what: fc.constant('remove' as const), ids }),
  );

  type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
  const nameOf = (n: number): string => (n % 7 === 0 ? `odd-${n}` : hash(n));

  /** Does a step in the store and in the map. */
  function take(model: Map<string, Row>, one: Step): void {
    const named = one.ids.map(nameOf);
    if (one.what === 'remove') {
      rows.remove('p', named);
      for (const id of named) model.delete(id);
      return;
    }
    const { rating, split } = one.change;
    const made = named.map((id, n) =>
      one.what === 'put'
        ? sampleRow('p', id, { ...one.change, createdAt: NOON + (n % 5) })
        : { ...(model.get(id) ?? sampleRow('p', id)), rating, split },
    );
    const which = one.what === 'put' ? one.which : 'all';
    rows.put(made, which);
    for (const row of made) if (which === 'all' || !model.has(row.id)) model.set(row.id, row);
  }

  const KEYS: Readonly<Record<RowSortKey, (row: Row) => number | string>> = {
    created: () => 0,
    tokens: (row) => row.usage?.completionTokens ?? -1,
    length: (row) => row.completion.length,
    cell: (row) => Object.values(row.cell).join(),
    status: (row) => row.status,
    rating: (row) => row.rating,
  };

  /** Every order, from both its ends. */
  function expectOrders(byCreation: readonly Row[]): void {
    for (const key of ['created', 'tokens', 'length', 'cell', 'status', 'rating'] as const) {
      const of = KEYS[key];
      const sorted = byCreation.toSorted((a, b) => Number(of(a) > of(b)) - Number(of(a) < of(b)));
      const window = (descending: boolean) => ({ filter: {}, sort: { key, descending }, offset: 3, limit: 50 });
      expect(rows.query('p', window(false))).toEqual(sorted.slice(3, 53));
      expect(rows.query('p', window(true))).toEqual(sorted.toReversed().slice(3, 53));
    }
  }

  it('are those of a plain map, and its orders', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
        rows.remove(
          'p',
          [...rows.every()].map(({ id }) => id),
        );
        const model = new Map<string, Row>();
        for (const one of steps) take(model, one);
        const byCreation = [...model.values()].toSorted((a, b) => a.createdAt - b.createdAt);
        expect([...rows.scan('p', {})]).toEqual(byCreation);
        for (const row of model.values()) expect(rows.get('p', row.id)).toEqual(row);
        expectOrders(byCreation);
        expect(lookThrough({ prepare: database.statement })).toEqual([]);
        const needed =
          'SELECT (SELECT max(first) FROM packs WHERE first <= seq) AS first FROM rows WHERE completion IS NULL';
        expect(packs()).toBe(
          new Set(
            database
              .statement(needed)
              .all()
              .map(({ first }) => first),
          ).size,
        );
      }),
      { numRuns: 60 },
    );
  });
});

describe('a database of before', () => {
  it('is brought to today with every row as it was', () => {
    const statuses = ['done', 'truncated', 'refused', 'empty', 'failed'] as const;
    const ratings = ['accepted', 'rejected', 'unrated'] as const;
    const sources = ['generated', 'chat', 'imported'] as const;
    const splits = ['train', 'validation', null] as const;
    const kinds: readonly Partial<Row>[] = [
      { cell: {}, usage: null, costUsd: null },
      { edited: true, prompt: [{ role: 'user', content: 'hi' }], whole: '{}', thoughts: 'hm', latencyMs: 1.5 },
      { cell: { 'odd "name"': 'Ünïcode', __proto__x: '' }, error: 'why', finishReason: null },
    ];
    const made = statuses
      .flatMap((status) =>
        ratings.flatMap((rating) =>
          sources.flatMap((source) =>
            splits.map((split) => ({ status, rating, source, split, completion: `${status} Ärger 漢字` })),
          ),
        ),
      )
      .map((words, n) =>
        sampleRow(n % 3 === 0 ? 'another "project"' : 'p', n % 5 === 0 ? `name ${n}` : hash(n), {
          ...words,
          ...kinds[n % 4],
        }),
      );
    rows.put([...made, sampleRow('p', 'ABCDEF'.repeat(10).concat('0123')), sampleRow('p', '')]);
    const before = [...rows.every()];
    const counts = [rows.counts('p', {}), rows.counts('another "project"', { rating: 'accepted' })];
    withRowsBefore(database);
    database.close();
    expect([...rows.every()]).toEqual(before);
    expect([rows.counts('p', {}), rows.counts('another "project"', { rating: 'accepted' })]).toEqual(counts);
    for (const row of before) expect(rows.get(row.projectId, row.id)).toEqual(row);
    expect(lookThrough({ prepare: database.statement })).toEqual([]);
    expect(rows.put(before, 'new')).toBe(0);
  });
});
