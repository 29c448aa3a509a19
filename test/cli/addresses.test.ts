import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
    [['files', 'delete', 'file-1', '--yes']],
    [['chat', '--model', 'm', 'hi']],
  ])('is what %j points at', async (args) => {
    const run = await luthier([...args, '--base-url', server.url], { home });
    expect(run.code).toBe(1);
    expect(run.stderr).toContain('Is the base URL right');
    expect(run.stderr).toContain('Give the address that calls start from');
    expect(run.stderr).not.toContain('Name another');
  });
});

describe('an address that is mended', () => {
  let home = '';
  let server: TestServer;
  beforeEach(async () => {
    home = temporaryFolder();
    server = await startServer((_request, response) => sendJson(response, { data: [] }));
  });
  afterEach(async () => {
    await server.close();
    removeFolder(home);
  });

  it('is said, whether an option has it, the environment, or a profile', async () => {
    const origin = new URL(server.url).origin;
    const option = await luthier(['files', '--base-url', `${origin}/v1/files`], { home });
    expect(option.stderr).toBe(`! The base URL is taken as ${origin}/v1.\n`);
    const env = { OPENAI_BASE_URL: origin, OPENAI_API_KEY: 'sk-test-0123456789abcdef' };
    const variable = await luthier(['files', '--provider', 'openai'], { home, env });
    expect(variable.stderr).toBe(`! OPENAI_BASE_URL is taken as ${origin}/v1.\n`);
    const queried = { ...env, OPENAI_BASE_URL: `${origin}/v1?key=hidden-in-it` };
    const dropped = await luthier(['files', '--provider', 'openai'], { home, env: queried });
    expect(dropped.stderr).toBe(`! OPENAI_BASE_URL is taken as ${origin}/v1.\n`);
    const profile = {
      id: 'lab',
      name: 'Lab',
      kind: 'compatible',
      baseUrl: origin,
      jobDialect: 'method',
      apiVersion: null,
    };
    writeFileSync(join(home, 'settings.json'), JSON.stringify({ profiles: [profile] }));
    const saved = await luthier(['files', '--provider', 'lab'], { home, env });
    expect(saved.stderr).toBe(`! The base URL of Lab is taken as ${origin}/v1.\n`);
    const right = await luthier(['files', '--base-url', server.url], { home });
    expect([right.stderr, right.code]).toEqual(['', 0]);
  });
});
