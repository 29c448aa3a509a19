import { appendFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryHome } from '../store/sample.ts';
import { trackerContract } from '../tracker-contract.ts';
import { errorOf, expectNoFaults, serve } from './support/sample.ts';
import { STARTED, trackedRun, wandbAt } from './support/tracker.ts';
import { visibleState } from './support/wandb-state.ts';

expectNoFaults();

trackerContract('W&B', async () => {
  const [server, root] = [await serve(), temporaryHome()];
  return { open: () => wandbAt(server, { root }), calls: () => server.state.asked.length };
});

describe('W&B as a tracker', () => {
  it('names the page of a run, and where it goes', async () => {
    const server = await serve();
    const wandb = wandbAt(server);
    const url = `${server.url}/luthiers/OpenAI-Fine-Tune/runs/ftjob-1`;
    expect(await wandb.write(trackedRun())).toMatchObject({ entity: 'luthiers', project: 'OpenAI-Fine-Tune' });
    expect(await wandb.upload('ftjob-1')).toMatchObject({ url, sync: 'synced' });
  });

  it('leaves at W&B what was tracked', async () => {
    const server = await serve();
    const wandb = wandbAt(server);
    await wandb.write(trackedRun());
    await wandb.upload('ftjob-1');
    const run = server.state.runs.get('luthiers/OpenAI-Fine-Tune/ftjob-1');
    expect(run).toMatchObject({ exitCode: 0, jobType: 'fine-tune', tags: ['luthier'] });
    expect(run?.config).toMatchObject({ model: { value: 'ada' }, hyperparameters: { value: { n_epochs: 3 } } });
    const rows = run?.lines['wandb-history.jsonl'].map((line) => JSON.parse(line));
    expect(rows).toMatchObject([{ _step: 1, train_loss: 1 }, { _step: 2 }, { _step: 3, train_data: { nrows: 1 } }]);
    expect(JSON.parse(run?.summary ?? '')).toMatchObject({ status: 'succeeded', train_data: { _type: 'table-file' } });
    expect([...(run?.uploaded ?? [])]).toEqual([expect.stringMatching(/^media\/table\/train_data_3_.*\.table\.json$/)]);
    expect(server.state.artifacts.map(({ name, type, version }) => [name, type, version])).toEqual([
      ['train-file-1', 'training_files', 0],
      ['run-ftjob-1-train_data', 'run_table', 0],
    ]);
    expect(server.state.inputs).toHaveLength(1);
    const got = await wandb.artifact('luthiers/OpenAI-Fine-Tune/train-file-1:file-1');
    expect(readFileSync(got.path, 'utf8')).toBe('{"messages":[]}\n');
  });

  it('asks whose key it is', async () => {
    const server = await serve();
    const wandb = wandbAt(server);
    expect(await wandb.account()).toEqual({ username: 'ada', entity: 'ada-team', teams: ['luthiers'] });
    server.key = 'another';
    expect(await errorOf(wandb.account())).toMatchObject({ kind: 'auth' });
  });

  it('sends nothing without a key, nor while the environment makes no sense, nor what is not there', async () => {
    const server = await serve();
    const keyless = wandbAt(server, { env: { WANDB_API_KEY: '' } });
    await keyless.write(trackedRun());
    const noKey = await errorOf(keyless.upload('ftjob-1'));
    expect(noKey).toMatchObject({ kind: 'no-key' });
    expect(noKey.next).toContain(`${server.url}/authorize`);
    const confused = wandbAt(server, { env: { WANDB_MODE: 'sideways' } });
    await confused.write(trackedRun());
    for (const work of [
      confused.upload('ftjob-1'),
      confused.account(),
      confused.statusOf('x'),
      confused.artifact('a/b/c'),
    ]) {
      const error = await errorOf(work);
      expect(error).toMatchObject({ kind: 'settings' });
      expect(error.message).toContain('WANDB_MODE');
    }
    expect(await errorOf(wandbAt(server).upload('none'))).toMatchObject({ kind: 'broken-log' });
    expect(await errorOf(wandbAt(server, { choices: { project: 'a/b' } }).write(trackedRun()))).toMatchObject({
      kind: 'settings',
    });
    expect(server.state.asked).toEqual([]);
  });

  it('goes on after a crash in another process, from what is on disk', async () => {
    const [server, other, root] = [await serve(), await serve(), temporaryHome()];
    const stop = new AbortController();
    server.onRequest = (count) => {
      if (count === 9) stop.abort(new Error('killed'));
      return count < 9;
    };
    const first = wandbAt(server, { root });
    await first.write(trackedRun());
    await expect(first.upload('ftjob-1', { signal: stop.signal })).rejects.toThrow('killed');
    server.onRequest = null;
    expect(wandbAt(server, { root }).state('ftjob-1')).toMatchObject({ sync: 'partial' });
    await wandbAt(server, { root }).upload('ftjob-1');
    const undisturbed = wandbAt(other);
    await undisturbed.write(trackedRun());
    await undisturbed.upload('ftjob-1');
    expect(visibleState(server.state)).toEqual(visibleState(other.state));
  });

  it('does one thing to a run at a time', async () => {
    const server = await serve();
    const wandb = wandbAt(server);
    const rows = (count: number) =>
      Array.from({ length: count }, (_, place) => ({ step: place, at: STARTED + place, values: { loss: place } }));
    const going = (count: number) => trackedRun({ history: rows(count), tables: [], end: null });
    await Promise.all([
      wandb.write(going(2)),
      wandb.upload('ftjob-1'),
      wandb.write(going(4)),
      wandb.upload('ftjob-1'),
      wandb.write(trackedRun({ history: rows(6), tables: [] })),
      wandb.upload('ftjob-1'),
    ]);
    expect(server.state.runs.values().next().value?.lines['wandb-history.jsonl']).toHaveLength(6);
    expect(wandb.state('ftjob-1')).toMatchObject({ sync: 'synced' });
  });

  it('sends a log that is cut up to there and says so, and shows none that cannot be read', async () => {
    const [server, root] = [await serve(), temporaryHome()];
    const wandb = wandbAt(server, { root });
    const { folder } = await wandb.write(trackedRun());
    const log = join(folder, 'run-ftjob-1.wandb');
    truncateSync(log, readFileSync(log).length - 10);
    const { notes } = await wandb.upload('ftjob-1');
    expect(notes[0]).toMatch(/^The log ends at byte \d+/);
    expect(server.state.runs.values().next().value?.exitCode).toBe(1);
    appendFileSync(log, 'more');
    expect(wandb.state('ftjob-1')).toMatchObject({ sync: 'partial' });
    writeFileSync(log, 'no log');
    expect(wandb.list()).toEqual([]);
    rmSync(log);
    expect(wandb.state('ftjob-1')).toBeNull();
  });
});
