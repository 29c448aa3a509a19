import { appendFileSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { StoreFault } from '../../../src/domain/text/file-faults.ts';
import { createDatabase } from '../../../src/services/store/database.ts';
import { createRows } from '../../../src/services/store/rows/rows.ts';
import {
  createSpill,
  createTurnSpill,
  type UnstoredAnswer,
  type UnstoredTurn,
} from '../../../src/services/store/spill.ts';
import { checkRoom, storeFault } from '../../../src/services/store/store-faults.ts';
import { sampleRow, temporaryHome } from './sample.ts';

const answer = (id: string): UnstoredAnswer => ({
  row: sampleRow('p', id, { completion: 'Grüße\n"quoted"', usage: null }),
  end: { call: `a-${id}`, outcome: 'billed', usage: null, usd: 0.01 },
});

function places() {
  const folder = temporaryHome();
  const [first, second] = [join(folder, 'first'), join(folder, 'second')];
  for (const place of [first, second]) mkdirSync(place);
  const open = (home = '/data') => createSpill({ home, places: [first, second] });
  const given = (spill = open()) => {
    const answers: UnstoredAnswer[] = [];
    spill.giveBack((all) => answers.push(...all));
    return answers;
  };
  return { first, second, open, given };
}

describe('answers that find no room', () => {
  it('are kept elsewhere, for their owner alone, and taken back once', () => {
    const { open, given } = places();
    const spill = open();
    const path = spill.keep([answer('1')]) ?? '';
    spill.keep([answer('2'), answer('3')]);
    expect(statSync(path).mode & 0o077).toBe(0);
    expect(statSync(dirname(path)).mode & 0o077).toBe(0);
    expect(given()).toEqual([answer('1'), answer('2'), answer('3')]);
    expect(given()).toEqual([]);
  });

  it('go to the next place where the first is full, and stay in memory where none has room', () => {
    const { second, open, given } = places();
    const nowhere = createSpill({ home: '/data', places: ['/proc'] });
    expect(nowhere.keep([answer('1')])).toBeNull();
    expect(given(nowhere)).toEqual([answer('1')]);
    const beside = createSpill({ home: '/data', places: ['/proc', second] });
    expect(beside.keep([answer('2')])).toContain(second);
    expect(given(open())).toEqual([answer('2')]);
  });

  it('stay kept until they are put, and are not those of another data folder', () => {
    const { open, given } = places();
    open().keep([answer('1')]);
    const full = () => {
      throw new Error('still full');
    };
    expect(() => open().giveBack(full)).toThrow('still full');
    expect(given(open('/other'))).toEqual([]);
    expect(given()).toEqual([answer('1')]);
  });

  it('are read but for a line that was cut', () => {
    const { open, given } = places();
    const path = open().keep([answer('1')]) ?? '';
    appendFileSync(path, '{"record":{"id":"cu');
    expect(given()).toEqual([answer('1')]);
    expect(readdirSync(dirname(path))).toEqual([]);
  });
});

describe('turns of a conversation that find no room', () => {
  it('are kept apart from answers, and come back as they were', () => {
    const { first, open, given } = places();
    const reply = { model: 'm', text: 'Grüße\n', thoughts: 'hm', answer: null, costUsd: 0.5, error: null };
    const turn = { id: 't', system: '', user: 'Hi', replies: [{ ...reply, status: 'done' as const }] };
    const unstored: UnstoredTurn = { projectId: 'p', turn };
    const openTurns = () => createTurnSpill({ home: '/data', places: [first] });
    const path = openTurns().keep([unstored]) ?? '';
    appendFileSync(path, '{"projectId":"p","turn":{"id":"cu');
    expect(given()).toEqual([]);
    open().keep([answer('1')]);
    const turns: UnstoredTurn[] = [];
    expect(openTurns().giveBack((all) => turns.push(...all))).toBe(1);
    expect(turns).toEqual([unstored]);
    expect(given()).toEqual([answer('1')]);
  });
});

describe('a data folder that cannot be written', () => {
  it('is named with why, in words', () => {
    const home = temporaryHome();
    const database = createDatabase({ home });
    const rows = createRows(database);
    rows.put([sampleRow('p', 'a')]);
    const { page_count: pages } = database.statement('PRAGMA page_count').get() ?? {};
    database.statement(`PRAGMA max_page_count = ${pages}`).get();
    const large = [1, 2].map((n) => sampleRow('p', `large-${n}`, { completion: 'word '.repeat(50_000) }));
    expect(() => rows.put(large)).toThrow(/luthier\.db cannot be written: the disk is full\./);
    database.close();
    expect(storeFault('/d', Object.assign(new Error('x'), { code: 'EROFS' }))).toMatchObject({
      message: '/d cannot be written: the disk can only be read.',
      next: expect.stringContaining('Make room'),
    });
    expect(storeFault('/d', new Error('other'))).toEqual(new Error('other'));
  });

  it('has room, or says how little', () => {
    expect(() => checkRoom(temporaryHome())).not.toThrow();
    expect(new StoreFault('/d', 'x')).toBeInstanceOf(Error);
  });
});
