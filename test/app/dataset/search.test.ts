import { describe, expect, it } from 'vitest';
import type { SearchState } from '../../../src/app/dataset/search.ts';
import { settle } from '../fakes/clock.ts';
import { openFakeWorkbench } from '../fakes/fake-workbench.ts';
import { HeldSearch } from '../fakes/held-search.ts';
import { rowOf } from '../fakes/rows.ts';

const query = { filter: { text: 'lantern' }, sort: { key: 'created', descending: false } } as const;

function watched() {
  const rowSearch = new HeldSearch();
  const { workbench, clock } = openFakeWorkbench({ rowSearch });
  const states: SearchState[] = [];
  const end = workbench.search.watch(query, (state) => states.push(state));
  const totals = () => states.map(({ found, hits }) => found?.total ?? `${hits} so far`);
  return { rowSearch, workbench, clock, states, totals, end };
}

describe('a search that is watched', () => {
  it('says how many there are so far, then what was found', async () => {
    const { rowSearch, totals } = watched();
    await settle();
    rowSearch.newest.onHits(7);
    rowSearch.newest.answer([rowOf('a'), rowOf('b')]);
    await settle();
    expect(totals()).toEqual(['7 so far', 2]);
  });

  it('is looked for again when rows change, silently, and rests nine times as long as it took', async () => {
    const { rowSearch, workbench, clock, totals } = watched();
    await settle();
    await clock.advance(100);
    workbench.reads.invalidate('rows');
    rowSearch.newest.answer([rowOf('a')]);
    await clock.advance(899);
    workbench.reads.invalidate('rows');
    await settle();
    expect(rowSearch.asked).toHaveLength(1);
    await clock.advance(1);
    expect(rowSearch.asked).toHaveLength(2);
    rowSearch.newest.onHits(1);
    rowSearch.newest.answer([rowOf('a'), rowOf('b')]);
    await clock.advance(10_000);
    expect(totals()).toEqual([1, 2]);
    expect(rowSearch.asked).toHaveLength(2);
  });

  it('does not rest after what a person did', async () => {
    const { rowSearch, workbench, clock } = watched();
    await clock.advance(100);
    rowSearch.newest.answer([rowOf('a')]);
    await settle();
    workbench.reads.invalidateAtOnce('rows');
    await settle();
    expect(rowSearch.asked).toHaveLength(2);
    workbench.reads.invalidateAtOnce('rows');
    rowSearch.newest.answer([]);
    await settle();
    expect(rowSearch.asked).toHaveLength(3);
  });

  it('is ended by whoever watches: what it found then is not said, and nothing is asked again', async () => {
    const { rowSearch, workbench, clock, states, end } = watched();
    await settle();
    end();
    expect(rowSearch.newest.signal?.aborted).toBe(true);
    workbench.reads.invalidateAtOnce('rows');
    await clock.advance(10_000);
    expect(states).toEqual([]);
    expect(rowSearch.asked).toHaveLength(1);
  });

  it('says what it failed of, and goes on with the next change', async () => {
    const { rowSearch, workbench, states } = watched();
    await settle();
    rowSearch.newest.fail(new Error('The thread ended.'));
    await settle();
    expect(states.at(-1)?.problem?.what).toContain('The thread ended');
    workbench.reads.invalidateAtOnce('rows');
    await settle();
    rowSearch.newest.answer([rowOf('a')]);
    await settle();
    expect(states.at(-1)).toMatchObject({ problem: null, found: { total: 1 } });
  });
});

it('does to all rows with a text what is done to a filter: looks for them first', async () => {
  const { workbench, disk, store } = openFakeWorkbench();
  const projectId = store.getState().project.id;
  disk.deps.rows.put(
    Array.from({ length: 450 }, (_, index) =>
      rowOf(`r${index}`, { projectId, createdAt: index, completion: index % 2 === 0 ? 'a lantern' : 'a reed' }),
    ),
  );
  expect(await workbench.rows.rateAll({ text: 'LANTERN' }, new Set(['r0']), 'accepted')).toEqual({
    ok: true,
    value: 224,
  });
  expect(disk.deps.rows.counts(projectId, { rating: 'accepted' }).total).toBe(224);
  const read: number[] = [];
  const shares: number[] = [];
  const wanted = new AbortController();
  const add = (rows: readonly unknown[], share: number): void => {
    read.push(rows.length);
    shares.push(share);
  };
  expect(await workbench.search.read({ text: 'lantern' }, add, wanted.signal)).toMatchObject({ ok: true });
  expect(read.reduce((sum, rows) => sum + rows, 0)).toBe(225);
  expect(shares.at(-1)).toBe(1);
});
