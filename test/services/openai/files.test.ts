import { randomBytes } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createProvider } from '../../../src/services/openai/connect.ts';
import {
  bytesOf,
  KEY,
  profileOf,
  providerAt,
  type ReceivedRequest,
  sendJson,
  startServer,
  type TestServer,
} from './servers.ts';

let server: TestServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

async function serving(answer: (request: ReceivedRequest, response: ServerResponse) => void) {
  const started = await startServer(answer);
  server = started;
  return { heard: started.heard, ...(await providerAt(started.url)) };
}

const fileObject = (change: Record<string, unknown> = {}) => ({
  id: 'file-1',
  object: 'file',
  bytes: 5,
  created_at: 1_760_000_000,
  filename: 'train.jsonl',
  purpose: 'fine-tune',
  status: 'processed',
  ...change,
});

const source = (text: string, filename = 'train.jsonl') => ({
  filename,
  purpose: 'fine-tune' as const,
  bytes: Buffer.byteLength(text),
  body: () => bytesOf(text),
});

describe('a file of before', () => {
  const standing = async (answer: (look: number, response: ServerResponse) => void) => {
    let looks = 0;
    const { files } = await serving((_request, response) => {
      looks += 1;
      answer(looks, response);
    });
    const found = await files.standing('file-1');
    return { found, looks };
  };

  it('is there, once the server has looked at it', async () => {
    const busy = await standing((look, response) =>
      sendJson(response, fileObject({ status: look < 3 ? 'processing' : 'processed' })),
    );
    expect(busy).toEqual({ found: 'there', looks: 3 });
  });

  it.each([
    [404, { error: { message: 'No such File object: file-1', code: null } }, 'gone'],
    [200, fileObject({ status: 'error', status_details: 'bad' }), 'gone'],
    [200, fileObject({ status: 'deleted' }), 'gone'],
    [404, { detail: 'Not Found' }, 'unknown'],
    [405, { detail: 'Method Not Allowed' }, 'unknown'],
    [501, { message: 'Not implemented' }, 'unknown'],
  ] as const)('answered with %s %j is %s', async (status, body, expected) => {
    expect((await standing((_look, response) => sendJson(response, body, status))).found).toBe(expected);
  });

  it('is not judged where the server fails', async () => {
    const { files } = await serving((_request, response) => sendJson(response, { message: 'Down' }, 500));
    await expect(files.standing('file-1')).rejects.toMatchObject({ kind: 'server' });
  });
});

describe('uploading', () => {
  it('sends the official multipart form', async () => {
    const { files, heard } = await serving((_request, response) => sendJson(response, fileObject()));
    expect(await files.upload(source('{"a": "猫"}\n', '../we"ird.jsonl'), {})).toEqual({
      id: 'file-1',
      filename: 'train.jsonl',
      bytes: 5,
      purpose: 'fine-tune',
      createdAt: 1_760_000_000,
      status: 'processed',
    });
    const request = heard[0];
    expect(`${request?.method} ${request?.path}`).toBe('POST /v1/files');
    const form = await new Response(new Uint8Array(request?.body ?? []), {
      headers: { 'content-type': request?.headers['content-type'] ?? '' },
    }).formData();
    expect([...form.keys()].toSorted()).toEqual(['file', 'purpose']);
    expect(form.get('purpose')).toBe('fine-tune');
    const sent = form.get('file');
    expect(sent instanceof File && sent.name).toBe('we"ird.jsonl');
    expect(sent instanceof File && (await sent.text())).toBe('{"a": "猫"}\n');
  });

  it('waits until the server has looked at the file', async () => {
    const looks = ['pending', 'running', 'processed'];
    const { files, heard } = await serving((_request, response) =>
      sendJson(response, fileObject({ status: heard.length === 1 ? 'pending' : looks[heard.length - 2] })),
    );
    expect((await files.upload(source('hello'), {})).status).toBe('processed');
    expect(heard.map(({ method }) => method)).toEqual(['POST', 'GET', 'GET', 'GET']);
  });

  it('does not wait for ever for a server that says no more than `uploaded`', async () => {
    const { files } = await serving((_request, response) => sendJson(response, fileObject({ status: 'uploaded' })));
    expect((await files.upload(source('hello'), {})).status).toBe('uploaded');
  });

  it('says why a server cannot use the file', async () => {
    const { files } = await serving((_request, response) =>
      sendJson(response, fileObject({ status: 'error', status_details: 'line 3 is no JSON' })),
    );
    await expect(files.upload(source('hello'), {})).rejects.toMatchObject({
      kind: 'invalid-training-file',
      message: expect.stringContaining('line 3 is no JSON'),
    });
  });

  it('says that the file could not be read, when it could not', async () => {
    const { files } = await serving((_request, response) => sendJson(response, fileObject()));
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(3);
      throw new Error('EIO: disk on fire');
    }
    await expect(files.upload({ ...source('hello'), body: broken }, {})).rejects.toMatchObject({
      kind: 'invalid-request',
      message: expect.stringContaining('disk on fire'),
    });
  });

  it('stops in its middle', async () => {
    const { files } = await serving((_request, response) => sendJson(response, fileObject()));
    const stop = new AbortController();
    const upload = files.upload(source('x'.repeat(10_000)), {
      signal: stop.signal,
      onSent: (bytes) => bytes > 100 && stop.abort(),
    });
    await expect(upload).rejects.toMatchObject({ kind: 'cancelled' });
  });

  it('holds back when the server reads slowly, so that no file is ever whole in memory', async () => {
    const chunk = randomBytes(1024 * 1024);
    let produced = 0;
    let heldBack = 0;
    async function* body(): AsyncGenerator<Uint8Array> {
      for (; produced < 200; produced += 1) yield chunk;
    }
    let received = 0;
    const slow = createServer((request, response) => {
      request.on('data', (part: Buffer) => {
        received += part.length;
        heldBack = Math.max(heldBack, produced * chunk.length - received);
      });
      request.on('end', () => sendJson(response, fileObject({ bytes: received })));
    });
    await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
    const address = slow.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { files } = await providerAt(`http://127.0.0.1:${port}/v1`);
    const sent: number[] = [];
    const file = await files.upload(
      { filename: 'big.jsonl', purpose: 'fine-tune', bytes: 200 * chunk.length, body },
      { onSent: (bytes) => sent.push(bytes) },
    );
    slow.closeAllConnections();
    slow.close();
    expect(file.bytes).toBeGreaterThan(200 * chunk.length);
    expect(sent.at(-1)).toBe(200 * chunk.length);
    expect(heldBack).toBeLessThan(64 * 1024 * 1024);
  });

  it('sends what is too large for one call in parts', async () => {
    const text = Array.from({ length: 25 }, (_, n) => n % 10).join('');
    const started = await startServer((request, response) => {
      if (request.path === '/v1/uploads') return sendJson(response, { id: 'upload_1', status: 'pending' });
      if (request.path.endsWith('/parts')) return sendJson(response, { id: `part_${started.heard.length}` });
      return sendJson(response, { id: 'upload_1', status: 'completed', file: fileObject({ bytes: 25 }) });
    });
    server = started;
    const { files } = await createProvider(
      { profile: profileOf(), baseUrl: started.url, apiKey: KEY },
      { directBytes: 20, partBytes: 10 },
    );
    const sent: number[] = [];
    expect((await files.upload(source(text), { onSent: (bytes) => sent.push(bytes) })).bytes).toBe(25);
    expect(sent.at(-1)).toBe(25);
    const [create, ...rest] = started.heard;
    expect(create?.json()).toEqual({
      filename: 'train.jsonl',
      purpose: 'fine-tune',
      bytes: 25,
      mime_type: 'application/jsonl',
    });
    const parts = rest.slice(0, 3).map(({ body }) => /\r\n\r\n(\d+)\r\n--/.exec(body.toString())?.[1]);
    expect(parts).toEqual([text.slice(0, 10), text.slice(10, 20), text.slice(20)]);
    expect(rest[3]?.path).toBe('/v1/uploads/upload_1/complete');
    expect(rest[3]?.json()).toEqual({ part_ids: ['part_2', 'part_3', 'part_4'] });
  });

  it('takes back an upload in parts that failed', async () => {
    const started = await startServer((request, response) =>
      request.path.endsWith('/parts')
        ? sendJson(response, { error: { message: 'disk full' } }, 500)
        : sendJson(response, { id: 'upload_1' }),
    );
    server = started;
    const { files } = await createProvider(
      { profile: profileOf(), baseUrl: started.url, apiKey: KEY },
      { directBytes: 1, partBytes: 10 },
    );
    await expect(files.upload(source('hello'), {})).rejects.toMatchObject({ kind: 'server', message: 'disk full' });
    expect(started.heard.at(-1)?.path).toBe('/v1/uploads/upload_1/cancel');
  });
});

describe('files there', () => {
  it('are listed from every page, and one without a name breaks nothing', async () => {
    const { files, heard } = await serving((request, response) =>
      request.query.get('after') === null
        ? sendJson(response, {
            data: [fileObject(), { odd: true }, fileObject({ id: 'file-2', status: null })],
            has_more: true,
          })
        : sendJson(response, { data: [{ id: 'file-3', created_at: '2026-11-21T00:00:00Z' }], has_more: false }),
    );
    expect((await files.list()).map(({ id, createdAt }) => [id, createdAt])).toEqual([
      ['file-1', 1_760_000_000],
      ['file-2', 1_760_000_000],
      ['file-3', 1_795_219_200],
    ]);
    expect(heard[1]?.query.get('after')).toBe('file-2');
  });

  it('have no size where the server says none, and one that is written as text', async () => {
    const files = [{ id: 'a' }, { id: 'b', bytes: null }, { id: 'c', bytes: '1200' }, { id: 'd', bytes: 0 }];
    const { files: service } = await serving((_request, response) => sendJson(response, { data: files }));
    expect((await service.list()).map(({ bytes }) => bytes)).toEqual([null, null, 1200, 0]);
  });

  it('give their text, base64 result files decoded', async () => {
    const csv = 'step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy\n1,0.5,0.9,,\n';
    const contents = [csv, Buffer.from(csv).toString('base64'), '{"messages": []}\n'];
    const { files, heard } = await serving((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/octet-stream' });
      response.end(contents[heard.length - 1]);
    });
    expect(await files.content('file-1')).toBe(csv);
    expect(await files.content('file-1')).toBe(csv);
    expect(await files.content('file-1')).toBe('{"messages": []}\n');
  });
});
