import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createEngineLauncher } from '../../src/services/engine/launcher.ts';
import { type MlflowServer, startMlflow, TOKEN } from '../services/mlflow/support/mlflow-server.ts';
import { luthier, records } from './support/cli.ts';
import { removeFolder, temporaryFolder } from './support/folder.ts';

const folder = temporaryFolder();
const home = join(folder, 'home');
let server: MlflowServer;

beforeAll(async () => {
  server = await startMlflow();
});
afterAll(async () => {
  server.close();
  await createEngineLauncher({ home }).stop();
  removeFolder(folder);
});

it('a job and an evaluation go to MLflow, once, with their figures, tables and ends', async () => {
  const env = { LUTHIER_TRACKER: 'mlflow', MLFLOW_TRACKING_URI: server.url, MLFLOW_TRACKING_TOKEN: TOKEN };
  const rows = Array.from({ length: 14 }, (_, n) => ({
    messages: [
      { role: 'user', content: `Is ${n} even?` },
      { role: 'assistant', content: n % 2 === 0 ? 'Yes' : 'No' },
    ],
  }));
  const file = join(folder, 'train.jsonl');
  writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const train = ['train', file, '--model', 'practice-small', '--epochs', '2', '--watch', '--json'];
  expect((await luthier(train, { home, env })).code).toBe(0);
  expect((await luthier(['eval', file, '--model', 'practice-small', '--json'], { home, env })).code).toBe(0);
  expect(server.calls).toEqual([]);

  // Whatever was chosen, the option decides.
  const sync = ['track', 'sync', '--tracker', 'mlflow', '--json'];
  const { LUTHIER_TRACKER: _, ...unchosen } = env;
  const sent = await luthier(sync, { home, env: unchosen });
  expect(sent.code).toBe(0);
  expect(records(sent.stdout).findLast(({ event }) => event === 'synced')).toMatchObject({ synced: 2, failed: 0 });
  const runs = [...server.store.runs.values()];
  const [job, evaluation] = ['fine-tune', 'eval'].map((type) =>
    runs.find(({ tags }) => tags.get('luthier.type') === type),
  );
  expect(job).toMatchObject({ status: 'FINISHED' });
  expect(job?.params.get('hyperparameters.n_epochs')).toBe('2');
  expect(job?.metrics.filter(({ key }) => key === 'train_loss').length).toBeGreaterThan(2);
  expect(job?.files.has('tables/train_data.json')).toBe(true);
  expect(evaluation?.metrics.some(({ key }) => key === 'eval/accuracy')).toBe(true);
  expect(evaluation?.files.has('tables/predictions.json')).toBe(true);
  expect([...(job?.files.keys() ?? [])].filter((path) => path.endsWith('.table.json'))).toEqual([]);

  const again = await luthier(sync, { home, env: unchosen });
  expect(records(again.stdout).findLast(({ event }) => event === 'synced')).toMatchObject({ synced: 0, skipped: 1 });
  expect(server.store.runs.size).toBe(2);
  const test = await luthier(['track', 'test'], { home, env });
  expect(test.stdout).toContain(`${server.url} answers. Runs go to luthier.`);
  expect(server.faults).toEqual([]);
}, 60_000);
