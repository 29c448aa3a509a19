import { afterEach, beforeEach, expect, it } from 'vitest';
import { sendJson, startServer, type TestServer } from '../services/openai/servers.ts';
import { luthier } from './support/cli.ts';
import { removeFolder, temporaryFolder } from './support/folder.ts';

const JOB = { id: 'ftjob-1', object: 'fine_tuning.job', model: 'gpt-x', training_file: 'file-1', created_at: 1 };

let home = '';
let server: TestServer;
let status = 'running';
beforeEach(async () => {
  home = temporaryFolder();
  server = await startServer(({ path }, response) =>
    sendJson(response, path.endsWith('/ftjob-1') ? { ...JOB, status } : { object: 'list', data: [], has_more: false }),
  );
});
afterEach(async () => {
  await server.close();
  removeFolder(home);
});

it.each([
  [['jobs'], 'running', 'No jobs.'],
  [['files'], 'running', 'No files.'],
  [['jobs', 'events', 'ftjob-1'], 'running', 'No events yet.'],
  [['jobs', 'show', 'ftjob-1'], 'running', 'No checkpoints yet.'],
  [['jobs', 'show', 'ftjob-1'], 'cancelled', 'No checkpoints.'],
])('%j of a job that is %s says “%s”', async (args, now, words) => {
  status = now;
  const run = await luthier([...args, '--base-url', server.url], { home });
  expect(run.code).toBe(0);
  expect(run.stdout.trimEnd().split('\n').at(-1)).toBe(words);
  const json = await luthier([...args, '--base-url', server.url, '--json'], { home });
  expect(json.stdout).not.toContain(words);
});
