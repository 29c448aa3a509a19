import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Row, RowSortKey } from '../../../src/domain/dataset/types.ts';
import type { ImportedRow } from '../../../src/domain/importing/conversion.ts';
import { createDatabase, type Database } from '../../../src/services/store/database.ts';
import { movedWith, packRows, unpackRows } from '../../../src/services/store/rows/packed-rows.ts';
import { createRows, type Rows } from '../../../src/services/store/rows/rows.ts';
import { lookThrough } from '../../../src/services/store/soundness/look.ts';
import { NOON, sampleRow, temporaryHome } from './sample.ts';

interface Store {
  readonly database: Database;
  readonly rows: Rows;
}

let packed: Store;
let plain: Store;

beforeEach((context) => {
  const open = (): Store => {
    const database = createDatabase({ home: temporaryHome() });
    context.onTestFinished(() => database.close());
    return { database, rows: createRows(database) };
  };
  [packed, plain] = [open(), open()];
});

const LIKE: Row = {
  ...sampleRow('p', ''),
  ...{
    source: 'imported',
    cell: {},
    prompt: [],
    completion: '',
    model: '',
    finishReason: null,
    usage: null,
    costUsd: 0,
  },
};
const hash = (n: number): string => n.toString(16).padStart(8, '0').repeat(8);
const imported = (n: number, change: Partial<ImportedRow> = {}): ImportedRow => ({
  id: hash(n),
  prompt: [{ role: 'user', content: `Why ${n}? 漢字 \ud800` }],
  completion: `So ${'so '.repeat(n % 40)}${n}.`,
  cell: {},
  rating: 'unrated',
  ...change,
});
const count = ({ database }: Store, table: string): number =>
  Number(database.statement(`SELECT count(*) AS n FROM ${table}`).get()?.n);

/** Everything that is told of the rows of a store. */
const toldOf = ({ rows }: Store) => ({
  rows: [...rows.scan('p', {})],
  counts: rows.counts('p', {}),
  rated: rows.counts('p', { rating: 'accepted' }),
  labelled: rows.counts('p', { slot: { name: 'label', value: 'a' } }),
  found: rows.counts('p', { text: 'so 7' }),
  sorted: (['length', 'cell', 'rating', 'status'] as const satisfies readonly RowSortKey[]).map((key) =>
    rows.query('p', { filter: {}, sort: { key, descending: true }, offset: 3, limit: 500 }),
  ),
});

describe('rows that come packed', () => {
  it('are the rows that were packed, found and counted like others', () => {
    const all = Array.from({ length: 150 }, (_, n) => imported(n));
    expect(packed.rows.putPacked(LIKE, packRows(all))).toBe(150);
    expect(plain.rows.put(unpackRows(LIKE, packRows(all)), 'new')).toBe(150);
    expect(toldOf(packed)).toEqual(toldOf(plain));
    expect(packed.rows.get('p', hash(77))).toEqual({
      ...LIKE,
      ...{ id: hash(77), prompt: all[77]?.prompt, completion: all[77]?.completion },
    });
    expect(['packs', 'row_heads_new'].map((table) => count(packed, table))).toEqual([3, 150]);
    expect(lookThrough({ prepare: packed.database.statement })).toEqual([]);
  });

  it('are handed on without a copy, and what they took is given back once they are written', () => {
    const given = packRows(Array.from({ length: 150 }, (_, n) => imported(n)));
    expect(given.packs.map(({ buffer, byteLength }) => buffer.byteLength - byteLength)).toEqual([0, 0, 0]);
    expect(movedWith(given)).toEqual([given.ids.buffer, ...given.packs.map(({ buffer }) => buffer)]);
    packed.rows.putPacked(LIKE, given);
    expect(given.packs.map(({ length }) => length)).toEqual([0, 0, 0]);
  });

  it('are added once: of rows that are there already the others are', () => {
    const all = Array.from({ length: 100 }, (_, n) => imported(n));
    packed.rows.putPacked(LIKE, packRows(all.slice(20, 60)));
    packed.rows.put([{ ...LIKE, id: hash(25), projectId: 'p', completion: 'edited', edited: true }]);
    expect(packed.rows.putPacked(LIKE, packRows(all))).toBe(60);
    expect(packed.rows.putPacked(LIKE, packRows(all))).toBe(0);
    expect(packed.rows.get('p', hash(25))?.completion).toBe('edited');
    expect(packed.rows.putPacked({ ...LIKE, projectId: 'another' }, packRows(all))).toBe(100);
    expect([packed.rows.counts('p', {}).total, packed.rows.counts('another', {}).total]).toEqual([100, 100]);
  });

  it('lose what they are found and counted by when they are removed', () => {
    const all = Array.from({ length: 64 }, (_, n) => imported(n));
    packed.rows.putPacked(LIKE, packRows(all));
    packed.rows.remove(
      'p',
      all.map(({ id }) => id),
    );
    for (const table of ['rows', 'packs', 'row_heads', 'row_heads_new', 'tallies'])
      expect([table, count(packed, table)]).toEqual([table, 0]);
  });

  it('are as rows that come one by one, whatever is said of each', () => {
    const change = fc.record(
      {
        completion: fc.constantFrom('', ' \n', 'a', 'long '.repeat(90), 'so 7'),
        cell: fc.constantFrom({}, { label: 'a' }, { label: 'b' }),
        rating: fc.constantFrom<ImportedRow['rating']>('accepted', 'rejected', 'unrated'),
        whole: fc.constant('{"messages":[]}'),
      },
      { requiredKeys: [] },
    );
    const runs = fc.array(fc.array(change, { minLength: 1, maxLength: 90 }), { minLength: 1, maxLength: 3 });
    let project = 0;
    fc.assert(
      fc.property(runs, fc.nat({ max: 80 }), (parts, overlap) => {
        project += 1;
        const like = { ...LIKE, projectId: `p${project}`, createdAt: NOON + project };
        let first = 1_000 * project;
        for (const part of parts) {
          const given = part.map((one, n) => imported(first + n, one));
          first += Math.max(1, part.length - overlap);
          const rows = unpackRows(like, packRows(given));
          if (packed.rows.putPacked(like, packRows(given)) !== plain.rows.put(rows, 'new')) return false;
        }
        const all = ({ rows }: Store) => JSON.stringify([...rows.scan(like.projectId, {})]);
        const counts = ({ rows }: Store) => JSON.stringify(rows.counts(like.projectId, {}));
        return all(packed) === all(plain) && counts(packed) === counts(plain);
      }),
      { numRuns: 40 },
    );
    const tallies = ({ database }: Store) =>
      database.statement('SELECT * FROM tallies ORDER BY project, status, rating, edited, length_class').all();
    expect(tallies(packed)).toEqual(tallies(plain));
    expect(lookThrough({ prepare: packed.database.statement })).toEqual([]);
  });
});
