import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { sendJson, startServer, type TestServer } from '../services/openai/servers.ts';
import { luthier, records } from './support/cli.ts';
import { removeFolder, temporaryFolder } from './support/folder.ts';

vi.setConfig({ testTimeout: 120_000 });

const JOB = {
  id: 'ftjob-7',
  object: 'fine_tuning.job',
  status: 'succeeded',
  model: 'gpt-4o-mini-2024-07-18',
  fine_tuned_model: 'acme-nda',
  training_file: 'file-1',
  created_at: 1_790_000_000,
};

/** A bare array with prices, as Together's; what is of other calls is refused. */
const LIST = [
  { id: 'Qwen/Qwen3-8B', pricing: { hourly: 0, input: 0.1, output: 0.15, base: 0, finetune: 0 } },
  { id: 'some/router', pricing: { prompt: '0.0000005', completion: '0.000001' } },
  { id: 'unpriced', pricing: { input: 0, output: 0 } },
  { id: 'gpt-4o-mini-2024-07-18', shutdown_date: '2027-01-14' },
];

let home = '';
let server: TestServer;
let jobs = true;

beforeEach(async () => {
  home = temporaryFolder();
  jobs = true;
  server = await startServer(({ path }, response) => {
    if (path === '/v1/models') sendJson(response, LIST);
    else if (path === '/v1/fine_tuning/jobs' && jobs) sendJson(response, { data: [JOB], has_more: false });
    else sendJson(response, { error: { message: 'not here' } }, 404);
  });
});
afterEach(async () => {
  await server.close();
  removeFolder(home);
});

const models = (...more: readonly string[]) => luthier(['models', '--base-url', server.url, ...more], { home });

it('lists models with prices and ends, and the tuned ones with their job', async () => {
  const run = await models('--json');
  expect([run.code, run.stderr.includes('✗')]).toEqual([0, false]);
  expect(records(run.stdout).map(({ model }) => model)).toMatchObject([
    { id: 'Qwen/Qwen3-8B', tuned: false, tunable: null, price: { train: null, input: 0.1, output: 0.15 } },
    { id: 'some/router', price: { input: 0.5, output: 1 } },
    { id: 'unpriced', price: { input: null, output: null } },
    { id: 'gpt-4o-mini-2024-07-18', tunable: true, price: { train: 3 }, shutdownDate: '2027-01-14' },
    { id: 'acme-nda', tuned: true, job: 'ftjob-7', base: 'gpt-4o-mini-2024-07-18', price: { input: 0.3 } },
  ]);
  const found = await models('--filter', 'tuned 4o-mini');
  expect(found.stdout).toMatch(/^acme-nda +tuned .* (?:dies|died) with its base on 2027-01-14, by ftjob-7$/m);
  expect(found.stdout).not.toContain('Qwen');
});

it('lists them where there are no jobs to ask for', async () => {
  jobs = false;
  const run = await models('--filter', 'qwen');
  expect([run.code, run.stdout]).toEqual([0, expect.stringMatching(/Qwen3-8B .*\$0\.10 \/ \$0\.15/)]);
  expect((await models('--filter', 'nowhere')).stdout).toBe('None of 4 models fits.\n');
});
