import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createRandom } from '../../../src/domain/common/random.ts';
import { StoreDamage } from '../../../src/domain/text/store-damage.ts';
import { createDatabase } from '../../../src/services/store/database.ts';
import { createJobs } from '../../../src/services/store/jobs.ts';
import { createRows } from '../../../src/services/store/rows/rows.ts';
import { lookLater } from '../../../src/services/store/soundness/later.ts';
import { lookThrough } from '../../../src/services/store/soundness/look.ts';
import { patiently } from '../../../src/services/store/sqlite.ts';
import { jobOf, recordOf } from '../../app/fakes/jobs.ts';
import { sampleRow, temporaryHome } from './sample.ts';

const pathOf = (home: string): string => join(home, 'luthier.db');

function open(home: string, look: 'now' | 'later' = 'now') {
  const database = createDatabase({ home, look });
  onTestFinished(() => database.close());
  return { database, rows: createRows(database) };
}

/** A data folder with rows that was closed well. */
function filled(): string {
  const home = temporaryHome();
  const { database, rows } = open(home);
  rows.put(Array.from({ length: 200 }, (_, n) => sampleRow('p', `row-${n}`, { completion: `${n} `.repeat(200) })));
  database.close();
  return home;
}

/** The same folder as a process that was killed leaves it: with its mark, and no seal. */
function killed(): string {
  const home = filled();
  rmSync(`${pathOf(home)}.seal`);
  leaveMark(home);
  return home;
}

/** No process has this id. */
const leaveMark = (home: string): void => writeFileSync(join(`${pathOf(home)}.open`, '4194999-ab'), '100000');

const total = (home: string): number => open(home).rows.counts('p', {}).total;

function flipBits(path: string, seed: number, count: number): void {
  const random = createRandom(seed);
  const bytes = readFileSync(path);
  for (let n = 0; n < count; n += 1) {
    const at = Math.floor(random.next() * bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random.next() * 8));
  }
  writeFileSync(path, bytes);
}

const overwriteHead = (path: string): void => {
  const bytes = readFileSync(path);
  bytes.fill(0x41, 0, 100);
  writeFileSync(path, bytes);
};

const size = (path: string): number => readFileSync(path).length;

const DAMAGE: readonly (readonly [string, (path: string) => void])[] = [
  ['its head overwritten', overwriteHead],
  ['text in its place', (path) => writeFileSync(path, 'not a database at all '.repeat(100))],
  ['nothing in its place', (path) => writeFileSync(path, '')],
  ['cut in its first page', (path) => truncateSync(path, 1000)],
  ['cut after its first page', (path) => truncateSync(path, 4096)],
  ['cut in the middle', (path) => truncateSync(path, Math.floor(size(path) / 2))],
  ['without its last byte', (path) => truncateSync(path, size(path) - 1)],
  ['without its last page', (path) => truncateSync(path, size(path) - 4096)],
  ['gone', (path) => rmSync(path)],
];

describe.each(DAMAGE)('a database that is %s', (_, damage) => {
  it.each([
    ['closed well', filled],
    ['killed', killed],
  ])('is said to be damaged and left as it is, after it was %s', (__, make) => {
    const home = make();
    damage(pathOf(home));
    const before = existsSync(pathOf(home)) ? readFileSync(pathOf(home)) : null;
    expect(() => total(home)).toThrow(StoreDamage);
    expect(() => total(home)).toThrow(/luthier\.db is (?:damaged: .+\.|empty, and was not|gone, and was there)/);
    expect(existsSync(pathOf(home)) ? readFileSync(pathOf(home)) : null).toEqual(before);
    expect(readdirSync(home).filter((name) => name.includes('corrupt'))).toEqual([]);
  });
});

describe('flipped bits', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('are found wherever they are, 200 of them (%i)', (seed) => {
    const home = filled();
    flipBits(pathOf(home), seed, 200);
    expect(() => total(home)).toThrow(StoreDamage);
  });

  it.each([1, 2, 3, 4])('are found when there is one alone (%i)', (seed) => {
    const home = filled();
    flipBits(pathOf(home), seed, 1);
    expect(() => total(home)).toThrow(/something else than Luthier wrote to it/);
  });
});

describe('a database that was not closed well', () => {
  it('is looked through once, and trusted when it is sound', () => {
    const home = killed();
    const { database, rows } = open(home);
    expect(rows.counts('p', {}).total).toBe(200);
    expect([database.opening()?.isDoubtful, readdirSync(`${pathOf(home)}.open`).length]).toEqual([false, 1]);
    database.close();
    expect([existsSync(`${pathOf(home)}.seal`), readdirSync(`${pathOf(home)}.open`)]).toEqual([true, []]);
  });

  it('is looked through by a thread where the first frame must not wait', async () => {
    const home = killed();
    const { database, rows } = open(home, 'later');
    expect(rows.counts('p', {}).total).toBe(200);
    expect(database.opening()?.isDoubtful).toBe(true);
    expect(await lookLater(database)).toBeNull();
    expect(database.opening()?.isDoubtful).toBe(false);
  });

  it('is still in doubt where the look has no end, and the next start looks again', async () => {
    const { database } = open(killed(), 'later');
    database.statement('SELECT 1').get();
    expect(await lookLater(database, new URL('data:text/javascript,for(;;);'), 200)).toBeNull();
    expect(database.opening()?.isDoubtful).toBe(true);
  });

  it('is found damaged by that thread, and looked through again at the next start', async () => {
    const home = killed();
    const bytes = readFileSync(pathOf(home));
    // Pages of rows in the middle: the schema, which every opening reads, is whole.
    bytes.fill(0x41, bytes.length - 40_960, bytes.length - 8_192);
    writeFileSync(pathOf(home), bytes);
    const { database } = open(home, 'later');
    database.statement('SELECT 1').get();
    expect((await lookLater(database))?.message).toMatch(/luthier\.db is damaged: /);
    database.close();
    expect(existsSync(`${pathOf(home)}.seal`)).toBe(false);
    expect(() => total(home)).toThrow(StoreDamage);
  });

  it('is in use, and no doubt, while another process that runs has it open', () => {
    const home = filled();
    writeFileSync(join(`${pathOf(home)}.open`, `${process.pid}-other`), '100000');
    flipBits(pathOf(home), 1, 1);
    const { database } = open(home);
    database.statement('SELECT 1').get();
    expect(database.opening()?.isDoubtful).toBe(false);
  });
});

describe('a database that is as it was', () => {
  it('may be copied with its folder, or touched', () => {
    const home = filled();
    const copy = temporaryHome();
    cpSync(home, copy, { recursive: true });
    utimesSync(pathOf(copy), new Date(), new Date(0));
    expect(total(copy)).toBe(200);
  });

  it('may be of before there were seals', () => {
    const home = filled();
    rmSync(`${pathOf(home)}.seal`);
    rmSync(`${pathOf(home)}.open`, { recursive: true });
    expect(total(home)).toBe(200);
  });

  it('is opened in a moment: nothing of it is read for that', () => {
    const home = filled();
    const seal = readFileSync(`${pathOf(home)}.seal`, 'utf8');
    expect(total(home)).toBe(200);
    const { database } = open(home);
    database.statement('SELECT 1').get();
    database.close();
    expect(readFileSync(`${pathOf(home)}.seal`, 'utf8')).toBe(seal);
  });
});

describe('a record that cannot be read', () => {
  it.each([
    ['{"id":"ftjob-1"}', /ftjob-1 of its table jobs cannot be read, for it is not right at projectId/],
    ['{"id":"ftjob-1",', /ftjob-1 of its table jobs cannot be read, for it is not JSON/],
    ['', /number 1 of its table jobs/],
  ])('is named with its table (%s)', (text, words) => {
    const { database } = open(filled());
    const jobs = createJobs(database);
    jobs.save(recordOf(jobOf()));
    database.statement('UPDATE jobs SET record = ?').run(text);
    expect(() => jobs.list('p')).toThrow(words);
    expect(() => jobs.list('p')).toThrow(StoreDamage);
  });

  it('is named when it is a row', () => {
    const { database, rows } = open(filled());
    database.statement("UPDATE rows SET cell = '{' WHERE id = 'row-3'").run();
    expect(() => rows.get('p', 'row-3')).toThrow(/row-3 of its table rows cannot be read, for it is not right at cell/);
  });

  it('is looked for among what rows are found by', () => {
    const home = filled();
    const { database } = open(home);
    expect(lookThrough({ prepare: database.statement })).toEqual([]);
    database.statement('DELETE FROM row_heads_new WHERE seq = 3').run();
    expect(lookThrough({ prepare: database.statement })).toEqual([
      '1 records of its table rows are not found by their identity',
    ]);
  });

  it('is named when its table is gone', () => {
    const { database, rows } = open(filled());
    database.statement('DROP TABLE rows').run();
    expect(() => rows.get('p', 'row-3')).toThrow(/luthier\.db is damaged: no such table: rows\./);
  });
});

describe('a database that another process holds', () => {
  const fault = (errcode: number) => Object.assign(new Error('database is locked'), { errcode });

  it('is waited for', () => {
    let tries = 0;
    const work = (): string => {
      tries += 1;
      // SQLITE_BUSY, and SQLITE_BUSY_RECOVERY.
      if (tries < 3) throw fault(tries === 1 ? 5 : 261);
      return 'open';
    };
    expect([patiently(work), tries]).toEqual(['open', 3]);
  });

  it('is no reason to wait for anything else', () => {
    let tries = 0;
    const work = (): never => {
      tries += 1;
      throw fault(11);
    };
    expect(() => patiently(work)).toThrow();
    expect(tries).toBe(1);
  });
});
