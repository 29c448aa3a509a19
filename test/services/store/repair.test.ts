import { existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createRandom } from '../../../src/domain/common/random.ts';
import { createDatabase } from '../../../src/services/store/database.ts';
import { createJobs } from '../../../src/services/store/jobs.ts';
import { type RecoveredTable, recoverDatabase } from '../../../src/services/store/repair/recover.ts';
import { createRows } from '../../../src/services/store/rows/rows.ts';
import { createLedger } from '../../../src/services/store/spending/ledger.ts';
import { createUploads } from '../../../src/services/store/uploads.ts';
import { jobOf, recordOf } from '../../app/fakes/jobs.ts';
import { NOON, sampleRow, temporaryHome, withRowsBefore } from './sample.ts';

const ROWS = 400;
const KEY = { address: 'a', purpose: 'fine-tune', hash: 'h' };
const pathOf = (home: string): string => join(home, 'luthier.db');

function open(home: string) {
  const database = createDatabase({ home });
  onTestFinished(() => database.close());
  const ledger = createLedger(database);
  onTestFinished(() => ledger.close());
  return { database, ledger, rows: createRows(database), jobs: createJobs(database), uploads: createUploads(database) };
}

/** Rows of a few pages each hundred, the last `packed` of them in packs of 50, a job with its entry in the ledger, and an upload. */
function filled({ packed } = { packed: ROWS / 2 }): string {
  const home = temporaryHome();
  const { database, rows, jobs, uploads } = open(home);
  const random = createRandom(7);
  const words = () => Array.from({ length: 60 }, () => random.next().toString(36).slice(2, 12)).join(' ');
  const all = Array.from({ length: ROWS }, (_, n) =>
    sampleRow('p', `row-${n}`, { completion: `answer ${n} ${words()}` }),
  );
  database.transaction(() => {
    for (const row of all.slice(0, ROWS - packed)) rows.put([row]);
  });
  for (let start = ROWS - packed; start < ROWS; start += 50) rows.put(all.slice(start, start + 50));
  jobs.save({ ...recordOf(jobOf()), quoteUsd: 2 });
  uploads.save(KEY, { id: 'file-1', filename: 'f', at: 1 });
  database.close();
  return home;
}

function change(path: string, edit: (bytes: Buffer) => void): void {
  const bytes = readFileSync(path);
  edit(bytes);
  writeFileSync(path, bytes);
}

const of = (tables: readonly RecoveredTable[], name: string): RecoveredTable | undefined =>
  tables.find(({ table }) => table === name);

/** Everything but the rows is there; how many of those are. */
function expectWorking(home: string): number {
  const { rows, jobs, ledger, uploads } = open(home);
  expect(jobs.list('p').map(({ job }) => job.id)).toEqual(['ftjob-1']);
  expect(uploads.find(KEY)).toBe('file-1');
  expect(ledger.totals('p').map(({ kind, usd }) => [kind, usd])).toEqual([['job', 2]]);
  const found = [...rows.scan('p', {})];
  const { total, costUsd } = rows.counts('p', {});
  expect([total, costUsd]).toEqual([found.length, expect.closeTo(found.length * 0.001, 6)]);
  return found.length;
}

describe('a database that is recovered', () => {
  it.each([
    ['its header overwritten', (bytes: Buffer) => bytes.fill(0x41, 0, 100)],
    ['its whole first page overwritten', (bytes: Buffer) => bytes.fill(0x41, 0, 4096)],
  ])('is whole with %s', (_, edit) => {
    const home = filled();
    change(pathOf(home), edit);
    const damaged = readFileSync(pathOf(home));
    const { kept, tables } = recoverDatabase(pathOf(home), NOON);
    expect(of(tables, 'rows')).toEqual({ table: 'rows', saved: ROWS, lost: 0 });
    expect(expectWorking(home)).toBe(ROWS);
    expect(kept).toBe(`${pathOf(home)}.corrupt-20261121T120000000Z`);
    expect(readFileSync(kept ?? '')).toEqual(damaged);
    expect(existsSync(`${pathOf(home)}.recovery`)).toBe(false);
  });

  it('has all rows around one page of them that is damaged, and says how many are lost', () => {
    const home = filled();
    const leaf = pageOfRow(pathOf(home), 'answer 100 ');
    change(pathOf(home), (bytes) => bytes.fill(0x41, leaf, leaf + 4096));
    const { tables } = recoverDatabase(pathOf(home), NOON);
    const { saved = 0, lost = 0 } = of(tables, 'rows') ?? {};
    expect([saved + lost, lost > 0 && lost < 8]).toEqual([ROWS, true]);
    expect(expectWorking(home)).toBe(saved);
  });

  it.each([
    ['a bit of it is flipped', (bytes: Buffer, at: number) => bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at)],
    [
      'a page of it is overwritten',
      (bytes: Buffer, at: number) => bytes.fill(0x41, at - (at % 4096), at - (at % 4096) + 4096),
    ],
  ])('loses the rows of one pack and no others where %s, and says so', (_, harm) => {
    const home = filled();
    change(pathOf(home), (bytes) => harm(bytes, endOfPack(home, 2) - 2_000));
    const { tables } = recoverDatabase(pathOf(home), NOON);
    expect([of(tables, 'rows'), of(tables, 'packs')]).toEqual([
      { table: 'rows', saved: ROWS - 50, lost: 50 },
      { table: 'packs', saved: 3, lost: 1 },
    ]);
    expect(expectWorking(home)).toBe(ROWS - 50);
    const { rows } = open(home);
    expect(
      [rows.get('p', 'row-299'), rows.get('p', 'row-300'), rows.get('p', 'row-350')].map((row) => row?.id),
    ).toEqual(['row-299', undefined, 'row-350']);
    // What is lost is not taken to be there.
    expect(rows.put([sampleRow('p', 'row-300')], 'new')).toBe(1);
  });

  it('keeps the names of projects where their table is damaged', () => {
    const home = filled();
    const { database } = open(home);
    const root = Number(
      database.statement("SELECT rootpage AS n FROM sqlite_schema WHERE name = 'row_projects'").get()?.n,
    );
    database.close();
    change(pathOf(home), (bytes) => bytes.fill(0x41, (root - 1) * 4096, root * 4096));
    recoverDatabase(pathOf(home), NOON);
    expect(expectWorking(home)).toBe(ROWS);
  });

  it('has the rows of a version before their words were numbers, whole or damaged', () => {
    const home = filled();
    const before = open(home).database;
    withRowsBefore(before);
    before.close();
    const leaf = pageOfRow(pathOf(home), 'answer 100 ');
    change(pathOf(home), (bytes) => bytes.fill(0x41, leaf, leaf + 4096));
    const { tables } = recoverDatabase(pathOf(home), NOON);
    const { saved = 0, lost = 0 } = of(tables, 'rows') ?? {};
    expect([saved + lost, lost > 0 && lost < 8]).toEqual([ROWS, true]);
    expect(expectWorking(home)).toBe(saved);
  });

  it('has rows of that version whose list of tables is lost', () => {
    const home = filled();
    const before = open(home).database;
    withRowsBefore(before);
    before.close();
    change(pathOf(home), (bytes) => bytes.fill(0x41, 0, 4096));
    recoverDatabase(pathOf(home), NOON);
    expect([...open(home).rows.scan('p', {})].length).toBe(ROWS);
  });

  it('has what stands before the place it was cut at', () => {
    const home = filled();
    truncateSync(pathOf(home), Math.floor(readFileSync(pathOf(home)).length * 0.7) + 5);
    const { tables } = recoverDatabase(pathOf(home), NOON);
    const { rows } = open(home);
    const saved = of(tables, 'rows')?.saved ?? 0;
    expect([saved > ROWS / 4, [...rows.scan('p', {})].length]).toEqual([true, saved]);
  });

  it.each([1, 2, 3, 4, 5, 6])('has most rows after 200 flipped bits, every one of them readable (%i)', (seed) => {
    const home = filled({ packed: 0 });
    const random = createRandom(seed);
    change(pathOf(home), (bytes) => {
      for (let n = 0; n < 200; n += 1) {
        const at = Math.floor(random.next() * bytes.length);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random.next() * 8));
      }
    });
    const { tables } = recoverDatabase(pathOf(home), NOON);
    const { rows } = open(home);
    const saved = of(tables, 'rows')?.saved ?? 0;
    const found = [...rows.every()];
    expect([found.length, saved > ROWS / 2]).toEqual([saved, true]);
    for (const { projectId, id } of found) expect(rows.get(projectId, id)?.id).toBe(id);
  });

  it('leaves out a record that is none', () => {
    const home = filled();
    const { database } = open(home);
    database.statement("UPDATE rows SET cell = '{' WHERE id = 'row-3'").run();
    database.statement("UPDATE jobs SET record = 'no JSON'").run();
    database.close();
    const { tables } = recoverDatabase(pathOf(home), NOON);
    expect([of(tables, 'rows'), of(tables, 'jobs')]).toEqual([
      { table: 'rows', saved: ROWS - 1, lost: 1 },
      { table: 'jobs', saved: 0, lost: 1 },
    ]);
  });

  it.each([
    ['was gone', (path: string) => rmSync(path)],
    ['was emptied', (path: string) => writeFileSync(path, '')],
    ['was never one', (path: string) => writeFileSync(path, 'something else entirely '.repeat(500))],
  ])('is a new one where it %s', (_, damage) => {
    const home = filled();
    damage(pathOf(home));
    const { tables } = recoverDatabase(pathOf(home), NOON);
    expect(tables.every(({ saved }) => saved === 0)).toBe(true);
    expect(open(home).rows.counts('p', {}).total).toBe(0);
  });

  it('is left as it is while another Luthier has it open', () => {
    const home = filled();
    writeFileSync(join(`${pathOf(home)}.open`, `${process.pid}-other`), '1');
    expect(() => recoverDatabase(pathOf(home), NOON)).toThrow(/open in another Luthier/);
    expect(readdirSync(home).filter((name) => /corrupt|recovery/.test(name))).toEqual([]);
  });
});

/** Where the bytes of a pack end in the file, counted from the first. */
function endOfPack(home: string, nth: number): number {
  const { database } = open(home);
  const texts = database.statement('SELECT texts FROM packs ORDER BY first LIMIT 1 OFFSET ?').get(nth)?.texts;
  database.close();
  if (!(texts instanceof Uint8Array)) throw new Error('no such pack');
  return readFileSync(pathOf(home)).indexOf(texts.subarray(-300)) + 300;
}

/** Where the page begins that holds a text, of the table and not of an index. */
function pageOfRow(path: string, text: string): number {
  const bytes = readFileSync(path);
  const LEAF_OF_TABLE = 0x0d;
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) {
    const page = at - (at % 4096);
    if (bytes[page] === LEAF_OF_TABLE) return page;
  }
  throw new Error('no such page');
}
