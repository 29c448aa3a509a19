import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createDatabase } from '../../../src/services/store/database.ts';
import { createRows } from '../../../src/services/store/rows/rows.ts';
import { sampleRow, temporaryHome, withoutLedger } from './sample.ts';

const WRITER = fileURLToPath(new URL('writer.process.ts', import.meta.url));

function open(home: string) {
  const database = createDatabase({ home });
  onTestFinished(() => database.close());
  return { database, rows: createRows(database) };
}

function startWriter(home: string, prefix: string): ChildProcess {
  const child = spawn(process.execPath, [WRITER, home, prefix], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
}

/** Kills the writer with SIGKILL once it has reported `count` rows; gives every id it reported. */
async function killAfter(child: ChildProcess, count: number): Promise<readonly string[]> {
  const { stdout } = child;
  if (stdout === null) throw new Error('The writer has no stdout.');
  const reported: string[] = [];
  for await (const line of createInterface({ input: stdout })) {
    reported.push(line);
    if (reported.length === count) child.kill('SIGKILL');
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  expect(child.signalCode).toBe('SIGKILL');
  return reported;
}

describe('the database', () => {
  it.each([1, 40, 1500])('has every reported row after kill -9 at row %i', async (count) => {
    const home = temporaryHome();
    const reported = await killAfter(startWriter(home, 'a'), count);
    expect(reported.length).toBeGreaterThanOrEqual(count);
    const { rows } = open(home);
    for (const id of reported) expect(rows.get('p', id)).not.toBeNull();
    const stored = [...rows.scan('p', {})].length;
    expect(stored - reported.length).toBeLessThanOrEqual(1);
    expect(rows.counts('p', {})).toMatchObject({ total: stored, costUsd: stored / 2 });
  });

  it('brings a database of before the split to today, rows and all', () => {
    const home = temporaryHome();
    const older = createDatabase({ home });
    createRows(older).put([sampleRow('p', 'a')]);
    withoutLedger(older);
    older.statement('ALTER TABLE rows DROP COLUMN thoughts').run();
    older.statement('DROP TABLE uploads').run();
    older.statement('DROP TABLE screen_states').run();
    older.statement('DROP INDEX rows_by_split').run();
    older.statement('ALTER TABLE rows DROP COLUMN split').run();
    older.statement('ALTER TABLE rows DROP COLUMN whole').run();
    older.statement('PRAGMA user_version = 2').run();
    older.close();
    const { rows } = open(home);
    expect(rows.get('p', 'a')).toEqual(sampleRow('p', 'a'));
    rows.put([sampleRow('p', 'a', { split: 'train', whole: '{"messages":[]}' })]);
    expect(rows.counts('p', { split: 'train' }).total).toBe(1);
    expect(rows.get('p', 'a')?.whole).toBe('{"messages":[]}');
  });

  it('knows whether another process has written since the last look', () => {
    const home = temporaryHome();
    const [one, other] = [open(home), open(home)];
    expect(one.database.changedElsewhere()).toBe(false);
    one.rows.put([sampleRow('p', 'a')]);
    expect(one.database.changedElsewhere()).toBe(false);
    other.rows.put([sampleRow('p', 'b')]);
    expect([one.database.changedElsewhere(), one.database.changedElsewhere()]).toEqual([true, false]);
  });

  it('takes the rows of three processes that begin at once on an empty folder', async () => {
    const home = temporaryHome();
    const writers = ['a', 'b', 'c'].map((prefix) => startWriter(home, prefix));
    const reported = (await Promise.all(writers.map((child) => killAfter(child, 200)))).flat();
    const { rows } = open(home);
    for (const id of reported) expect(rows.get('p', id)).not.toBeNull();
  });

  it('is readable by its owner alone, its log too, and is not made before it is needed', () => {
    const home = join(temporaryHome(), 'deep');
    const { rows, database } = open(home);
    expect(() => statSync(home)).toThrow();
    rows.put([sampleRow('p', 'a')]);
    expect(statSync(home).mode & 0o777).toBe(0o700);
    const modes = readdirSync(home).map((name) => [name, statSync(join(home, name)).mode & 0o777]);
    expect(Object.fromEntries(modes)).toEqual({
      'luthier.db': 0o600,
      'luthier.db.open': 0o700,
      'luthier.db-shm': 0o600,
      'luthier.db-wal': 0o600,
    });
    database.close();
    chmodSync(join(home, 'luthier.db'), 0o644);
    expect(rows.get('p', 'a')).toEqual(sampleRow('p', 'a'));
    expect(statSync(join(home, 'luthier.db')).mode & 0o777).toBe(0o600);
  });

  it('refuses, untouched, what a newer version wrote', () => {
    const home = temporaryHome();
    const first = open(home);
    first.rows.put([sampleRow('p', 'a')]);
    first.database.statement('PRAGMA user_version = 99').run();
    first.database.close();
    const { rows } = open(home);
    expect(() => rows.counts('p', {})).toThrow(/newer Luthier/);
    expect(readdirSync(home)).toContain('luthier.db');
  });

  it('rolls a transaction back when it throws, and goes on', () => {
    const { database, rows } = open(temporaryHome());
    expect(() =>
      database.transaction(() => {
        rows.put([sampleRow('p', 'a')]);
        throw new Error('no');
      }),
    ).toThrow('no');
    rows.put([sampleRow('p', 'b'), sampleRow('p', 'c')]);
    expect([...rows.scan('p', {})].map((row) => row.id)).toEqual(['b', 'c']);
  });
});
