import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { CallLimits } from '../../../src/domain/provider/call-limits.ts';
import { ProviderError } from '../../../src/domain/provider/provider.ts';
import { createProvider } from '../../../src/services/openai/connect.ts';
import { chunk, head, type RawServer, rawServer } from '../http/raw-server.ts';
import { completion, KEY, profileOf } from './servers.ts';

const open: RawServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function facing(answer: (socket: Socket, nth: number) => void, limits: Partial<CallLimits> = {}) {
  const server = await rawServer(answer);
  open.push(server);
  const all = { firstMs: 80, betweenMs: 80, wholeMs: 400, ...limits };
  const setup = { profile: profileOf({ baseUrl: server.url }), baseUrl: server.url, apiKey: KEY };
  const uploads = { pollMs: 0, sleep: () => Promise.resolve() };
  return { server, provider: await createProvider(setup, uploads, undefined, { limits: () => all }) };
}

async function caught(asked: Promise<unknown>): Promise<ProviderError> {
  const error = await asked.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof ProviderError) return error;
  throw new Error(`no ProviderError but ${String(error)}`);
}

const hello = { model: 'm', messages: [{ role: 'user', content: 'hello' } as const] };
const ANSWER = JSON.stringify(completion('hi'));
const SSE_HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n';
const event = (content: string, finish: string | null = null): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason: finish }] })}\n\n`;
const streamed = { onDelta: () => undefined };

describe('an answer that was paid for is kept', () => {
  it.each([
    ['with stray bytes', `${head(`content-length: ${ANSWER.length}`)}${ANSWER}stray`],
    ['in chunks with no last one', `${head('transfer-encoding: chunked')}${chunk(ANSWER)}`],
    ['with a byte order mark', `${head()}\u00EF\u00BB\u00BF${ANSWER}`],
    ['with more behind its JSON', `${head()}${ANSWER}\n{"more": true}`],
    ['shorter than it says', `${head('content-length: 99999')}${ANSWER}`],
  ])('%s', async (_name, bytes) => {
    const { provider } = await facing((socket) => socket.end(bytes, 'latin1'));
    expect((await provider.chat.complete(hello)).text).toBe('hi');
    expect((await provider.chat.complete(hello, streamed)).text).toBe('hi');
  });

  it('as a stream that is reset after the reason of its end', async () => {
    const { provider } = await facing((socket) => {
      socket.write(`${SSE_HEAD}${event('hi')}${event('', 'stop')}`, () => socket.resetAndDestroy());
    });
    expect((await provider.chat.complete(hello, streamed)).text).toBe('hi');
  });

  it('as a stream whose end is followed by what is no HTTP', async () => {
    const { provider } = await facing((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n`);
      socket.write(`${chunk(`${event('hi')}data: [DONE]\n\n`)}stray\r\n`);
    });
    expect((await provider.chat.complete(hello, streamed)).text).toBe('hi');
  });
});

describe('an answer that is cut may be billed', () => {
  it.each([
    ['whole', `${head('content-length: 99999')}${ANSWER.slice(0, -9)}`, {}],
    ['a stream', `${SSE_HEAD}${event('hi')}`, streamed],
    ['a stream in the middle of an event', `${SSE_HEAD}${event('hi')}data: {"choices"`, streamed],
    ['no HTTP', `${head('transfer-encoding: chunked')}${chunk('{"a":')}zz\r\n`, {}],
  ])('%s', async (_name, bytes, options) => {
    const { provider } = await facing((socket) => socket.end(bytes));
    expect(await caught(provider.chat.complete(hello, options))).toMatchObject({ kind: 'network', mayBeBilled: true });
  });
});

describe('a server that is silent is given up, by name', () => {
  it('in a chat, which may be billed', async () => {
    const { provider, server } = await facing(() => undefined);
    const error = await caught(provider.chat.complete(hello));
    expect(error).toMatchObject({ kind: 'timeout', mayBeBilled: true });
    expect(error.message).toBe(`${server.place} needed more than 0.4 s, the limit for a call (--timeout).`);
  });

  it('before the first byte of a stream', async () => {
    const { provider } = await facing(() => undefined);
    expect((await caught(provider.chat.complete(hello, streamed))).message).toContain('(--timeout-first)');
  });

  it('that only pings, in whichever way', async () => {
    for (const ping of [': ping\n\n', 'event: ping\ndata: {"type":"ping"}\n\n', 'data:\n\n', event('')]) {
      const { provider } = await facing((socket) => {
        socket.write(`${SSE_HEAD}${event('hi')}`);
        const timer = setInterval(() => socket.write(ping), 10);
        socket.on('close', () => clearInterval(timer));
      });
      const error = await caught(provider.chat.complete(hello, streamed));
      expect(error.message).toContain('(--timeout-between)');
      expect(error.mayBeBilled).toBe(true);
    }
  });

  it('but not while a stream goes on', async () => {
    const { provider } = await facing(
      (socket) => {
        socket.write(SSE_HEAD);
        let said = 0;
        const timer = setInterval(() => {
          said += 1;
          socket.write(said < 8 ? event('x') : `${event('', 'stop')}data: [DONE]\n\n`);
        }, 25);
        socket.on('close', () => clearInterval(timer));
      },
      { betweenMs: 150, wholeMs: 10_000 },
    );
    expect((await provider.chat.complete(hello, streamed)).text).toBe('xxxxxxx');
  });

  it('in lists, files, models and jobs', async () => {
    const { provider } = await facing(() => undefined);
    const source = { filename: 'a.jsonl', purpose: 'fine-tune', bytes: 2, body: () => pieces() } as const;
    for (const asked of [
      () => provider.models.list(),
      () => provider.files.list(),
      () => provider.files.content('file-1'),
      () => provider.files.upload(source, {}),
      () => provider.jobs.list(),
      () => provider.jobs.retrieve('job-1'),
    ])
      expect(await caught(asked())).toMatchObject({
        kind: 'timeout',
        message: expect.stringContaining('sent nothing for'),
      });
  });
});

async function* pieces(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('{}');
}

it('a gzip bomb is told by name and limit, and is asked for once', async () => {
  const bomb = gzipSync(Buffer.alloc(100_000_000, ' '));
  const { provider, server } = await facing(
    (socket) => {
      socket.write(head(`content-length: ${bomb.length}`, 'content-encoding: gzip'));
      socket.write(bomb);
    },
    { wholeMs: 10_000 },
  );
  const chat = await caught(provider.chat.complete(hello));
  expect(chat).toMatchObject({ retryable: false, mayBeBilled: true });
  expect(chat.message).toContain(`${server.place} sent an answer of more than 16 MB once unpacked`);
  expect((await caught(provider.models.list())).message).toContain('64 MB');
  // Of white space alone, it does not begin; it is looked at once all the same.
  expect((await caught(provider.chat.complete(hello, streamed))).message).toContain('64 MB');
});

it('a redirect elsewhere takes no prompt, organisation or key along, and is named', async () => {
  const other = await rawServer((socket) => socket.end(`${head()}{"data":[]}`));
  open.push(other);
  const { provider, server } = await facing((socket) =>
    socket.write(`HTTP/1.1 307 There\r\nlocation: ${other.url}/chat\r\ncontent-length: 0\r\n\r\n`),
  );
  for (const asked of [
    () => provider.chat.complete(hello),
    () => provider.chat.complete(hello, streamed),
    () => provider.models.list(),
    () => provider.jobs.list(),
  ]) {
    const error = await caught(asked());
    expect(error).toMatchObject({ kind: 'invalid-request', mayBeBilled: false, retryable: false });
    expect(error.message).toContain(`${server.place} sends this call on to ${other.url}/chat (307)`);
  }
  expect(other.heard).toEqual([]);
});

describe('what is no list is an error with its first words', () => {
  it.each([
    ['a page', '<html><title>Welcome</title></html>', 'Welcome'],
    ['null', 'null', '“null”'],
    ['nothing', '', 'nothing at all'],
    ['another object', '{"status":"fine"}', '“{"status":"fine"}”'],
    ['items nobody can read', '{"data":[3,"x"]}', '“{"data":[3,"x"]}”'],
    ['words', 'It works!', '“It works!”'],
  ])('%s', async (_name, body, words) => {
    for (const type of ['application/json', 'text/plain']) {
      const { provider } = await facing((socket) =>
        socket.end(`HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\nconnection: close\r\n\r\n${body}`),
      );
      for (const list of [provider.models.list, provider.files.list, provider.jobs.list])
        expect((await caught(list())).message).toContain(words);
    }
  });

  it('but an empty list is one, however it is written', async () => {
    for (const body of ['{"object":"list","data":null}', '[]', '{"data":[]}', '{"models":[]}']) {
      const { provider } = await facing((socket) => socket.end(`${head()}${body}`));
      expect(await provider.models.list()).toEqual([]);
    }
  });
});

describe('figures of usage that cannot be true', () => {
  it.each([
    ['negative', '{"prompt_tokens":-5,"completion_tokens":3}', 'prompt_tokens -5'],
    ['enormous', '{"prompt_tokens":1e300,"completion_tokens":3}', 'prompt_tokens 1e+300'],
    ['text', '{"prompt_tokens":9,"completion_tokens":"many"}', 'completion_tokens "many"'],
    ['parts', '{"prompt_tokens":9.5,"completion_tokens":3}', 'prompt_tokens 9.5'],
    ['too large to be a number', '{"prompt_tokens":9,"completion_tokens":1e999}', 'completion_tokens null'],
  ])('%s: are told, and not counted', async (_name, usage, told) => {
    const whole = `{"choices":[{"message":{"content":"hi"},"finish_reason":"stop"}],"usage":${usage}}`;
    const { provider } = await facing((socket, nth) =>
      socket.end(
        nth === 1 ? `${head()}${whole}` : `${SSE_HEAD}data: ${whole.replace('message', 'delta')}\n\ndata: [DONE]\n\n`,
      ),
    );
    for (const options of [{}, streamed])
      expect(await provider.chat.complete(hello, options)).toMatchObject({ usage: null, oddUsage: told });
  });

  it('that are left out are no such figures', async () => {
    const { provider } = await facing((socket) => socket.end(`${head()}{"choices":[{"message":{"content":"hi"}}]}`));
    expect((await provider.chat.complete(hello)).oddUsage).toBeUndefined();
  });
});
