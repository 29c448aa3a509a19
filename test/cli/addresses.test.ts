import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sendJson, startServer, type TestServer } from '../services/openai/servers.ts';
import { luthier } from './support/cli.ts';
import { removeFolder, temporaryFolder } from './support/folder.ts';

describe('an address without the API', () => {
  let home = '';
  let server: TestServer;
  beforeEach(async () => {
    home = temporaryFolder();
    server = await startServer((_request, response) => sendJson(response, { detail: 'Not Found' }, 404));
  });
  afterEach(async () => {
    await server.close();
    removeFolder(home);
  });

  it.each([
    [['jobs']],
    [['files']],
    [['jobs', 'show', 'ftjob-1']],
    [['files', 'delete', 'file-1']],
    [['chat', '--model', 'm', 'hi']],
  ])('is what %j points at', async (args) => {
    const run = await luthier([...args, '--base-url', server.url], { home });
    expect(run.code).toBe(1);
    expect(run.stderr).toContain('Is the base URL right');
    expect(run.stderr).toContain('Give the address that calls start from');
    expect(run.stderr).not.toContain('See what there is');
  });
});
