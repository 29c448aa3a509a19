import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { UploadProgress } from '../../../../src/domain/tracking/types.ts';
import {
  artifactOf,
  errorOf,
  expectNoFaults,
  routesOf,
  sampleRun,
  serve,
  syncFileOf,
  targetOf,
  uploadTo,
} from '../support/sample.ts';
import { KEY, type WandbServer } from '../support/wandb-server.ts';
import { visibleState } from '../support/wandb-state.ts';

expectNoFaults();

const runAt = ({ state }: WandbServer) => {
  const [run] = state.runs.values();
  if (run === undefined) throw new Error('There is no run.');
  return run;
};

describe('uploading a run', () => {
  it('makes the run, its artifacts, its files and its rows, and says where they are', async () => {
    const [server, run] = [await serve(), sampleRun()];
    const result = await uploadTo(server, run);
    expect(result).toEqual({
      entity: 'luthiers',
      project: 'OpenAI-Fine-Tune',
      url: 'https://app.example/luthiers/OpenAI-Fine-Tune/runs/ftjob-1',
      exitCode: 0,
      cut: null,
      leftOut: [],
    });
    const served = runAt(server);
    expect(served).toMatchObject({ displayName: 'ftjob-1', jobType: 'fine-tune', host: 'here', exitCode: 0 });
    expect(served.tags).toEqual(['openai/finetune']);
    expect(served.config).toEqual({
      model: { value: 'ada' },
      hyperparameters: { value: { n_epochs: 3 } },
      _wandb: { value: { cli_version: '0.30.0' } },
    });
    expect(served.lines).toEqual({
      'wandb-history.jsonl': run.log.history,
      'wandb-events.jsonl': run.log.events,
      'output.log': run.log.output,
    });
    expect(JSON.parse(served.summary ?? '')).toEqual(run.log.summary);
    expect([...served.uploaded]).toEqual(['media/table/t_5_abc.table.json']);
    const [input, output] = server.state.artifacts;
    expect(input).toMatchObject({ name: 'train-file-1', version: 0, metadata: '{"items":1}', runName: null });
    expect(input?.aliases).toEqual(new Set(['latest', 'file-1']));
    expect(output).toMatchObject({ name: 'model-metadata', type: 'model', runName: 'ftjob-1', metadata: null });
    expect(server.state.inputs).toEqual([{ run: 'luthiers/OpenAI-Fine-Tune/ftjob-1', artifact: input?.id }]);
    expect(existsSync(join(run.folder, 'run-ftjob-1.wandb.synced'))).toBe(true);
    expect(statSync(join(run.folder, 'luthier-sync.json')).mode & 0o077).toBe(0);
  });

  it('begins with the run, then what it takes in, what it puts out, its files, its rows, its end', async () => {
    const [server, run] = [await serve(), sampleRun()];
    await uploadTo(server, run);
    const artifact = (files: number) => [
      'CreateArtifact',
      'CreateArtifactManifest',
      'CreateArtifactFiles',
      ...Array.from({ length: files }, () => 'put'),
      'CreateArtifactManifest',
      'put',
      'CommitArtifact',
    ];
    expect(routesOf(server)).toEqual([
      ...['UpsertBucket', ...artifact(2), 'UseArtifact', ...artifact(1), 'CreateRunFiles', 'put'],
      ...['file_stream', 'file_stream', 'file_stream', 'file_stream'],
    ]);
    const last = JSON.parse(server.state.asked.at(-1)?.body ?? '');
    expect(last).toMatchObject({ complete: true, exitcode: 0, uploaded: ['media/table/t_5_abc.table.json'] });
  });

  it('sends nothing of what is there already', async () => {
    const [server, run] = [await serve(), sampleRun()];
    const first = await uploadTo(server, run);
    const asked = server.state.asked.length;
    expect(await uploadTo(server, run)).toEqual(first);
    expect(routesOf(server, asked)).toEqual([]);
  });

  it('sends what is new of a run that goes on, and its end once', async () => {
    const [server, run] = [await serve(), sampleRun({ exitCode: null, summary: { status: 'running' } }, 3)];
    const { log } = sampleRun();
    await uploadTo(server, run);
    expect(runAt(server)).toMatchObject({ exitCode: null });
    expect(existsSync(join(run.folder, 'run-ftjob-1.wandb.synced'))).toBe(false);
    const asked = server.state.asked.length;
    const grown = { ...run.log, history: log.history, summary: log.summary, exitCode: 0 };
    await uploadTo(server, { folder: run.folder, log: grown });
    expect(routesOf(server, asked)).toEqual(['file_stream', 'file_stream']);
    expect(server.state.asked.slice(asked).map(({ body }) => JSON.parse(body))).toMatchObject([
      { files: { 'wandb-history.jsonl': { offset: 3, content: log.history.slice(3) } } },
      { complete: true, exitcode: 0 },
    ]);
    expect(runAt(server).lines['wandb-history.jsonl']).toEqual(log.history);
  });

  it('says that the run is over again after anything of it has changed', async () => {
    const [server, run] = [await serve(), sampleRun()];
    await uploadTo(server, run);
    const asked = server.state.asked.length;
    const tagged = { ...run.log, run: { ...run.log.run, tags: ['other'] } };
    await uploadTo(server, { folder: run.folder, log: tagged });
    expect(routesOf(server, asked)).toEqual(['UpsertBucket', 'file_stream']);
    expect(runAt(server)).toMatchObject({ tags: ['other'], exitCode: 0 });
    await uploadTo(server, { folder: run.folder, log: { ...tagged, summary: { status: 'failed' } } });
    expect(runAt(server)).toMatchObject({ summary: '{"status":"failed"}', exitCode: 0 });
  });

  it('sends rows from the start where the log begins differently now', async () => {
    const [server, run] = [await serve(), sampleRun()];
    await uploadTo(server, run);
    server.rewrites = true;
    const history = run.log.history.map((line) => line.replace('train_loss', 'loss'));
    await uploadTo(server, { folder: run.folder, log: { ...run.log, history } });
    expect(runAt(server).lines['wandb-history.jsonl']).toEqual(history);
    const asked = server.state.asked.length;
    await uploadTo(server, { folder: run.folder, log: { ...run.log, history } });
    expect(routesOf(server, asked)).toEqual([]);
  });

  it('sends everything again when it is told to, from the first row on, and makes no second version', async () => {
    const [server, run] = [await serve(), sampleRun()];
    await uploadTo(server, run);
    const before = visibleState(server.state);
    await uploadTo(server, run, { overwrite: true });
    expect(visibleState(server.state)).toEqual(before);
    expect(routesOf(server).filter((route) => route === 'CommitArtifact')).toHaveLength(2);
  });

  it('begins anew for another entity, another address, and a run that was deleted there', async () => {
    const [server, other, run] = [await serve(), await serve(), sampleRun()];
    await uploadTo(server, run);
    await uploadTo(server, run, { entity: 'ada-team' });
    expect([...server.state.runs.keys()]).toEqual([
      'luthiers/OpenAI-Fine-Tune/ftjob-1',
      'ada-team/OpenAI-Fine-Tune/ftjob-1',
    ]);
    await uploadTo(other, run);
    expect(runAt(other).lines['wandb-history.jsonl']).toHaveLength(5);
    other.state.runs.clear();
    const renamed = { ...run.log, run: { ...run.log.run, displayName: 'again' } };
    await uploadTo(other, { folder: run.folder, log: renamed });
    expect(runAt(other).lines['wandb-history.jsonl']).toHaveLength(5);
    other.state.runs.clear();
    const { log: grown } = sampleRun({}, 7);
    await uploadTo(other, { folder: run.folder, log: { ...renamed, history: grown.history } });
    expect(runAt(other).lines['wandb-history.jsonl']).toEqual(grown.history);
  });

  it('leaves the entity to the account where none is named', async () => {
    const [server, run] = [await serve(), sampleRun()];
    const log = { ...run.log, run: { ...run.log.run, entity: '' } };
    expect(await uploadTo(server, { folder: run.folder, log })).toMatchObject({ entity: 'ada-team' });
    expect(server.state.asked[0]?.body).toContain('"entity":null');
  });

  it('sends a log that is cut up to there, as one of a run that failed', async () => {
    const cut = { at: 700, why: 'The file ends within a record.' };
    const [server, run] = [await serve(), sampleRun({ exitCode: null, cut })];
    expect(await uploadTo(server, run)).toMatchObject({ exitCode: 1, cut });
    expect(runAt(server).exitCode).toBe(1);
    expect(existsSync(join(run.folder, 'run-ftjob-1.wandb.synced'))).toBe(false);
  });

  it('names a staged file that is missing or has changed, and commits nothing of its artifact', async () => {
    const [server, run] = [await serve(), sampleRun()];
    const staged = join(run.folder, 'artifacts/train-file-1/file-1.jsonl');
    rmSync(staged);
    const missing = await errorOf(uploadTo(server, run));
    expect(missing).toMatchObject({ kind: 'broken-log' });
    expect(missing.message).toContain('file-1.jsonl of the artifact train-file-1 is missing');
    writeFileSync(staged, '{"messages":{}}\n');
    expect((await errorOf(uploadTo(server, run))).message).toContain('has changed');
    expect(routesOf(server)).not.toContain('CommitArtifact');
    writeFileSync(staged, '{"messages":[]}\n');
    await uploadTo(server, run);
    expect(server.state.artifacts.map(({ state, version }) => [state, version])).toEqual([
      ['COMMITTED', 0],
      ['COMMITTED', 0],
    ]);
  });

  it('makes a version of another content only, and moves the aliases there', async () => {
    const [server, run] = [await serve(), sampleRun()];
    await uploadTo(server, run);
    const next = { ...run.log, run: { ...run.log.run, id: 'ftjob-2' } };
    const model = artifactOf(run.folder, 'model-metadata', 'model', { 'model_metadata.json': '{"a":1}' }, ['latest']);
    const { folder } = sampleRun();
    await uploadTo(server, { folder, log: { ...next, files: [], artifacts: [model, ...run.log.artifacts.slice(1)] } });
    const versions = server.state.artifacts.map(({ name, version, aliases }) => [name, version, [...aliases]]);
    expect(versions).toEqual([
      ['train-file-1', 0, ['latest', 'file-1']],
      ['model-metadata', 0, ['ftjob-1']],
      ['model-metadata', 1, ['latest']],
    ]);
    expect(server.state.inputs).toHaveLength(2);
  });

  it('splits what is large, and leaves out and tells of a line that W&B does not take', async () => {
    const wide = (step: number, bytes: number): string =>
      JSON.stringify({ text: 'x'.repeat(bytes), _step: step, _timestamp: step, _runtime: step });
    const history = [wide(1, 4e6), wide(2, 11e6), wide(3, 4e6), wide(4, 4e6)];
    const [server, run] = [await serve(), sampleRun({ history, files: ['../outside', 'gone.txt'] })];
    writeFileSync(join(run.folder, 'outside'), 'not of the run');
    const { leftOut } = await uploadTo(server, run);
    expect(leftOut).toEqual([
      "the file ../outside, which is not in the run's folder",
      "the file gone.txt, which is not in the run's folder",
      '1 lines of wandb-history.jsonl, longer than W&B takes',
    ]);
    expect(runAt(server).lines['wandb-history.jsonl']).toEqual([history[0], history[2], history[3]]);
    expect(routesOf(server).filter((route) => route === 'file_stream')).toHaveLength(5);
  });

  it('tells how far it is, up to all of it', async () => {
    const [server, run] = [await serve(), sampleRun()];
    const told: UploadProgress[] = [];
    await uploadTo(server, run, { onProgress: (progress) => told.push(progress) });
    const sent = told.map(({ sentBytes }) => sentBytes);
    expect(sent).toEqual(sent.toSorted((a, b) => a - b));
    expect(told.at(-1)?.sentBytes).toBe(told.at(-1)?.totalBytes);
    expect(new Set(told.map(({ what }) => what))).toEqual(
      new Set([
        'run',
        'train-file-1',
        'model-metadata',
        'media/table/t_5_abc.table.json',
        'history',
        'events',
        'output',
        'summary',
      ]),
    );
  });

  it('puts the key into the header of the API and nowhere else', async () => {
    const [server, run] = [await serve(), sampleRun()];
    await uploadTo(server, run);
    for (const { route, url, headers, body, authorized } of server.state.asked) {
      expect(authorized).toBe(route !== 'put');
      const { authorization: _, ...others } = headers;
      expect(JSON.stringify([url, others, body])).not.toContain(KEY);
    }
    expect(syncFileOf(run)).not.toContain(KEY);
    expect(syncFileOf(run)).not.toContain(Buffer.from(`api:${KEY}`).toString('base64'));
    expect(targetOf(server).key).toBe(KEY);
  });
});
