import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryHome } from '../store/sample.ts';
import { trackerContract } from '../tracker-contract.ts';
import { STARTED, trackedRun } from '../wandb/support/tracker.ts';
import { TOKEN } from './support/mlflow-server.ts';
import { errorOf, expectNoFaults, mlflowAt, onlyRun, serve } from './support/tracker.ts';

expectNoFaults();

trackerContract('MLflow', async () => {
  const [server, home] = [await serve(), temporaryHome()];
  return { open: () => mlflowAt(server, { home }).tracker, calls: () => server.calls.length };
});

describe('MLflow as a tracker', () => {
  it('has of a running job only what cannot change, where the settings say', async () => {
    const server = await serve();
    const { tracker } = mlflowAt(server);
    expect(tracker.state('../ftjob-1')).toBeNull();
    const running = { end: null, tables: [], artifacts: [], summary: { status: 'running' } };
    expect(await tracker.write(trackedRun(running))).toMatchObject({ entity: null, project: 'luthier', ended: false });
    const { url } = await tracker.upload('ftjob-1');
    expect(onlyRun(server)).toMatchObject({ status: 'RUNNING', params: new Map([['model', 'ada']]) });
    expect(url).toBe(`${server.url}/#/experiments/1/runs/${onlyRun(server).id}`);
  });

  it('leaves at MLflow what was tracked', async () => {
    const server = await serve();
    const { tracker } = mlflowAt(server, { env: { MLFLOW_EXPERIMENT_NAME: 'clauses/nda' } });
    await tracker.write(
      trackedRun({
        config: { model: 'ada', hyperparameters: { n_epochs: 3 }, 'odd?:key/../': 'x', long: 'l'.repeat(7000) },
        summary: { status: 'succeeded', fine_tuned_model: 'ft:x', trained_tokens: 99, train_loss: 0.3 },
      }),
    );
    expect(await tracker.upload('ftjob-1')).toMatchObject({ project: 'clauses/nda', sync: 'synced' });
    const run = onlyRun(server);
    expect([...server.store.experiments.keys()]).toEqual(['clauses/nda']);
    expect(run).toMatchObject({ name: 'ftjob-1', status: 'FINISHED', endTime: STARTED + 60_000 });
    expect(Object.fromEntries(run.params)).toMatchObject({
      model: 'ada',
      'hyperparameters.n_epochs': '3',
      'odd__key/__': 'x',
      long: expect.stringMatching(/^l{5999}…$/),
    });
    expect(Object.fromEntries(run.tags)).toMatchObject({
      'luthier.run': 'ftjob-1',
      'luthier.type': 'fine-tune',
      'luthier.status': 'succeeded',
      'luthier.fine_tuned_model': 'ft:x',
      'mlflow.source.name': 'luthier',
      'mlflow.loggedArtifacts': '[{"path":"tables/train_data.json","type":"table"}]',
    });
    expect(run.metrics).toEqual([
      { key: 'train_loss', value: 1, timestamp: STARTED + 1_000, step: 1 },
      { key: 'train_loss', value: 0.5, timestamp: STARTED + 2_000, step: 2 },
      { key: 'train_loss', value: 1 / 3, timestamp: STARTED + 3_000, step: 3 },
      { key: 'system/tokens', value: 3, timestamp: STARTED + 500, step: 0 },
      { key: 'trained_tokens', value: 99, timestamp: STARTED + 60_000, step: 3 },
    ]);
    expect([...run.files.keys()].toSorted()).toEqual([
      'config.json',
      'log.txt',
      'summary.json',
      'tables/train_data.json',
      'train-file-1/train.jsonl',
    ]);
    expect(JSON.parse(run.files.get('tables/train_data.json') ?? '')).toEqual({
      columns: ['role: user'],
      data: [['hello']],
    });
    expect(JSON.parse(run.files.get('config.json') ?? '').long).toHaveLength(7000);
  });

  it.each([
    ['failed', 'FAILED'],
    ['killed', 'KILLED'],
  ] as const)('ends a run that %s as %s', async (outcome, status) => {
    const server = await serve();
    const { tracker } = mlflowAt(server);
    await tracker.write(trackedRun({ end: { at: STARTED + 5.5, outcome } }));
    await tracker.upload('ftjob-1');
    expect(onlyRun(server).status).toBe(status);
  });

  it('says who it is where it knows', async () => {
    const server = await serve();
    const { tracker, keySource } = mlflowAt(server);
    expect(await tracker.account()).toEqual({ username: null, entity: null, teams: [] });
    expect(keySource()).toBe('environment');
    server.authorization = `Basic ${Buffer.from('ada:pass:word').toString('base64')}`;
    const named = { MLFLOW_TRACKING_USERNAME: 'ada', MLFLOW_TRACKING_PASSWORD: 'pass:word' };
    expect((await mlflowAt(server, { env: named }).tracker.account()).username).toBe('ada');
    server.authorization = null;
    const without = mlflowAt(server, { env: { MLFLOW_TRACKING_TOKEN: '' } });
    expect(await without.tracker.account()).toMatchObject({ username: null });
    expect(without.keySource()).toBe('unneeded');
  });

  it('sends figures and parameters in as many calls as MLflow wants', async () => {
    const server = await serve();
    const { tracker } = mlflowAt(server);
    const history = Array.from({ length: 2_500 }, (_, step) => ({ step, at: STARTED + step, values: { loss: step } }));
    const config = Object.fromEntries(Array.from({ length: 150 }, (_, n) => [`p${n}`, n]));
    await tracker.write(trackedRun({ history, config, system: [] }));
    await tracker.upload('ftjob-1');
    expect(onlyRun(server).metrics).toHaveLength(2_500);
    expect(onlyRun(server).params.size).toBe(150);
    expect(server.calls.filter((call) => call === 'runs/log-batch')).toHaveLength(3 + 2 + 1);
  });

  it('writes no key, and keeps files of nothing that is gone', async () => {
    const [server, home] = [await serve(), temporaryHome()];
    const { tracker } = mlflowAt(server, { home });
    const { folder } = await tracker.write(trackedRun({ config: { key: TOKEN }, output: [{ at: 0, text: TOKEN }] }));
    const texts = () =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
    await tracker.upload('ftjob-1');
    expect(texts().filter((text) => text.includes(TOKEN))).toEqual([]);
    const before = readdirSync(join(folder, 'files')).length;
    await tracker.write(trackedRun({ tables: [], artifacts: [], output: [] }));
    expect(readdirSync(join(folder, 'files')).length).toBeLessThan(before);
    expect((await errorOf(tracker.write(trackedRun({ id: '..' })))).message).toContain('".."');
    const [file = ''] = readdirSync(join(folder, 'files'));
    rmSync(join(folder, 'files', file));
    const again = tracker.upload('ftjob-1', { overwrite: true });
    expect(await errorOf(again)).toMatchObject({ kind: 'broken-log' });
  });
});
