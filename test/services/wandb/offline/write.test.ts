import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TrackedRun } from '../../../../src/domain/tracking/types.ts';
import { readRunLog } from '../../../../src/services/wandb/offline/read.ts';
import { writeRun } from '../../../../src/services/wandb/offline/write.ts';
import { artifactOf, filesUnder, optionsFor, RUN, STARTED, TABLE, temporaryRoot } from './sample.ts';

const digitsOf = (content: string): string => createHash('sha256').update(content).digest('hex').slice(0, 12);

describe('where a run lies', () => {
  it('has W&B’s names: the local time of its start and its id', async () => {
    const root = temporaryRoot();
    const start = new Date(2026, 0, 2, 3, 4, 5);
    const { folder, logPath, ...rest } = await writeRun({ ...RUN, startedAt: start.getTime() }, optionsFor(root));
    expect(folder).toBe(join(root, 'offline-run-20260102_030405-ftjob-abc'));
    expect(logPath).toBe(join(folder, 'run-ftjob-abc.wandb'));
    expect(rest).toEqual({
      runId: 'ftjob-abc',
      jobType: 'fine-tune',
      name: 'ftjob-abc',
      entity: 'luthiers',
      project: 'OpenAI-Fine-Tune',
      startedAt: start.getTime(),
      changed: true,
      synced: false,
    });
    expect([...filesUnder(folder).keys()]).toEqual([
      expect.stringMatching(/^artifacts\/run-ftjob-abc-train_data\/[0-9a-f]{12}\/train_data\.table\.json$/),
      `artifacts/train-file-1/${digitsOf('{"messages":[]}\n')}/file-1`,
      'files/media/table/train_data_3_11992ab7734419ab5186.table.json',
      'run-ftjob-abc.wandb',
    ]);
  });

  it('is a folder it already has, whatever the time, and never that of a run whose id only ends alike', async () => {
    const root = temporaryRoot();
    mkdirSync(join(root, 'offline-run-20200101_000000-other-ftjob-abc'));
    const own = join(root, 'offline-run-20200101_000000-ftjob-abc');
    mkdirSync(own);
    expect((await writeRun(RUN, optionsFor(root))).folder).toBe(own);
  });

  it.skipIf(process.platform === 'win32')('is private to its owner', async () => {
    const { folder } = await writeRun(RUN, optionsFor(join(temporaryRoot(), 'new')));
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'artifacts/train-file-1')).mode & 0o777).toBe(0o700);
    for (const path of filesUnder(folder).keys()) expect(statSync(join(folder, path)).mode & 0o777).toBe(0o600);
  });

  it('has no file outside of it, whatever keys, names and paths say', async () => {
    const root = temporaryRoot();
    const evil = [
      '../../escape',
      '/etc/passwd',
      'a/../../b',
      '..\\..\\c',
      'C:\\d',
      '.',
      `${'long'.repeat(100)}`,
      'n\0ul',
    ];
    const tables = evil.map((key) => ({ ...TABLE, key }));
    const files = evil.map((path) => ({ path, chunks: () => [path] }));
    const { folder, logPath } = await writeRun(
      { ...RUN, tables, artifacts: [artifactOf({ files })] },
      optionsFor(join(root, 'in')),
    );
    expect([...filesUnder(root).keys()].every((path) => join(root, path).startsWith(folder))).toBe(true);
    const log = await readRunLog(logPath);
    expect(log.files).toHaveLength(evil.length);
    for (const path of log.files) expect(existsSync(join(folder, 'files', path))).toBe(true);
    const entries = log.artifacts.flatMap((artifact) => artifact.entries);
    expect(entries).toHaveLength(2 * evil.length);
    for (const { path, localPath, bytes } of entries) {
      expect(path.split('/')).not.toContain('..');
      expect(statSync(localPath).size).toBe(bytes);
    }
  });

  it('keeps apart what a file system may take for one', async () => {
    const files = ['a', 'A', 'b:c', 'b_c', 'same', 'SAME'].map((path) => ({
      path,
      chunks: () => [`content of ${path.length > 3 ? 'both' : path}`],
    }));
    const artifacts = [artifactOf({ files }), artifactOf({ files: [{ path: 'a', chunks: () => ['second'] }] })];
    const { logPath } = await writeRun({ ...RUN, artifacts }, optionsFor(temporaryRoot()));
    const [first, second] = (await readRunLog(logPath)).artifacts.filter(({ name }) => name === 'data');
    expect(first?.entries.map(({ localPath }) => readFileSync(localPath, 'utf8'))).toEqual(
      files.flatMap(({ chunks }) => chunks()),
    );
    const places = first?.entries.map(({ localPath }) => localPath.toLowerCase());
    expect(new Set(places).size).toBe(files.length);
    expect(second?.entries.map(({ localPath }) => readFileSync(localPath, 'utf8'))).toEqual(['second']);
  });
});

describe('writing a run again', () => {
  it('leaves the log and W&B’s marker as they are when nothing changed', async () => {
    const root = temporaryRoot();
    const { folder, logPath } = await writeRun(RUN, optionsFor(root));
    writeFileSync(`${logPath}.synced`, '');
    const before = { files: filesUnder(folder), inode: statSync(logPath).ino };
    const again = await writeRun(RUN, optionsFor(root));
    expect(again).toMatchObject({ changed: false, synced: true });
    expect({ files: filesUnder(folder), inode: statSync(logPath).ino }).toEqual(before);
  });

  it('does so for a newer version on another host too, and names these once something else changes', async () => {
    const root = temporaryRoot();
    const newer = optionsFor(root, { producer: 'luthier 10.20.30', cliVersion: '10.20.30', host: 'elsewhere' });
    const { logPath } = await writeRun(RUN, optionsFor(root));
    expect((await writeRun(RUN, newer)).changed).toBe(false);
    expect((await readRunLog(logPath)).run.host).toBe('vm');
    expect((await writeRun({ ...RUN, name: 'other' }, newer)).changed).toBe(true);
    const { run } = await readRunLog(logPath);
    expect([run.host, run.config._wandb]).toEqual(['elsewhere', { cli_version: '10.20.30' }]);
  });

  it('replaces the log and takes the marker away when anything changed', async () => {
    const changes: readonly Partial<TrackedRun>[] = [
      { end: null },
      { summary: { status: 'failed' } },
      { history: [...RUN.history, { step: 4, at: STARTED + 9000, values: { train_loss: 0 } }] },
      { tables: [{ ...TABLE, rows: () => [['s', 'u', 'other']] }] },
      { artifacts: [artifactOf({ files: [{ path: 'x', chunks: () => ['y'] }] })] },
    ];
    for (const change of changes) {
      const root = temporaryRoot();
      const { logPath } = await writeRun(RUN, optionsFor(root));
      writeFileSync(`${logPath}.synced`, '');
      const before = readFileSync(logPath);
      expect(await writeRun({ ...RUN, ...change }, optionsFor(root))).toMatchObject({ changed: true, synced: false });
      expect(existsSync(`${logPath}.synced`)).toBe(false);
      expect(readFileSync(logPath).equals(before)).toBe(false);
    }
  });

  it('brings back a staged file that is gone, and removes those no log names any more', async () => {
    const root = temporaryRoot();
    const { folder } = await writeRun(RUN, optionsFor(root));
    rmSync(join(folder, `artifacts/train-file-1/${digitsOf('{"messages":[]}\n')}/file-1`));
    writeFileSync(join(folder, 'files/output.log'), 'not ours to remove');
    expect((await writeRun(RUN, optionsFor(root))).changed).toBe(false);
    expect(existsSync(join(folder, `artifacts/train-file-1/${digitsOf('{"messages":[]}\n')}/file-1`))).toBe(true);
    await writeRun({ ...RUN, tables: [{ ...TABLE, rows: () => [] }], artifacts: [] }, optionsFor(root));
    const left = [...filesUnder(folder).keys()];
    expect(left).toHaveLength(4);
    expect(left).toContain('files/output.log');
    expect(left.filter((path) => path.includes('11992ab7'))).toEqual([]);
  });

  it('keeps everything as it was when it fails or is stopped on the way', async () => {
    const root = temporaryRoot();
    const { folder } = await writeRun(RUN, optionsFor(root));
    const before = filesUnder(folder);
    const breaking = artifactOf({
      files: [
        {
          path: 'x',
          chunks: function* () {
            yield 'begun';
            throw new Error('the rows are gone');
          },
        },
      ],
    });
    const changed = { ...RUN, name: 'other', tables: [{ ...TABLE, rows: () => [] }] };
    await expect(writeRun({ ...changed, artifacts: [breaking] }, optionsFor(root))).rejects.toThrow(
      'the rows are gone',
    );
    expect(filesUnder(folder)).toEqual(before);
    const stop = new AbortController();
    const stopping = artifactOf({
      files: [
        {
          path: 'x',
          chunks: function* () {
            yield 'begun';
            stop.abort(new Error('stopped by the person'));
          },
        },
      ],
    });
    const options = optionsFor(root, { signal: stop.signal });
    await expect(writeRun({ ...changed, artifacts: [stopping] }, options)).rejects.toThrow('stopped by the person');
    expect(filesUnder(folder)).toEqual(before);
  });

  it('clears what a killed write left an hour ago, and nothing of one that may be going on', async () => {
    const root = temporaryRoot();
    const { folder } = await writeRun(RUN, optionsFor(root));
    for (const name of ['.writing-1-old', '.writing-2-new']) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, '1'), 'draft');
    }
    const long = new Date(Date.now() - 2 * 3_600_000);
    utimesSync(join(folder, '.writing-1-old'), long, long);
    await writeRun(RUN, optionsFor(root));
    expect(existsSync(join(folder, '.writing-1-old'))).toBe(false);
    expect(existsSync(join(folder, '.writing-2-new'))).toBe(true);
  });
});
