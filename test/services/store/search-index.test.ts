import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { RowSortKey } from '../../../src/domain/dataset/types.ts';
import { createDatabase, type StoreDatabase } from '../../../src/services/store/database.ts';
import { createRows, type Rows } from '../../../src/services/store/rows/rows.ts';
import { candidatesOf, type Range } from '../../../src/services/store/search/candidates.ts';
import { fillIndex } from '../../../src/services/store/search/filling.ts';
import { Finder } from '../../../src/services/store/search/finding.ts';
import { HitSet } from '../../../src/services/store/search/hit-set.ts';
import { inOrder, lookFor } from '../../../src/services/store/search/hits.ts';
import { IndexFile } from '../../../src/services/store/search/index-file.ts';
import { lowerMark, markOf, noteStep } from '../../../src/services/store/search/marks.ts';
import { sampleRow, temporaryHome } from './sample.ts';

let home: string;
let database: StoreDatabase;
let index: IndexFile;
let rows: Rows;

function open(): void {
  database = createDatabase({ home });
  rows = createRows(database);
  index = new IndexFile(join(home, 'search.db'));
}

function close(): void {
  index.close();
  database.close();
}

beforeEach((context) => {
  home = temporaryHome();
  open();
  context.onTestFinished(close);
});

const step = (isLost = false) => fillIndex(database, index, { isLost, isWanted: () => false });

/** Fills and notes until there is nothing to do; gives how many steps that took. */
function fill(): number {
  for (let steps = 0; ; steps += 1) {
    const filled = step();
    if (filled === 'open') throw new Error('the step before is not noted');
    if (filled === 'nothing') return steps;
    noteStep(database, filled);
  }
}

const put = (from: number, count: number, completion = (index_: number) => `Answer ${index_}`): void => {
  rows.put(
    Array.from({ length: count }, (_, n) =>
      sampleRow('p', `r${from + n}`, { completion: completion(from + n), createdAt: from + n }),
    ),
  );
};
const sizeOf = (ranges: readonly Range[]): number => ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0);
const lookedAt = (text: string): number => sizeOf(candidatesOf(database, index, text, 0));
const found = (text: string): readonly string[] => {
  const wanted = { projectId: 'p', filter: { text }, sort: { key: 'created', descending: false } } as const;
  const seqs = new Finder(database, index).find(wanted, () => {});
  const ids = new Map(
    rows.query('p', { ...wanted, filter: {}, offset: 0, limit: 10_000 }).map((row, n) => [n + 1, row.id]),
  );
  return Array.from(seqs, (seq) => ids.get(seq) ?? 'none');
};

describe('many hits', () => {
  it('are put in order as a list of rows is, in whatever order they came', () => {
    const times = fc.oneof(
      fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 60 }),
      // As most rows come: none before an earlier one.
      fc
        .array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 60 })
        .map((all) => all.toSorted((a, b) => a - b)),
    );
    const key = fc.constantFrom<RowSortKey>('created', 'length', 'rating', 'cell');
    let project = 0;
    fc.assert(
      fc.property(times, key, fc.boolean(), fc.boolean(), (all, sortKey, descending, isFiltered) => {
        project += 1;
        const projectId = `many${project}`;
        rows.put(
          all.map((createdAt, n) =>
            sampleRow(projectId, `r${n}`, {
              completion: n % 3 === 0 ? 'none' : `lantern ${'!'.repeat(n % 7)}`,
              rating: n % 2 === 0 ? 'accepted' : 'unrated',
              createdAt,
            }),
          ),
        );
        const filter = { text: 'lantern', ...(isFiltered ? { rating: 'accepted' as const } : {}) };
        const wanted = { projectId, filter, sort: { key: sortKey, descending } };
        const { last } = markOf(database);
        const ranges = [{ from: 0, to: last }];
        const hits = new HitSet();
        hits.grow(last);
        lookFor(database, { projectId, text: 'lantern', ranges }, hits, () => {});
        const plain = rows.query(projectId, { ...wanted, offset: 0, limit: 100 }).map(({ id }) => id);
        for (const few of [0, 100]) {
          const seqs = inOrder(database, wanted, hits, () => {}, few);
          expect(rows.at(projectId, seqs).map((row) => row?.id)).toEqual(plain);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('the index of texts', () => {
  it('gives all groups in their order, however many have a text', () => {
    const groups = Array.from({ length: 20_000 }, (_, n) => n * 3);
    index.write(() => {
      for (const group of groups) index.put(group, group % 2 === 0 ? 'one lantern' : 'lantern');
    });
    expect([...index.groupsOf('"lan"').groups]).toEqual(groups);
    expect([...index.groupsOf('"lan" AND "one"').groups]).toEqual(groups.filter((group) => group % 2 === 0));
    expect([...index.groupsOf('"two"').groups]).toEqual([]);
  });

  it('leaves a handful of rows to look at, out of a thousand', () => {
    put(0, 1_000);
    expect(lookedAt('answer 777')).toBeGreaterThanOrEqual(1_000);
    fill();
    expect(lookedAt('answer 777')).toBeLessThan(40);
    expect(found('ANSWER 777')).toEqual(['r777']);
    expect(lookedAt('no such words')).toBeLessThan(16);
    expect(lookedAt('7')).toBeGreaterThanOrEqual(1_000);
  });

  it('looks at what changed since, and at what came', () => {
    put(0, 100);
    fill();
    rows.put([sampleRow('p', 'r50', { completion: 'A lantern', createdAt: 50 })]);
    put(100, 3, () => 'Another lantern');
    expect(found('lantern')).toEqual(['r50', 'r100', 'r101', 'r102']);
    const before = lookedAt('reeds');
    fill();
    expect(lookedAt('reeds')).toBeLessThan(before);
    expect(found('lantern')).toEqual(['r50', 'r100', 'r101', 'r102']);
    expect(found('answer 50')).toEqual([]);
  });

  it('takes no note of a rating', () => {
    put(0, 64);
    fill();
    const row = rows.get('p', 'r5');
    if (row !== null) rows.put([{ ...row, rating: 'accepted' }]);
    expect(fill()).toBe(0);
  });

  it('goes on after an end between a step and its note', () => {
    put(0, 80);
    fill();
    put(80, 80);
    rows.put([sampleRow('p', 'r7', { completion: 'A lantern', createdAt: 7 })]);
    expect(step()).toMatchObject({ indexedTo: expect.any(Number) });
    expect(found('lantern')).toEqual(['r7']);
    expect(step()).toBe('open');
    close();
    open();
    expect(step()).toBe('open');
    const again = step(true);
    if (again === 'open' || again === 'nothing') throw new Error('nothing was done');
    noteStep(database, again);
    expect(fill()).toBe(0);
    expect(found('lantern')).toEqual(['r7']);
    expect(found('answer 7')).toEqual(Array.from({ length: 10 }, (_, n) => `r${70 + n}`));
  });

  it('finds what is there in a database that was put back as it was before, whatever the index knows', () => {
    put(0, 80);
    fill();
    close();
    const kept = ['', '.seal'];
    for (const suffix of kept) copyFileSync(database.path + suffix, `${database.path}${suffix}.before`);
    open();
    rows.put([sampleRow('p', 'r7', { completion: 'A lantern', createdAt: 7 })]);
    fill();
    close();
    for (const suffix of kept) copyFileSync(`${database.path}${suffix}.before`, database.path + suffix);
    open();
    expect(found('answer 7')).toEqual(['r7', ...Array.from({ length: 10 }, (_, n) => `r${70 + n}`)]);
    const again = step(true);
    if (again !== 'open' && again !== 'nothing') noteStep(database, again);
    fill();
    expect(found('answer 7')).toEqual(['r7', ...Array.from({ length: 10 }, (_, n) => `r${70 + n}`)]);
    expect(found('lantern')).toEqual([]);
  });

  it('is made anew where it is damaged or gone: no row is missed meanwhile', () => {
    put(0, 400);
    fill();
    index.close();
    const bytes = readFileSync(join(home, 'search.db'));
    writeFileSync(join(home, 'search.db'), bytes.fill(0x5a, 4096));
    expect(found('answer 39')).toHaveLength(11);
    fill();
    expect(lookedAt('answer 399')).toBeLessThan(40);
    index.discard();
    expect(found('answer 39')).toHaveLength(11);
    fill();
    expect(lookedAt('answer 399')).toBeLessThan(40);
  });

  it('takes numbers that are given out again for new rows', () => {
    put(0, 200);
    fill();
    rows.remove(
      'p',
      Array.from({ length: 190 }, (_, n) => `r${n + 10}`),
    );
    lowerMark(database);
    put(10, 100, () => 'A lantern');
    expect(found('lantern')).toHaveLength(100);
    fill();
    expect(found('lantern')).toHaveLength(100);
    expect(found('answer')).toHaveLength(10);
    expect(markOf(database).indexed_to).toBe(103);
  });

  it('counts a step of one of two processes alone', () => {
    put(0, 80);
    const first = step();
    const second = step();
    if (typeof first === 'string' || typeof second === 'string') throw new Error('nothing was done');
    noteStep(database, first);
    noteStep(database, second);
    expect(markOf(database).token).toBe(first.token);
    expect(found('answer 79')).toEqual(['r79']);
    fill();
    expect(lookedAt('answer 79')).toBeLessThan(40);
    expect(found('answer 79')).toEqual(['r79']);
  });
});
