import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../../src/domain/common/json.ts';
import { type TrackedRun, TrackingError } from '../../../../src/domain/tracking/types.ts';
import type { RunLog } from '../../../../src/domain/wandb/run-log.ts';
import { recordEncoder } from '../../../../src/services/wandb/offline/encode.ts';
import { encodeLog } from '../../../../src/services/wandb/offline/log-blocks.ts';
import { readRunLog } from '../../../../src/services/wandb/offline/read.ts';
import type { LogRecord } from '../../../../src/services/wandb/offline/records.ts';
import { writeRun } from '../../../../src/services/wandb/offline/write.ts';
import { readFrames } from './independent.ts';
import { optionsFor, RUN, STARTED, temporaryRoot } from './sample.ts';

const REAL = new URL('./fixtures/run-ftjob-abc.wandb', import.meta.url).pathname;

const throughDisk = async (run: TrackedRun): Promise<RunLog> =>
  readRunLog((await writeRun(run, optionsFor(temporaryRoot()))).logPath);

const problemOf = async (path: string): Promise<unknown> =>
  readRunLog(path).then(
    () => null,
    (error: unknown) => error,
  );

describe('reading back what was written', () => {
  it('gives the run, its rows as they are streamed, its console and its end', async () => {
    const log = await throughDisk({ ...RUN, tables: [] });
    expect(log.run).toEqual({
      id: 'ftjob-abc',
      entity: 'luthiers',
      project: 'OpenAI-Fine-Tune',
      displayName: 'ftjob-abc',
      jobType: 'fine-tune',
      tags: ['a', 'b'],
      host: 'vm',
      startedAt: STARTED,
      config: { _wandb: { cli_version: '0.1.0' }, model: 'ada', hyperparameters: { n_epochs: 3 } },
    });
    const start = STARTED / 1000;
    expect(log.history[0]).toBe(`{"train_loss":1,"_step":1,"_timestamp":${start + 1},"_runtime":1}`);
    expect(log.events).toEqual([
      `{"_wandb":true,"_timestamp":${(STARTED + 500) / 1000},"_runtime":0.5,"system.tokens_per_second":12.5}`,
    ]);
    expect(log.output).toEqual(['2026-11-26T15:27:03.403000 Job created']);
    expect(log).toMatchObject({ exitCode: 0, cut: null, files: [] });
    expect(log.summary).toMatchObject({ status: 'succeeded', fine_tuned_model: 'ft:x', train_loss: 1 / 3, _step: 3 });
  });

  it('nests the chart of a table in what the config already says', async () => {
    const chart = { kind: 'confusion-matrix', title: 'T' } as const;
    const columns = ['Actual', 'Predicted', 'nPredictions'];
    const { run } = await throughDisk({ ...RUN, tables: [{ key: 'conf', step: 0, columns, rows: () => [], chart }] });
    expect(run.config._wandb).toMatchObject({ cli_version: '0.1.0', visualize: { conf: { panel_type: 'Vega2' } } });
  });

  it('gives no end to a run that goes on, and the account’s entity to one without', async () => {
    const { logPath } = await writeRun({ ...RUN, end: null }, optionsFor(temporaryRoot(), { entity: null }));
    expect(await readRunLog(logPath)).toMatchObject({ exitCode: null, cut: null, run: { entity: '' } });
  });

  it('gives back values of any kind, and the same bytes each time', async () => {
    const value = fc.jsonValue({ maxDepth: 3 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.dictionary(fc.string({ unit: 'grapheme' }), value), { maxLength: 5 }),
        async (rows) => {
          // As JSON: -0 is 0 there.
          const plain = JSON.parse(JSON.stringify(rows)) as Record<string, Json>[];
          const history = plain.map((values, step) => ({ step, at: STARTED + step, values }));
          const config = plain[0] ?? {};
          const run = { ...RUN, tables: [], artifacts: [], history, config, summary: config };
          const log = await throughDisk(run);
          const clock = (step: number) => ({ _step: step, _timestamp: (STARTED + step) / 1000, _runtime: step / 1000 });
          expect(log.history.map((line) => JSON.parse(line))).toEqual(
            plain.map((row, step) => ({ ...row, ...clock(step) })),
          );
          expect(log.run.config).toEqual({ _wandb: { cli_version: '0.1.0' }, ...config });
          expect(log.summary).toMatchObject(config);
          expect((await throughDisk(run)).history).toEqual(log.history);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('spells what JSON has no number for as W&B does, and as texts where values are wanted', async () => {
    const values = {
      a: Number.NaN,
      b: [Number.POSITIVE_INFINITY, 'NaN, "Infinity'],
      c: { d: Number.NEGATIVE_INFINITY },
    };
    const log = await throughDisk({ ...RUN, tables: [], history: [{ step: 1, at: STARTED, values }], summary: values });
    expect(log.history[0]).toContain('{"a":NaN,"b":[Infinity,"NaN, \\"Infinity"],"c":{"d":-Infinity},"_step":1,');
    expect(log.summary).toMatchObject({ a: 'NaN', b: ['Infinity', 'NaN, "Infinity'], c: { d: '-Infinity' } });
  });

  it('lets no text of a server command the terminal W&B runs it through', async () => {
    const output = [{ at: STARTED, text: 'a\u001b[2Jb\rc\nd' }];
    expect((await throughDisk({ ...RUN, output })).output).toEqual([
      '2026-11-26T15:27:03.153000 ab',
      '2026-11-26T15:27:03.153000 c',
      '2026-11-26T15:27:03.153000 d',
    ]);
  });
});

describe('a log of W&B’s own client', () => {
  it('is read whole', async () => {
    const log = await readRunLog(REAL);
    expect(log.cut).toBeNull();
    expect(log.run).toMatchObject({ id: 'ftjob-abc', entity: 'luthiers', jobType: 'fine-tune', tags: ['a', 'b'] });
    expect(log.run.config).toEqual({ _wandb: {}, model: 'ada', hyperparameters: { n_epochs: 3 }, n_train: 1 });
    expect(log.history.map((line) => JSON.parse(line).train_loss)).toEqual([1, 0.5, 1 / 3]);
    // A number is streamed as its writer spelt it.
    expect(log.history[0]).toContain('"_timestamp":1.7957097001441703e+09');
    expect(log.summary).toMatchObject({ status: 'succeeded', _step: 3, train_data: { _type: 'table-file', nrows: 2 } });
    expect(log.artifacts.map(({ name, digest }) => [name, digest])).toEqual([
      ['run-ftjob-abc-train_data', '69e7e72921576d836fe2819b731471b9'],
      ['train-file-1', '80bb82c7b57c0dbea3868068436a06f9'],
      ['model-metadata', 'cfdb80612ed09a495e7b369452c2a99d'],
    ]);
    expect(log.artifacts[1]).toMatchObject({
      metadata: '{"items":1}',
      aliases: ['file-1', 'latest'],
      useAfterCommit: false,
    });
    expect(log.exitCode).toBe(0);
  });

  it('holds the table as it is written here, to the byte', async () => {
    const real = (await readRunLog(REAL)).summary.train_data;
    const own = (await throughDisk(RUN)).summary.train_data;
    expect(own).toMatchObject(real as Record<string, Json>);
  });
});

describe('a log of somebody else', () => {
  const run = {
    id: 'r',
    entity: '',
    project: 'p',
    displayName: '',
    jobType: '',
    tags: [],
    host: '',
    startedAt: STARTED,
    config: [],
  };

  async function logOf(...records: readonly LogRecord[]): Promise<RunLog> {
    const path = join(temporaryRoot(), 'other.wandb');
    const encode = recordEncoder({ runId: 'r', mask: (text) => text });
    const all: readonly LogRecord[] = [{ kind: 'run', run }, ...records];
    writeFileSync(path, Buffer.concat([...encodeLog(all.map((record, place) => encode(place + 1, record)))]));
    return readRunLog(path);
  }

  it('names no file outside of its folder', async () => {
    const paths = [
      'a.json',
      '../up',
      'a/../../up',
      '/etc/passwd',
      'C:\\x',
      '..\\up',
      '',
      'media\\b.json',
      'a..b',
      'a.json',
    ];
    expect((await logOf({ kind: 'files', paths })).files).toEqual(['a.json', 'media/b.json', 'a..b']);
  });

  it('has its console put together from what was written to it, piece by piece', async () => {
    const print = (stream: 'stdout' | 'stderr', text: string): LogRecord => ({
      kind: 'output',
      stream,
      at: STARTED,
      text,
    });
    const { output } = await logOf(
      ...[
        print('stdout', 'one '),
        print('stderr', 'oh\n'),
        print('stdout', 'line\r\n10%\r20%'),
        print('stdout', '\r30%\n\n'),
      ],
      { kind: 'output', stream: 'stderr', at: null, text: 'no end' },
    );
    const time = '2026-11-26T15:27:03.153000';
    expect(output).toEqual([`ERROR ${time} oh`, `${time} one line`, `${time} 30%`, `${time} `, 'ERROR no end']);
  });

  it('may change and remove what it said before, and name its run again', async () => {
    const item = (path: string, json: string) => ({ path: path.split('.'), json });
    const log = await logOf(
      { kind: 'config', update: [item('a', '{"b":1,"c":2}'), item('d', '1'), item('bad', 'no json')], remove: [] },
      { kind: 'config', update: [item('a.b', '3'), item('d', '{"e":1}')], remove: [item('a.c', '')] },
      { kind: 'run', run: { ...run, displayName: 'renamed', tags: ['t'] } },
      { kind: 'run', run },
    );
    expect(log.run).toMatchObject({ displayName: 'renamed', tags: ['t'], config: { a: { b: 3 }, d: { e: 1 } } });
    expect(log.run.config).toEqual({ a: { b: 3 }, d: { e: 1 } });
  });
});

describe('a log that is cut or damaged', () => {
  it('is read up to there, at every byte, and says where', async () => {
    const root = temporaryRoot();
    const { logPath } = await writeRun({ ...RUN, tables: [], artifacts: [] }, optionsFor(root));
    const [whole, bytes, path] = [await readRunLog(logPath), readFileSync(logPath), join(root, 'cut.wandb')];
    const frames = readFrames(bytes);
    const ends = frames.map(({ to }) => to);
    const named = ends[1] ?? 0;
    for (let end = 0; end < bytes.length; end++) {
      writeFileSync(path, bytes.subarray(0, end));
      const complete = ends.filter((to) => to <= end).length;
      if (end < named) {
        expect(await problemOf(path)).toMatchObject({ kind: 'broken-log', message: expect.stringContaining(path) });
        continue;
      }
      const log = await readRunLog(path);
      const rows = Math.max(0, Math.min(3, complete - 3));
      expect(log.history).toEqual(whole.history.slice(0, rows));
      expect(log.exitCode).toBeNull();
      const atEnd = ends.includes(end);
      expect(log.cut).toEqual(atEnd ? null : { at: frames[complete]?.from, why: expect.any(String) });
    }
  });

  it('is read up to a byte that changed', async () => {
    const root = temporaryRoot();
    const { logPath } = await writeRun(RUN, optionsFor(root));
    const bytes = readFileSync(logPath);
    const third = readFrames(bytes)[5];
    bytes[(third?.from ?? 0) + 20] = (bytes[(third?.from ?? 0) + 20] ?? 0) ^ 1;
    writeFileSync(logPath, bytes);
    const log = await readRunLog(logPath);
    expect(log.history).toHaveLength(2);
    expect(log.cut).toEqual({ at: third?.from, why: expect.stringContaining('checksum') });
    expect((await writeRun(RUN, optionsFor(root))).changed).toBe(true);
    expect((await readRunLog(logPath)).cut).toBeNull();
  });
});

describe('what is no log', () => {
  it('is told by its name, with what to do', async () => {
    const root = temporaryRoot();
    const paths = ['missing.wandb', 'other.wandb', 'empty.wandb', '.'].map((name) => join(root, name));
    writeFileSync(paths[1] ?? '', 'SQLite format 3 and much more');
    writeFileSync(paths[2] ?? '', '');
    for (const path of paths) {
      const problem = await problemOf(path);
      expect(problem).toBeInstanceOf(TrackingError);
      expect(problem).toMatchObject({
        kind: 'broken-log',
        message: expect.stringContaining(path),
        next: expect.stringMatching(/./),
      });
    }
  });
});
