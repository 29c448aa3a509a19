import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Provider, Providers } from '../../../src/app/runtime/ports.ts';
import type { ProviderProfile } from '../../../src/domain/provider/provider.ts';
import { baseUrlOf } from '../../../src/services/openai/address.ts';
import { createProviders } from '../../../src/services/openai/connect.ts';
import { createRefusals } from '../../../src/services/store/refusals.ts';
import { temporaryHome } from '../store/sample.ts';
import { completion, KEY, profileOf, providerAt, sendJson, startServer, type TestServer } from './servers.ts';

let servers: TestServer[] = [];
beforeEach(() => {
  for (const name of ['OPENAI_BASE_URL', 'OPENAI_ORG_ID', 'OPENAI_PROJECT_ID', 'OPENAI_CUSTOM_HEADERS', 'OPENAI_LOG'])
    vi.stubEnv(name, undefined);
});
afterEach(async () => {
  await Promise.all(servers.map((server) => server.close()));
  servers = [];
});

async function listening(): Promise<TestServer> {
  const server = await startServer((request, response) =>
    request.method === 'POST' ? sendJson(response, completion('hi')) : sendJson(response, { data: [{ id: 'm' }] }),
  );
  servers.push(server);
  return server;
}

const ask = { model: 'gpt 4/o', messages: [{ role: 'user', content: 'hello' } as const] };

function providersOf(profiles: readonly ProviderProfile[], key: string | null = KEY): Providers {
  return createProviders({
    profiles: () => profiles,
    keyOf: () => key,
    engine: { ensure: () => Promise.reject(new Error('no engine in this test')) },
  });
}

describe('what a model refuses', () => {
  it('is remembered between runs, for the address and the model it was found out at', async () => {
    const open = async () => {
      const server = await startServer((request, response) => {
        const message = 'Unsupported parameter: temperature';
        if ('temperature' in request.json()) sendJson(response, { error: { message } }, 400);
        else sendJson(response, completion('hi'));
      });
      servers.push(server);
      return server;
    };
    const [one, two] = [await open(), await open()];
    const refusals = createRefusals(temporaryHome());
    const run = async ({ url, heard }: TestServer, model: string) => {
      const before = heard.length;
      const providers = createProviders({
        profiles: () => [profileOf({ baseUrl: url })],
        keyOf: () => KEY,
        refusals,
        engine: { ensure: () => Promise.reject(new Error('no engine in this test')) },
      });
      const { without } = await (await providers.connect('there')).chat.complete({ ...ask, model, temperature: 0 }, {});
      return [heard.length - before, without];
    };
    expect(await run(one, 'm')).toEqual([2, ['temperature']]);
    expect(await run(one, 'm')).toEqual([1, ['temperature']]);
    expect(await run(one, 'n')).toEqual([2, ['temperature']]);
    expect(await run(two, 'm')).toEqual([2, ['temperature']]);
  });
});

describe('where calls go', () => {
  const url = (change: Partial<ProviderProfile>, environment?: string) =>
    baseUrlOf(profileOf(change), { OPENAI_BASE_URL: environment });

  it.each([
    [{ kind: 'openai', baseUrl: null }, undefined, 'https://api.openai.com/v1'],
    [{ kind: 'openai', baseUrl: null }, 'http://gateway/v1/', 'http://gateway/v1'],
    [{ kind: 'openai', baseUrl: 'https://eu.api.openai.com/v1' }, 'http://gateway/v1', 'https://eu.api.openai.com/v1'],
    [{ kind: 'compatible', baseUrl: ' http://localhost:4000/v1/ ' }, 'http://gateway/v1', 'http://localhost:4000/v1'],
    [{ kind: 'compatible', baseUrl: 'http://localhost:4000' }, undefined, 'http://localhost:4000/v1'],
    [{ kind: 'compatible', baseUrl: 'http://localhost:4000//v1//' }, undefined, 'http://localhost:4000/v1'],
    [{ kind: 'compatible', baseUrl: 'http://h/v1/chat/completions/' }, undefined, 'http://h/v1'],
    [{ kind: 'compatible', baseUrl: 'http://h/chat/completions' }, undefined, 'http://h/v1'],
    [{ kind: 'compatible', baseUrl: 'http://h/v1/fine_tuning/jobs' }, undefined, 'http://h/v1'],
    [{ kind: 'compatible', baseUrl: 'http://h/v1/models' }, undefined, 'http://h/v1'],
    [{ kind: 'compatible', baseUrl: 'http://h/models' }, undefined, 'http://h/models'],
    [{ kind: 'compatible', baseUrl: 'https://g/v1beta/openai/' }, undefined, 'https://g/v1beta/openai'],
    [{ kind: 'compatible', baseUrl: 'https://api.perplexity.ai' }, undefined, 'https://api.perplexity.ai'],
    [{ kind: 'openai', baseUrl: 'https://api.openai.com' }, undefined, 'https://api.openai.com/v1'],
    [{ kind: 'azure', baseUrl: 'https://r.openai.azure.com/' }, undefined, 'https://r.openai.azure.com/openai/v1'],
    [
      { kind: 'azure', baseUrl: 'https://r.openai.azure.com/openai/deployments/d/chat/completions?api-version=x' },
      undefined,
      'https://r.openai.azure.com/openai/v1',
    ],
    [
      { kind: 'azure', baseUrl: 'https://r.openai.azure.com/openai/v1/' },
      undefined,
      'https://r.openai.azure.com/openai/v1',
    ],
    [
      { kind: 'azure', baseUrl: 'https://r.openai.azure.com/openai/v1', apiVersion: '2025-04-01' },
      undefined,
      'https://r.openai.azure.com/openai',
    ],
  ] as const)('%j with %s goes to %s', (change, environment, expected) =>
    expect(url(change, environment)).toBe(expected),
  );

  it.each([null, '', 'localhost:4000', 'ftp://there/v1', 'nonsense', 'https://me:secret@there/v1'])(
    'refuses %j, and says no password again',
    (baseUrl) => {
      const wrong = () => url({ kind: 'compatible', baseUrl }, 'http://gateway/v1');
      expect(wrong).toThrow(expect.objectContaining({ kind: 'invalid-request' }));
      expect(wrong).not.toThrow('secret');
    },
  );
});

describe('what is sent along', () => {
  it('keeps organisation, project and custom headers of the environment to OpenAI', async () => {
    vi.stubEnv('OPENAI_ORG_ID', 'org-mine');
    vi.stubEnv('OPENAI_PROJECT_ID', 'proj-mine');
    vi.stubEnv('OPENAI_CUSTOM_HEADERS', 'X-Gateway-Secret: hush');
    const { url, heard } = await listening();
    for (const kind of ['openai', 'compatible'] as const) {
      const provider = await providerAt(url, { kind });
      await provider.models.list();
      await provider.chat.complete(ask, {});
    }
    const sent = heard.map(({ headers }) => [
      headers['openai-organization'],
      headers['openai-project'],
      headers['x-gateway-secret'],
    ]);
    expect(sent.slice(0, 2)).toEqual(Array(2).fill(['org-mine', 'proj-mine', 'hush']));
    expect(sent.slice(2)).toEqual(Array(2).fill([undefined, undefined, undefined]));
  });

  it.each([
    ['a chat', async ({ chat }: Provider) => void (await chat.complete(ask, {}))],
    ['a list', async ({ jobs }: Provider) => void (await jobs.list())],
  ])('is what the official client sends with %s, which loads neither it nor what it needs', async (_, call) => {
    vi.stubEnv('OPENAI_ORG_ID', 'org-mine');
    vi.stubEnv('OPENAI_PROJECT_ID', 'proj-mine');
    const { url, heard } = await listening();
    for (const kind of ['openai', 'compatible'] as const) {
      for (const custom of ['', 'X-Gateway-Secret: hush']) {
        vi.stubEnv('OPENAI_CUSTOM_HEADERS', custom);
        await call(await providerAt(url, { kind }));
      }
    }
    const own = (index: number) =>
      Object.entries(heard[index]?.headers ?? {}).filter(([name]) => !/^(?:x-|user-agent|accept-encoding$)/.test(name));
    expect(own(0)).toContainEqual(['authorization', `Bearer ${KEY}`]);
    expect(Object.fromEntries(own(0))).toEqual(Object.fromEntries(own(1)));
    expect(heard[0]).toMatchObject({ path: heard[1]?.path, query: heard[1]?.query });
    expect(heard.map(({ headers }) => headers['user-agent']?.split('/')[0])).toEqual([
      'luthier',
      'OpenAI',
      'luthier',
      'luthier',
    ]);
    expect(heard.map(({ headers }) => headers['x-gateway-secret'])).toEqual([undefined, 'hush', undefined, undefined]);
  });

  it('speaks to Azure by either of its addresses', async () => {
    const { url, heard } = await listening();
    const origin = new URL(url).origin;
    const profile = profileOf({ kind: 'azure', baseUrl: origin });
    const providers = providersOf([
      { ...profile, id: 'v1' },
      { ...profile, id: 'dated', apiVersion: '2025-04-01-preview' },
    ]);
    for (const id of ['v1', 'dated']) {
      const provider = await providers.connect(id);
      await provider.chat.complete(ask, {});
      await provider.files.list();
    }
    expect(heard.map(({ path, query }) => [path, query.get('api-version')])).toEqual([
      ['/openai/v1/chat/completions', null],
      ['/openai/v1/files', null],
      ['/openai/deployments/gpt%204%2Fo/chat/completions', '2025-04-01-preview'],
      ['/openai/files', '2025-04-01-preview'],
    ]);
    for (const { headers } of heard) expect([headers['api-key'], headers.authorization]).toEqual([KEY, undefined]);
  });

  it('writes no log, even when the environment asks for one', async () => {
    vi.stubEnv('OPENAI_LOG', 'debug');
    const said: unknown[] = [];
    for (const level of ['debug', 'info', 'log', 'warn', 'error'] as const)
      vi.spyOn(console, level).mockImplementation((...words) => void said.push(words));
    const { url } = await listening();
    await (await providerAt(url)).models.list();
    expect(said).toEqual([]);
  });
});

describe('connecting', () => {
  it('gives the same provider again while nothing changed, and a new one for a new key', async () => {
    const { url, heard } = await listening();
    let key = 'first-key';
    const providers = createProviders({
      profiles: () => [profileOf({ baseUrl: url })],
      keyOf: () => key,
      engine: { ensure: () => Promise.reject(new Error('not asked')) },
    });
    const first = await providers.connect('there');
    expect(await providers.connect('there')).toBe(first);
    key = 'second-key';
    const second = await providers.connect('there');
    expect(second).not.toBe(first);
    await first.models.list();
    await second.models.list();
    expect(heard.map(({ headers }) => headers.authorization)).toEqual(['Bearer first-key', 'Bearer second-key']);
  });

  it.each([
    ['openai', /Set OPENAI_API_KEY before you start, or type the key in Settings/],
    ['azure', /Set AZURE_OPENAI_API_KEY before you start, or type/],
    ['nebius', /Set NEBIUS_API_KEY before you start, or type/],
    ['compatible', /“There”.* Set GROQ_API_KEY before you start, or type the key in Settings/],
  ] as const)('says which ways a key of kind %s can come', async (kind, ways) => {
    const addresses = {
      openai: null,
      azure: 'https://a.example/openai/v1',
      nebius: null,
      compatible: 'https://api.groq.com/openai/v1',
    };
    const providers = providersOf([profileOf({ kind, name: 'There', baseUrl: addresses[kind] })], null);
    await expect(providers.connect('there')).rejects.toThrow(ways);
  });

  it('finds the engine again when it came back elsewhere', async () => {
    const engines = [await listening(), await listening()];
    let current = 0;
    const providers = createProviders({
      profiles: () => [profileOf({ id: 'embedded', kind: 'embedded', baseUrl: null })],
      keyOf: () => null,
      engine: { ensure: () => Promise.resolve({ url: engines[current]?.url ?? '', apiKey: `key-${current}` }) },
    });
    const before: Provider = await providers.connect('embedded');
    expect(await providers.connect('embedded')).toBe(before);
    await engines[0]?.close();
    current = 1;
    const after = await providers.connect('embedded');
    expect((await after.models.list()).map(({ id }) => id)).toEqual(['m']);
    expect(engines[1]?.heard[0]?.headers.authorization).toBe('Bearer key-1');
  });

  it('says what is missing', async () => {
    const profiles = [
      profileOf({ baseUrl: 'https://lab.example/v1' }),
      profileOf({ id: 'embedded', kind: 'embedded' }),
      profileOf({ id: 'bare', baseUrl: null }),
    ];
    const providers = providersOf(profiles, null);
    await expect(providers.connect('there')).rejects.toMatchObject({
      kind: 'auth',
      message: expect.stringMatching(/Type the key in Settings/),
    });
    await expect(providers.connect('nowhere')).rejects.toMatchObject({ kind: 'not-found' });
    await expect(providers.connect('bare')).rejects.toMatchObject({ kind: 'invalid-request' });
    await expect(providers.connect('embedded')).rejects.toMatchObject({
      kind: 'network',
      message: expect.stringContaining('no engine in this test'),
    });
  });

  it('asks a server on this machine without a key where there is none', async () => {
    const { url, heard } = await listening();
    const provider = await providersOf([profileOf({ baseUrl: url })], null).connect('there');
    await provider.models.list();
    expect(heard.map(({ headers }) => headers.authorization)).toEqual(['Bearer none']);
  });

  it('sends no key over plain http to another machine, unless a person lets it', async () => {
    const { url, heard } = await listening();
    // Reaches this machine, by an address that is not its own alone.
    const baseUrl = url.replace('127.0.0.1', '0.0.0.0');
    const there = (more: Partial<ProviderProfile>, key: string) =>
      providersOf([profileOf({ baseUrl, ...more })], key).connect('there');
    const refused = { kind: 'invalid-request', detail: { code: 'plain_http' } };
    for (const plainHttp of [undefined, null, 'http://0.0.0.0:1', new URL(url).origin])
      await expect(there({ plainHttp }, KEY)).rejects.toMatchObject(refused);
    expect(heard).toEqual([]);
    await (await there({ plainHttp: new URL(baseUrl).origin }, KEY)).models.list();
    await (await there({}, 'none')).models.list();
    expect(heard.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${KEY}`, 'Bearer none']);
  });

  it('tells a cancelled start of the engine from a failed one', async () => {
    const providers = createProviders({
      profiles: () => [profileOf({ kind: 'embedded' })],
      keyOf: () => null,
      engine: { ensure: (signal) => Promise.reject(signal?.reason) },
    });
    const cancelled = providers.connect('there', { signal: AbortSignal.abort() });
    await expect(cancelled).rejects.toMatchObject({ kind: 'cancelled' });
  });
});

describe('models', () => {
  it('tell tuned ones and their end', async () => {
    const server = await startServer((_request, response) =>
      sendJson(response, {
        object: 'list',
        data: [
          { id: 'gpt-4o', object: 'model', owned_by: 'system', shutdown_date: '2027-01-14' },
          { id: 'ft:gpt-4o:org::x', owned_by: 'org-1' },
          { id: 'mine', owned_by: 'user-abc', shutdown_date: null },
          { id: 'child', owned_by: 'library', parent: 'gpt-4o' },
          { object: 'model' },
        ],
      }),
    );
    servers.push(server);
    expect(await (await providerAt(server.url)).models.list()).toEqual([
      { id: 'gpt-4o', ownedBy: 'system', shutdownDate: '2027-01-14', tuned: false },
      { id: 'ft:gpt-4o:org::x', ownedBy: 'org-1', shutdownDate: null, tuned: true },
      { id: 'mine', ownedBy: 'user-abc', shutdownDate: null, tuned: true },
      { id: 'child', ownedBy: 'library', shutdownDate: null, tuned: true },
    ]);
  });
});

describe('a key of another host', () => {
  it('that stands in what is asked is sent to no host but its own', async () => {
    const server = await listening();
    const other = 'sk-of-another-"0123456789';
    const providers = createProviders({
      profiles: () => [profileOf({ baseUrl: server.url })],
      keyOf: () => KEY,
      keysInUse: () => [KEY, other],
      engine: { ensure: () => Promise.reject(new Error('no engine in this test')) },
    });
    const { chat } = await providers.connect('there');
    const content = `Is “${other}, ${KEY}” a good answer? ${other}`;
    const said = await chat.complete({ model: 'm', messages: [{ role: 'user', content }] }, {});
    expect(server.heard[0]?.json()).toMatchObject({ messages: [{ content: `Is “…, ${KEY}” a good answer? …` }] });
    expect(said.maskedKeys).toBe(2);
    const again = await chat.complete(ask, { onDelta: () => undefined });
    expect(again.maskedKeys).toBeUndefined();
  });
});
