import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryHome } from '../store/sample.ts';
import { trackedRun } from '../wandb/support/tracker.ts';
import { TOKEN } from './support/mlflow-server.ts';
import { errorOf, expectNoFaults, mlflowAt, onlyRun, serve } from './support/tracker.ts';

expectNoFaults();

/** Every call that is made for a run, and what is lost of it. */
const CALLS = ['experiments/create', 'runs/create', 'runs/log-batch', 'PUT config.json', 'runs/update'];

describe('what is sent to MLflow is there once', () => {
  it.each(CALLS)('when the answer to %s is lost', async (call) => {
    const server = await serve();
    const waits: number[] = [];
    const { tracker } = mlflowAt(server, { waits });
    await tracker.write(trackedRun());
    for (let lost = 0; lost < 4; lost += 1) server.fail(call, 'lost');
    expect(await tracker.upload('ftjob-1')).toMatchObject({ sync: 'synced' });
    expect(waits.length).toBeGreaterThan(0);
    expect(server.store.experiments.size).toBe(1);
    expect(onlyRun(server).metrics).toHaveLength(4);
  });

  it('when the process ends in the middle of the figures, and the next goes on', async () => {
    const [server, home] = [await serve(), temporaryHome()];
    const first = mlflowAt(server, { home }).tracker;
    await first.write(trackedRun({ config: {} }));
    const stop = new AbortController();
    let begun = false;
    const onProgress = ({ what, retryInMs }: { readonly what: string; readonly retryInMs: number | null }): void => {
      // The figures are taken, and nobody hears of it.
      if (what === 'figures' && !begun) server.fail('runs/log-batch', 'lost');
      begun ||= what === 'figures';
      if (retryInMs !== null) stop.abort();
    };
    await expect(first.upload('ftjob-1', { signal: stop.signal, onProgress })).rejects.toThrow();
    expect(first.state('ftjob-1')).toMatchObject({ sync: 'partial' });
    expect(onlyRun(server)).toMatchObject({ status: 'RUNNING', metrics: { length: 4 } });
    expect(await mlflowAt(server, { home }).tracker.upload('ftjob-1')).toMatchObject({ sync: 'synced' });
    expect(onlyRun(server)).toMatchObject({ status: 'FINISHED', metrics: { length: 4 } });
  });

  it('when what this machine knew of it is gone, or it is sent again on purpose', async () => {
    const [server, home] = [await serve(), temporaryHome()];
    server.store.perPage = 2;
    const { tracker } = mlflowAt(server, { home });
    const { folder } = await tracker.write(trackedRun());
    await tracker.upload('ftjob-1');
    rmSync(join(folder, 'luthier-sync.json'));
    expect(tracker.state('ftjob-1')).toMatchObject({ sync: 'local' });
    await tracker.upload('ftjob-1');
    await tracker.upload('ftjob-1', { overwrite: true });
    expect(onlyRun(server).metrics).toHaveLength(4);
    expect(server.calls.filter((call) => call === 'PUT config.json')).toHaveLength(3);
  });

  it('and anew where the run was deleted there, or the experiment is another', async () => {
    const [server, home] = [await serve(), temporaryHome()];
    const { tracker } = mlflowAt(server, { home });
    await tracker.write(trackedRun());
    await tracker.upload('ftjob-1');
    onlyRun(server).deleted = true;
    await tracker.upload('ftjob-1', { overwrite: true });
    expect([...server.store.runs.values()].map(({ metrics }) => metrics.length)).toEqual([4, 4]);
    const other = mlflowAt(server, { home, env: { MLFLOW_EXPERIMENT_NAME: 'other' } }).tracker;
    expect(await other.write(trackedRun())).toMatchObject({ project: 'other', sync: 'local', url: null });
    await other.upload('ftjob-1');
    expect([...server.store.runs.values()].map(({ experiment }) => experiment)).toEqual(['1', '1', '2']);
  });

  it('leaves a parameter as it stands, and says so', async () => {
    const server = await serve();
    const { tracker } = mlflowAt(server);
    await tracker.write(trackedRun());
    await tracker.upload('ftjob-1');
    await tracker.write(trackedRun({ config: { model: 'babbage' } }));
    const { notes } = await tracker.upload('ftjob-1');
    expect(notes).toEqual([expect.stringContaining('1 parameter stayed as it was first logged')]);
    expect(onlyRun(server).params.get('model')).toBe('ada');
  });
});

describe('what fails is said in words', () => {
  it.each([
    ['refused', 'auth', 'does not permit'],
    ['page', 'rejected', 'is no MLflow tracking server'],
    ['unlicensed', 'rejected', 'is no MLflow tracking server'],
    ['login', 'rejected', 'sends calls on to elsewhere (302)'],
    ['down', 'server', 'answered 503'],
  ] as const)('%s', async (way, kind, words) => {
    const server = await serve();
    server.fail('experiments/get-by-name', way);
    const error = await errorOf(mlflowAt(server).tracker.account());
    expect(error).toMatchObject({ kind, message: expect.stringContaining(words) });
  });

  it('a key that is not taken, a server that is not there, an address that is none', async () => {
    const server = await serve();
    server.authorization = 'Bearer another';
    const { tracker } = mlflowAt(server);
    expect(await errorOf(tracker.account())).toMatchObject({
      kind: 'auth',
      next: expect.stringContaining('MLFLOW_TRACKING_TOKEN'),
    });
    const nobody = mlflowAt(null, { env: { MLFLOW_TRACKING_URI: 'http://127.0.0.1:9' } }).tracker;
    expect(await errorOf(nobody.account())).toMatchObject({ kind: 'offline' });
    const file = mlflowAt(null, { env: { MLFLOW_TRACKING_URI: 'sqlite:///mlflow.db' } }).tracker;
    expect(await errorOf(file.account())).toMatchObject({ kind: 'settings' });
  });

  it('an experiment that was deleted, files the server does not pass on', async () => {
    const server = await serve();
    const { tracker } = mlflowAt(server);
    server.store.artifactRoot = 's3://bucket';
    await tracker.write(trackedRun());
    const { notes, sync } = await tracker.upload('ftjob-1');
    expect([sync, notes]).toEqual(['synced', [expect.stringContaining('s3://bucket')]]);
    const [experiment] = server.store.experiments.values();
    if (experiment !== undefined) experiment.deleted = true;
    expect(await errorOf(tracker.upload('ftjob-1', { overwrite: true }))).toMatchObject({ kind: 'not-found' });
  });

  it('a typed key goes to the server it was typed in for alone', async () => {
    const [server, other] = [await serve(), await serve()];
    const kept = new Map<string, string>();
    const choices = { server: server.url };
    const opened = (at: string) =>
      mlflowAt(null, {
        choices: { ...choices, server: at },
        env: { MLFLOW_TRACKING_TOKEN: '' },
        typedKey: (name) => kept.get(name) ?? null,
      });
    kept.set(opened(server.url).keyName(), TOKEN);
    expect(opened(server.url).keySource()).toBe('file');
    await opened(server.url).tracker.account();
    expect(opened(other.url).keySource()).toBe('unneeded');
    expect(await errorOf(opened(other.url).tracker.account())).toMatchObject({ kind: 'auth' });
  });
});
