import { expect, onTestFinished, test } from 'vitest';
import { readCoverage } from '../../../src/app/dataset/coverage.ts';
import { createCoverage } from '../../../src/services/store/coverage.ts';
import { createDatabase } from '../../../src/services/store/database.ts';
import { createRows } from '../../../src/services/store/rows/rows.ts';
import { rowOf } from '../../app/fakes/rows.ts';
import { temporaryHome } from './sample.ts';

test('counts the pairs of values of two slots by SQL, in parts that meet without a gap', async () => {
  const database = createDatabase({ home: temporaryHome() });
  onTestFinished(() => database.close());
  const rows = createRows(database);
  const make = (at: number) =>
    rowOf(`r${at}`, {
      cell: { race: `race${at % 3}`, 'a"b': `x${at % 2}` },
      rating: at % 4 === 0 ? 'accepted' : 'unrated',
      createdAt: Math.floor(at / 100),
    });
  rows.put(Array.from({ length: 12_000 }, (_, at) => make(at)));
  rows.put([rowOf('other', { cell: { race: 'race0' } }), rowOf('elsewhere', { projectId: 'q', cell: make(0).cell })]);
  let parts = 0;
  const store = createCoverage(database);
  const counted: typeof store = {
    part(...given) {
      parts += 1;
      return store.part(...given);
    },
  };
  const slots = [{ name: 'race', values: ['race2', 'race9'] }];
  const map = await readCoverage(counted, { projectId: 'p', slots, pair: ['race', 'a"b'] });
  expect(parts).toBe(13);
  expect(map).toMatchObject({ rows: 12_000, accepted: 3_000, missing: 2, down: ['race2', 'race9', 'race0', 'race1'] });
  expect(map.at('race0', 'x0')).toEqual({ rows: 2_000, accepted: 1_000 });
  expect(map.at('race0', 'x1')).toEqual({ rows: 2_000, accepted: 0 });
  expect(map.at('race9', 'x1')).toEqual({ rows: 0, accepted: 0 });
  expect(map.across).toEqual(['x0', 'x1']);
});
