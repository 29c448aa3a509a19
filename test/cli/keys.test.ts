import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sendJson, startServer, type TestServer } from '../services/openai/servers.ts';
import { type Finished, luthier, records } from './support/cli.ts';
import { filesHolding, removeFolder, temporaryFolder } from './support/folder.ts';

const OPENAI = 'sk-of-openai-0123456789abcdef';
const LAB = 'lab-key-0123456789abcdef';
const env = { OPENAI_API_KEY: OPENAI, TOGETHER_API_KEY: 'tg-0123456789abcdef', LAB_KEY: LAB };

// Each step is a process of its own.
vi.setConfig({ testTimeout: 120_000 });

let home = '';
let servers: readonly [TestServer, TestServer];

beforeEach(async () => {
  home = temporaryFolder();
  const open = () =>
    startServer(({ method, path }, response) =>
      method === 'GET' && path === '/v1/models'
        ? sendJson(response, { object: 'list', data: [{ id: 'm' }] })
        : method === 'GET' && path === '/v1/files'
          ? sendJson(response, { object: 'list', data: [] })
          : sendJson(response, { error: { message: 'unknown path' } }, 404),
    );
  servers = [await open(), await open()];
});
afterEach(async () => {
  for (const server of servers) await server.close();
  removeFolder(home);
});

const run = (...args: readonly string[]): Promise<Finished> => luthier(args, { home, env });
const keysAt = ({ heard }: TestServer) => heard.map(({ headers }) => headers.authorization?.replace('Bearer ', ''));

describe('which key arrives where', () => {
  it('is none at an address that is given, but the one that is named for it', async () => {
    const [one] = servers;
    const at = ['files', '--base-url', one.url];
    expect((await run(...at)).code).toBe(0);
    expect((await run(...at, '--provider', 'openai')).code).toBe(0);
    expect((await run(...at, '--key-env', 'LAB_KEY')).code).toBe(0);
    expect((await run(...at, '--provider', 'openai', '--key-env', 'OPENAI_API_KEY')).code).toBe(0);
    expect(keysAt(one)).toEqual(['none', 'none', LAB, OPENAI]);
    const missing = await run(...at, '--key-env', 'NOT_SET');
    expect([missing.code, missing.stderr]).toEqual([2, '✗ --key-env names NOT_SET, and that is not set\n']);
  });

  it('is the kept one of a provider at its own address, and at no other', async () => {
    const [one, two] = servers;
    const added = await run('providers', 'add', 'Lab', '--base-url', one.url, '--key-env', 'LAB_KEY', '--json');
    expect(records(added.stdout)).toMatchObject([{ event: 'provider-added', provider: { id: 'lab', key: 'file' } }]);
    expect(statSync(join(home, 'keys.json')).mode & 0o777).toBe(0o600);
    expect(filesHolding(home, LAB)).toEqual([join(home, 'keys.json')]);
    await run('files', '--provider', 'lab');
    await run('files', '--provider', 'Lab', '--base-url', `${one.url}/`);
    await run('files', '--provider', 'lab', '--base-url', two.url);
    expect([keysAt(one), keysAt(two)]).toEqual([[LAB, LAB], ['none']]);
    // A base URL that was changed by hand takes no key along.
    const settings = join(home, 'settings.json');
    writeFileSync(settings, readFileSync(settings, 'utf8').replace(one.url, two.url));
    await run('files', '--provider', 'lab');
    expect([keysAt(one).length, keysAt(two)]).toEqual([2, ['none', 'none']]);
    expect((await run('providers')).stdout).toMatch(/lab .* kept for another host/);
    for (const server of servers)
      expect(JSON.stringify(server.heard.map(({ headers }) => headers))).not.toContain(OPENAI);
  });

  it('is OpenAI’s where OPENAI_BASE_URL leads, as with OpenAI’s own clients', async () => {
    const [one] = servers;
    const at = { home, env: { ...env, OPENAI_BASE_URL: one.url } };
    expect((await luthier(['files', '--provider', 'openai'], at)).code).toBe(0);
    expect(keysAt(one)).toEqual([OPENAI]);
  });

  it('is none over plain http to another machine, unless it is allowed', async () => {
    const [one] = servers;
    const baseUrl = one.url.replace('127.0.0.1', '0.0.0.0');
    const refused = await run('files', '--base-url', baseUrl, '--key-env', 'LAB_KEY');
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringMatching(/plain http[\s\S]*--allow-http/)]);
    const unsaved = await run('providers', 'add', 'Lab', '--base-url', baseUrl, '--key-env', 'LAB_KEY');
    expect([unsaved.code, unsaved.stderr]).toEqual([2, expect.stringMatching(/plain http.*--allow-http/)]);
    expect(one.heard).toEqual([]);
    await run('files', '--base-url', baseUrl);
    await run('files', '--base-url', baseUrl, '--key-env', 'LAB_KEY', '--allow-http');
    await run('providers', 'add', 'Lab', '--base-url', baseUrl, '--key-env', 'LAB_KEY', '--allow-http');
    await run('providers', 'test', 'lab');
    expect(keysAt(one)).toEqual(['none', LAB, LAB]);
  });

  it('stays in an older settings file: profiles and keys are as they were', async () => {
    const [one] = servers;
    const old = {
      id: 'mine',
      name: 'Mine',
      kind: 'compatible',
      baseUrl: one.url,
      jobDialect: 'method',
      apiVersion: null,
    };
    writeFileSync(join(home, 'settings.json'), JSON.stringify({ profiles: [old], later: { kept: true } }));
    writeFileSync(join(home, 'keys.json'), JSON.stringify({ mine: LAB, other: 'x' }));
    expect((await run('providers', 'test', 'mine')).stdout).toBe('Mine answers: 1 model.\n');
    await run('providers', 'add', 'Ollama', '--preset', 'ollama');
    expect(keysAt(one)).toEqual([LAB]);
    expect(JSON.parse(readFileSync(join(home, 'keys.json'), 'utf8'))).toMatchObject({ mine: LAB, other: 'x' });
    const settings = JSON.parse(readFileSync(join(home, 'settings.json'), 'utf8'));
    expect(settings).toMatchObject({ later: { kept: true } });
    expect(settings.profiles).toContainEqual(old);
  });
});

describe('luthier providers', () => {
  it('adds from a preset, lists, tests and removes, its key forgotten', async () => {
    const [one] = servers;
    const added = await run('providers', 'add', 'tg', '--preset', 'together');
    expect([added.code, added.stdout]).toEqual([0, expect.stringContaining('key in TOGETHER_API_KEY')]);
    // The preset's own variable goes to the preset's host alone.
    const standIn = await run('providers', 'add', 'stand-in', '--preset', 'together', '--base-url', one.url);
    expect(standIn.stderr).toContain('add it with --key-env TOGETHER_API_KEY');
    const failed = await run('providers', 'test', 'stand-in');
    expect([failed.code, failed.stderr]).toEqual([1, expect.stringContaining('No key for “stand-in”')]);
    expect(one.heard).toEqual([]);
    await run('providers', 'remove', 'stand-in');
    await run('providers', 'add', 'stand-in', '--preset', 'together', '--base-url', one.url, '--key-env', 'LAB_KEY');
    const listed = records((await run('providers', 'list', '--json')).stdout).map(({ provider }) => provider);
    expect(listed).toMatchObject([
      { id: 'embedded', address: null, key: 'generated' },
      { id: 'openai', address: 'https://api.openai.com/v1', key: 'environment', variable: 'OPENAI_API_KEY' },
      { id: 'tg', address: 'https://api.together.ai/v1', dialect: 'together', key: 'environment' },
      { id: 'stand-in', address: one.url, dialect: 'together', key: 'file', variable: null },
    ]);
    expect(JSON.stringify(listed)).not.toContain(LAB);
    const tested = await run('providers', 'test', 'stand-in', '--json');
    expect(records(tested.stdout)).toMatchObject([{ event: 'provider-tested', models: 1 }]);
    expect(keysAt(one)).toEqual([LAB]);
    expect((await run('providers', 'remove', 'stand-in')).code).toBe(0);
    expect(filesHolding(home, LAB)).toEqual([]);
  });

  it.each([
    [['add', 'x'], /needs a --preset \(openai, azure, nebius/],
    [['add', 'x', '--preset', 'azure'], /--preset azure needs a --base-url, such as https:\/\/NAME\./],
    [['add', 'openai', '--preset', 'openai'], /there is a provider openai/],
    [['add', 'x', '--preset', 'groq', '--account', 'a'], /takes no --account/],
    [['add', 'x', '--preset', 'together', '--resource-group', 'a'], /takes no --resource-group/],
    [['add'], /needs the name/],
    [['test', 'nowhere'], /there is no provider nowhere; there are embedded, openai/],
    [['remove', 'openai'], /always there/],
    [['list', '--preset', 'groq'], /providers list takes no --preset/],
    [['remove', 'x', '--key-env', 'LAB_KEY'], /providers remove takes no --key-env/],
  ] as const)('refuses %j, which makes no sense', async (args, words) => {
    const refused = await run('providers', ...args);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(words)]);
  });
});

describe('luthier files delete', () => {
  it('asks, and where nobody answers it wants --yes', async () => {
    const [one] = servers;
    const refused = await run('files', 'delete', 'file-1', '--base-url', one.url);
    expect([refused.code, refused.stderr, one.heard]).toEqual([2, expect.stringContaining('--yes deletes file-1'), []]);
    await run('files', 'delete', 'file-1', '--base-url', one.url, '--yes');
    expect(one.heard).toMatchObject([{ method: 'DELETE', path: '/v1/files/file-1' }]);
  });
});
