import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TrackedRun } from '../../../../src/domain/tracking/types.ts';
import { readRunLog } from '../../../../src/services/wandb/offline/read.ts';
import { writeRun } from '../../../../src/services/wandb/offline/write.ts';
import { artifactOf, filesUnder, optionsFor, RUN, STARTED, TABLE, temporaryRoot } from './sample.ts';

describe('history with tables in it', () => {
  const historyOf = async (run: TrackedRun): Promise<readonly string[]> =>
    (await readRunLog((await writeRun(run, optionsFor(temporaryRoot()))).logPath)).history;
  const steps = (lines: readonly string[]): readonly unknown[] =>
    lines.map((line) => JSON.parse(line)).map((row) => [row._step, 'train_loss' in row, 'train_data' in row]);

  it('has a table in the row of its step, or in one of its own before later steps', async () => {
    const at = async (step: number) => steps(await historyOf({ ...RUN, tables: [{ ...TABLE, step }] }));
    expect(await at(2)).toEqual([
      [1, true, false],
      [2, true, true],
      [3, true, false],
    ]);
    expect(await at(0)).toEqual([
      [0, false, true],
      [1, true, false],
      [2, true, false],
      [3, true, false],
    ]);
    expect(await at(9)).toEqual([
      [1, true, false],
      [2, true, false],
      [3, true, false],
      [9, false, true],
    ]);
  });

  it('keeps what was told where it was told as the run goes on', async () => {
    const tables = [{ ...TABLE, step: 0 }];
    const lines = await historyOf({ ...RUN, end: null, tables, history: RUN.history.slice(0, 1) });
    expect(lines).toHaveLength(2);
    const later = await historyOf({
      ...RUN,
      tables,
      history: [...RUN.history, { step: 2, at: STARTED + 9000, values: { valid: 1 } }],
    });
    expect(later.slice(0, 2)).toEqual(lines);
    expect(steps(later).map((row) => (Array.isArray(row) ? row[0] : null))).toEqual([0, 1, 2, 3, 2]);
  });
});

describe('secrets', () => {
  it('are in no file, wherever they stood, and what merely looks like one stays', async () => {
    const plain = 'wandb-key-0123456789abcdef0123456789abcdef';
    const quoted = 'quo"ted\\key-0123456789';
    const [both, alike] = [`<${plain}><${quoted}>`, 'sk-abcdefghijklmnopqrstuvwxyz012345'];
    const root = temporaryRoot();
    const run: TrackedRun = {
      ...RUN,
      name: both,
      tags: [both],
      config: { [both]: { deep: [both] }, alike },
      history: [{ step: 1, at: STARTED, values: { [both]: both, nest: { [both]: both } } }],
      system: [{ at: STARTED, values: { [plain]: 1 } }],
      output: [{ at: STARTED, text: both }],
      summary: { [both]: both, nest: { x: both } },
      tables: [
        { key: plain, step: 1, columns: [both], rows: () => [[both], [alike], [{ x: both }]] },
        { ...TABLE, chart: { kind: 'confusion-matrix', title: both } },
      ],
      artifacts: [
        artifactOf({
          name: plain,
          type: both,
          description: both,
          metadata: { both },
          aliases: [both],
          files: [
            { path: `${plain}.jsonl`, chunks: () => [`${JSON.stringify({ both })}\n`, `${alike}\n`, `${both}\n`] },
          ],
        }),
      ],
    };
    const { folder, logPath } = await writeRun(run, optionsFor(root, { secrets: () => [plain, quoted] }));
    const forms = [plain, quoted, JSON.stringify(quoted).slice(1, -1)];
    for (const [path, content] of filesUnder(folder)) {
      for (const form of forms) expect(`${path}\n${content.toString('latin1')}`.includes(form)).toBe(false);
    }
    const log = await readRunLog(logPath);
    expect(log.cut).toBeNull();
    expect(log.run.displayName).toBe('<…><…>');
    expect(log.run.config).toMatchObject({ '<…><…>': { deep: ['<…><…>'] }, alike });
    expect(log.summary).toMatchObject({ '<…><…>': '<…><…>', nest: { x: '<…><…>' } });
    const [file] = log.artifacts.at(-1)?.entries ?? [];
    expect(readFileSync(file?.localPath ?? '', 'utf8')).toBe(`{"both":"<…><…>"}\n${alike}\n<…><…>\n`);
    expect(JSON.parse(readFileSync(join(folder, 'files', log.files[0] ?? ''), 'utf8'))).toEqual({
      columns: ['<…><…>'],
      data: [['<…><…>'], [alike], [{ x: '<…><…>' }]],
    });
  });

  it('of a few characters are words, and tear no holes into the data', async () => {
    const { logPath } = await writeRun(
      RUN,
      optionsFor(temporaryRoot(), { secrets: () => ['', 'EMPTY', 'data', 'ada'] }),
    );
    expect((await readRunLog(logPath)).run.config.model).toBe('ada');
  });
});

describe('large runs', () => {
  it('leave the event loop its turns', async () => {
    const rows = 30_000;
    const file = {
      path: 'data.jsonl',
      chunks: function* () {
        for (let row = 0; row < rows; row++) yield `${JSON.stringify({ row, text: 'x'.repeat(500) })}\n`;
      },
    };
    const history = Array.from({ length: 20_000 }, (_, step) => ({
      step,
      at: STARTED + step,
      values: { loss: 1 / (step + 1) },
    }));
    let [turns, done] = [0, false];
    const count = (): void => {
      turns += 1;
      if (!done) setImmediate(count);
    };
    setImmediate(count);
    const { logPath } = await writeRun(
      { ...RUN, history, artifacts: [artifactOf({ files: [file] })] },
      optionsFor(temporaryRoot()),
    );
    done = true;
    // 64 KiB at the most in one go.
    expect(turns).toBeGreaterThan((rows * 500) / 65_536);
    const log = await readRunLog(logPath);
    expect(log.history).toHaveLength(history.length);
    expect(log.artifacts.at(-1)?.entries[0]?.bytes).toBeGreaterThan(rows * 500);
  });

  it('leave it its turns where each row takes long, too', async () => {
    const seen: number[] = [];
    let [turns, done] = [0, false];
    const count = (): void => {
      turns += 1;
      if (!done) setImmediate(count);
    };
    setImmediate(count);
    const chunks = function* () {
      for (let row = 0; row < 20; row++) {
        const until = performance.now() + 10;
        while (performance.now() < until);
        seen.push(turns);
        yield 'x\n';
      }
    };
    await writeRun(
      { ...RUN, artifacts: [artifactOf({ files: [{ path: 'x', chunks }] })] },
      optionsFor(temporaryRoot()),
    );
    done = true;
    expect(new Set(seen).size).toBe(20);
  });

  it('take no more memory than small ones', async () => {
    const root = temporaryRoot();
    const script = new URL('./large.process.ts', import.meta.url).pathname;
    const child = spawnSync(process.execPath, [script, root], { encoding: 'utf8' });
    expect(child.stderr).toBe('');
    const sizes = [...filesUnder(root)].map(([, content]) => content.length);
    expect(Math.max(...sizes)).toBeGreaterThan(200_000_000);
    expect(Number(child.stdout)).toBeGreaterThan(10);
    expect(Number(child.stdout)).toBeLessThan(200);
  });

  it('tell the rows of a table as far as its artifact holds them', async () => {
    const table = {
      ...TABLE,
      columns: ['n'],
      rows: function* () {
        for (let row = 0; row < 12_000; row++) yield [row];
      },
    };
    const { logPath, folder } = await writeRun({ ...RUN, tables: [table] }, optionsFor(temporaryRoot()));
    const log = await readRunLog(logPath);
    expect(log.summary.train_data).toMatchObject({ ncols: 1, nrows: 12_000 });
    expect(JSON.parse(readFileSync(join(folder, 'files', log.files[0] ?? ''), 'utf8')).data).toHaveLength(10_000);
    const artifact = JSON.parse(readFileSync(log.artifacts[0]?.entries[0]?.localPath ?? '', 'utf8'));
    expect([artifact.data.length, artifact.nrows]).toEqual([12_000, 12_000]);
  });
});
