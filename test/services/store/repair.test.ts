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
import { NOON, sampleRow, temporaryHome } from './sample.ts';

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

/** Rows of a few pages each hundred, a job with its entry in the ledger, and an upload. */
function filled(): string {
  const home = temporaryHome();
  const { database, rows, jobs, uploads } = open(home);
  const row = (n: number) => sampleRow('p', `row-${n}`, { completion: `answer ${n} `.repeat(60) });
  rows.put(Array.from({ length: ROWS }, (_, n) => row(n)));
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
    const leaf = pageOfRow(pathOf(home), 'answer 200 ');
    change(pathOf(home), (bytes) => bytes.fill(0x41, leaf, leaf + 4096));
    const { tables } = recoverDatabase(pathOf(home), NOON);
    const { saved = 0, lost = 0 } = of(tables, 'rows') ?? {};
    expect([saved + lost, lost > 0 && lost < 8]).toEqual([ROWS, true]);
    expect(expectWorking(home)).toBe(saved);
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
    const home = filled();
    const random = createRandom(seed);
    change(pathOf(home), (bytes) => {
      for (let n = 0; n < 200; n += 1) {
        const at = Math.floor(random.next() * bytes.length);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random.next() * 8));
      }
    });
    const { tables } = recoverDatabase(pathOf(home), NOON);
    const { rows, database } = open(home);
    const saved = of(tables, 'rows')?.saved ?? 0;
    const found = database.statement('SELECT project_id, id FROM rows').all();
    expect([found.length, saved > ROWS / 2]).toEqual([saved, true]);
    for (const { project_id: project, id } of found) expect(rows.get(String(project), String(id))?.id).toBe(id);
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
