import type { Socket } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { HttpCall } from '../../../src/services/http/call.ts';
import { BodyFault, RedirectFault, SilenceFault } from '../../../src/services/http/faults.ts';
import { createTransport, type TransportParts } from '../../../src/services/http/transport.ts';
import { chunk, head, type RawServer, rawServer } from './raw-server.ts';

const open: RawServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function serving(answer: (socket: Socket, nth: number) => void): Promise<RawServer> {
  const server = await rawServer(answer);
  open.push(server);
  return server;
}

const call = (url: string, more: Partial<HttpCall> = {}): HttpCall => ({
  method: 'POST',
  url,
  headers: { authorization: 'Bearer sk-secret', 'content-type': 'application/json' },
  body: Buffer.from('{"a":1}'),
  mostBytes: 1_000_000,
  redirects: 'own',
  ...more,
});

const whole = (url: string, more: Partial<HttpCall> = {}, parts: TransportParts = {}) =>
  createTransport(parts).whole(call(url, more));

const JSON_TEXT = '{"choices":[{"message":{"content":"a } in a text, and \\" too"}}]}';
const length = (bytes: number): string => `content-length: ${bytes}`;

const KEPT: Readonly<Record<string, (socket: Socket) => void>> = {
  'with stray bytes behind the body': (socket) =>
    socket.write(`${head(length(JSON_TEXT.length))}${JSON_TEXT}\r\nstray bytes\r\n`),
  'with stray bytes in the body': (socket) => socket.write(`${head(length(JSON_TEXT.length + 6))}${JSON_TEXT}\0stray`),
  'in chunks without the last one, closed': (socket) =>
    socket.end(`${head('transfer-encoding: chunked')}${chunk(JSON_TEXT)}`),
  'in chunks without the last one, left open': (socket) =>
    socket.write(`${head('transfer-encoding: chunked')}${chunk(JSON_TEXT)}`),
  'in chunks with stray bytes for the last one': (socket) =>
    socket.write(`${head('transfer-encoding: chunked')}${chunk(JSON_TEXT)}zz\r\n`),
  'in chunks, stray bytes later': (socket) => {
    socket.write(`${head('transfer-encoding: chunked')}${chunk(JSON_TEXT)}`, () => socket.write('zz\r\n'));
  },
  'reset after the body': (socket) => {
    socket.write(`${head()}${JSON_TEXT}`, () => socket.resetAndDestroy());
  },
  'of fewer bytes than it says': (socket) => socket.end(`${head(length(JSON_TEXT.length + 50))}${JSON_TEXT}`),
  'of fewer bytes than it says, left open': (socket) =>
    socket.write(`${head(length(JSON_TEXT.length + 50))}${JSON_TEXT}`),
};

describe('an answer of which the JSON is complete is kept', () => {
  it.each(Object.entries(KEPT))('%s', async (_name, answer) => {
    const { url } = await serving(answer);
    const { text } = await whole(url, { limits: { betweenMs: 200 } });
    expect(text.startsWith(JSON_TEXT)).toBe(true);
  });
});

describe('an answer that is cut is a fault with the code of what cut it', () => {
  const CUT = JSON_TEXT.slice(0, -4);
  it('closed', async () => {
    const { url } = await serving((socket) => socket.end(`${head('transfer-encoding: chunked')}${chunk(CUT)}`));
    await expect(whole(url)).rejects.toMatchObject({ code: 'ECONNRESET' });
  });
  it('no HTTP', async () => {
    const { url } = await serving((socket) => socket.write(`${head('transfer-encoding: chunked')}${chunk(CUT)}zz\r\n`));
    await expect(whole(url)).rejects.toMatchObject({ code: expect.stringMatching(/^HPE_/) });
  });
});

it('calls by turns to several servers go each where they are to, with their own paths', async () => {
  const answering = () => serving((socket) => socket.write(`${head(length(1))}1`));
  const [one, other] = [await answering(), await answering()];
  const transport = createTransport();
  for (const url of [one.url, other.url, `${one.url}/a?b=c%20d`, one.url]) await transport.whole(call(url));
  const asked = ({ heard, place }: RawServer) =>
    heard.map((text) => [/^POST (\S+)/.exec(text)?.[1], text.includes(`\r\nHost: ${place}\r\n`)]);
  expect(asked(one)).toEqual([
    ['/v1', true],
    ['/v1/a?b=c%20d', true],
    ['/v1', true],
  ]);
  expect(asked(other)).toEqual([['/v1', true]]);
});

it('a server that sends stray bytes late breaks one more call at the most: its connections are kept no longer', async () => {
  const body = '{"ok":true}';
  const sockets: Socket[] = [];
  const { url, heard } = await serving((socket) => {
    sockets.push(socket);
    socket.write(`${head(length(body.length))}${body}`);
  });
  const transport = createTransport();
  await transport.whole(call(url));
  await new Promise((resolve) => sockets[0]?.write('stray bytes\r\n', resolve));
  await expect(transport.whole(call(url))).rejects.toMatchObject({ code: 'HPE_INVALID_CONSTANT' });
  for (let more = 0; more < 2; more += 1) {
    await expect(transport.whole(call(url))).resolves.toMatchObject({ text: body });
    expect(heard.at(-1)).toContain('connection: close');
  }
});

const PACKED: Readonly<Record<string, (text: string) => Buffer>> = {
  gzip: gzipSync,
  deflate: deflateSync,
  'deflate ': deflateRawSync,
  br: brotliCompressSync,
  zstd: zstdCompressSync,
};

describe('packed answers are read', () => {
  it.each(Object.entries(PACKED))('%s', async (name, pack) => {
    const bytes = pack(`\uFEFF${JSON_TEXT}`);
    const { url } = await serving((socket) => {
      socket.write(head(length(bytes.length), `content-encoding: ${name.trim()}`));
      socket.write(bytes);
    });
    expect((await whole(url)).text).toBe(JSON_TEXT);
  });

  it('also without their end', async () => {
    const bytes = gzipSync(JSON_TEXT);
    const { url } = await serving((socket) => {
      socket.write(head(length(bytes.length), 'content-encoding: gzip'));
      socket.end(bytes.subarray(0, -8));
    });
    expect((await whole(url)).text).toBe(JSON_TEXT);
  });

  it('but for a packing nobody knows', async () => {
    const { url, place } = await serving((socket) => socket.write(`${head(length(2), 'content-encoding: own')}{}`));
    await expect(whole(url)).rejects.toThrow(`${place} sent an answer packed as own, which cannot be unpacked here.`);
  });
});

async function readAll(pieces: AsyncIterable<Buffer>): Promise<number> {
  let bytes = 0;
  for await (const piece of pieces) bytes += piece.byteLength;
  return bytes;
}

const rssMegabytes = (): number => process.memoryUsage().rss / 1e6;

describe('bodies have limits', () => {
  it('a gzip bomb ends as a message, and memory stays flat', async () => {
    const bomb = gzipSync(Buffer.alloc(200_000_000));
    const before = rssMegabytes();
    const { url, place } = await serving((socket) => {
      socket.write(head(length(bomb.length), 'content-encoding: gzip'));
      socket.write(bomb);
    });
    const asked = whole(url);
    await expect(asked).rejects.toThrow(BodyFault);
    await expect(asked).rejects.toThrow(`${place} sent an answer of more than 1 MB once unpacked`);
    expect(rssMegabytes() - before).toBeLessThan(100);
  });

  it('a body without end is given up, whole and streamed', async () => {
    const piece = 'x'.repeat(65_536);
    const endless = (socket: Socket): void => {
      socket.write(head());
      const more = (): void => {
        while (!socket.destroyed && socket.write(piece));
      };
      socket.on('drain', more);
      more();
    };
    const { url } = await serving(endless);
    const before = rssMegabytes();
    await expect(whole(url)).rejects.toThrow('more than 1 MB');
    const { pieces } = await createTransport().stream(call(url));
    await expect(readAll(pieces)).rejects.toThrow('more than 1 MB');
    expect(rssMegabytes() - before).toBeLessThan(100);
  });
});

describe('a silent server', () => {
  const limits = { firstMs: 60, betweenMs: 60, wholeMs: 5000 };

  it('is given up before its first byte, by name', async () => {
    const { url, place } = await serving(() => undefined);
    const asked = whole(url, {}, { limits: () => limits });
    await expect(asked).rejects.toThrow(SilenceFault);
    await expect(asked).rejects.toThrow(
      `${place} sent nothing for 0.1 s, the limit for a first byte (--timeout-first).`,
    );
  });

  it('is given up between two bytes', async () => {
    const { url } = await serving((socket) => socket.write(`${head(length(99))}{`));
    await expect(whole(url, {}, { limits: () => limits })).rejects.toMatchObject({ limit: 'between' });
  });

  it('has the time of the whole call for the first byte of an answer that comes whole', async () => {
    const { url } = await serving(() => undefined);
    const asked = whole(url, { slowFirst: true }, { limits: () => ({ ...limits, wholeMs: 150 }) });
    await expect(asked).rejects.toMatchObject({ limit: 'whole' });
  });

  it('that drips is given up by the limit of the whole call', async () => {
    const { url } = await serving((socket) => {
      socket.write(head(length(10_000)));
      const timer = setInterval(() => socket.write('x'), 20);
      socket.on('close', () => clearInterval(timer));
    });
    const asked = whole(url, {}, { limits: () => ({ firstMs: 4000, betweenMs: 4000, wholeMs: 300 }) });
    await expect(asked).rejects.toMatchObject({ limit: 'whole' });
  });

  it('is waited for while a body is sent, as long as that goes on', async () => {
    const { url } = await serving((socket) => socket.write(`${head(length(2))}{}`));
    async function* slow(): AsyncGenerator<Buffer> {
      for (let sent = 0; sent < 8; sent += 1) {
        await new Promise((resolve) => setTimeout(resolve, 25));
        yield Buffer.from('piece');
      }
    }
    const asked = whole(url, { body: slow() }, { limits: () => ({ firstMs: 1000, betweenMs: 1000, wholeMs: 100 }) });
    await expect(asked).rejects.toMatchObject({ limit: 'whole' });
    const patient = whole(url, { body: slow() }, { limits: () => ({ firstMs: 150, betweenMs: 150, wholeMs: 2000 }) });
    await expect(patient).resolves.toMatchObject({ status: 200 });
  });

  it('that reads nothing of a body is given up', async () => {
    async function* endless(): AsyncGenerator<Buffer> {
      for (;;) yield Buffer.alloc(1_000_000);
    }
    const deaf = await rawServer(() => undefined, 'deaf');
    open.push(deaf);
    const asked = whole(deaf.url, { body: endless() }, { limits: () => limits });
    await expect(asked).rejects.toThrow(SilenceFault);
  });
});

describe('redirects', () => {
  const redirect = (status: number, to: string) => (socket: Socket) =>
    void socket.write(`HTTP/1.1 ${status} Elsewhere\r\nlocation: ${to}\r\ncontent-length: 0\r\n\r\n`);

  it.each([301, 302, 303, 307, 308])(
    '%s to another server takes neither prompt nor key there, and is named',
    async (status) => {
      const other = await serving((socket) => socket.write(`${head(length(2))}{}`));
      for (const method of ['POST', 'GET']) {
        const here = await serving(redirect(status, `${other.url}/x?token=secret`));
        const asked = whole(here.url, method === 'GET' ? { method, body: undefined } : {});
        await expect(asked).rejects.toThrow(RedirectFault);
        await expect(asked).rejects.toThrow(`${here.place} sends this call on to ${other.url}/x (${status})`);
      }
      expect(other.heard).toEqual([]);
    },
  );

  it('within one server are followed for what is only read, and where the same may be sent again', async () => {
    const here = await serving((socket, nth) =>
      nth % 2 === 1 ? redirect(308, '/v1/there')(socket) : socket.write(`${head(length(2))}{}`),
    );
    await expect(whole(here.url, { method: 'GET', body: undefined })).resolves.toMatchObject({ text: '{}' });
    await expect(whole(here.url)).resolves.toMatchObject({ text: '{}' });
    expect(here.heard[3]).toContain('{"a":1}');
    expect(here.heard[3]).toContain('sk-secret');
  });

  it('that turn a POST into something else are not followed', async () => {
    const here = await serving(redirect(303, '/v1/there'));
    await expect(whole(here.url)).rejects.toThrow(RedirectFault);
    expect(here.heard.length).toBe(1);
  });

  it('without end end', async () => {
    const here = await serving(redirect(302, '/v1/there'));
    await expect(whole(here.url, { method: 'GET', body: undefined })).rejects.toThrow('without end');
  });

  it('to data that lie elsewhere leave the key behind', async () => {
    const other = await serving((socket) => socket.write(`${head(length(2))}{}`));
    const here = await serving(redirect(302, `${other.url}/data`));
    const answer = await whole(here.url, { method: 'GET', body: undefined, redirects: 'anywhere' });
    expect(answer.text).toBe('{}');
    expect(other.heard[0]).not.toContain('sk-secret');
    expect(here.heard[0]).toContain('sk-secret');
  });

  it('that are the answer are given', async () => {
    const here = await serving(redirect(302, '/v1/there'));
    await expect(whole(here.url, { redirects: 'none' })).resolves.toMatchObject({ status: 302 });
  });
});
