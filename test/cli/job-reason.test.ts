import { afterEach, expect, it } from 'vitest';
import { sendJson, startServer, type TestServer } from '../services/openai/servers.ts';
import { luthier } from './support/cli.ts';
import { removeFolder, temporaryFolder } from './support/folder.ts';

const home = temporaryFolder();
let server: TestServer;
afterEach(async () => {
  await server.close();
  removeFolder(home);
});

it('says why a job failed where only an event tells', async () => {
  const path = '/v1/fine_tuning/jobs/ftjob-1';
  const event = (id: string, level: string, message: string, at: number) => ({
    ...{ object: 'fine_tuning.job.event', id, level, message, created_at: at, type: 'message', data: {} },
  });
  const events = [event('e-2', 'info', 'Job over', 3), event('e-1', 'error', 'The file has no rows', 2)];
  const bodies: Readonly<Record<string, unknown>> = {
    [path]: { id: 'ftjob-1', status: 'failed', model: 'm', training_file: 'f', created_at: 1, error: {} },
    [`${path}/events`]: { data: events, has_more: false },
    [`${path}/checkpoints`]: { data: [], has_more: false },
  };
  server = await startServer((request, response) => {
    const body = bodies[request.path];
    sendJson(response, body ?? { error: { message: 'not here' } }, body === undefined ? 404 : 200);
  });
  const shown = await luthier(['jobs', 'show', 'ftjob-1', '--base-url', server.url], { home });
  expect([shown.code, shown.stdout]).toEqual([0, expect.stringMatching(/^error +The file has no rows$/m)]);
}, 60_000);
