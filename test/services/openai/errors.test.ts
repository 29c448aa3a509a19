import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CALL_LIMITS } from '../../../src/domain/provider/call-limits.ts';
import { NO_SUCH_ROUTE, ProviderError, type ProviderErrorKind } from '../../../src/domain/provider/provider.ts';
import { toProviderError } from '../../../src/services/openai/errors.ts';
import { KEY, providerAt, sendJson, startServer, type TestServer } from './servers.ts';

let server: TestServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

const ask = { model: 'm', messages: [{ role: 'user', content: 'hello' } as const] };

/** What every way of calling makes of one answer: whole chat, streamed chat, and the official client's plain call. */
async function failures(answer: (response: ServerResponse) => void): Promise<readonly ProviderError[]> {
  server = await startServer((_request, response) => answer(response));
  const provider = await providerAt(server.url);
  return await Promise.all(
    [
      provider.chat.complete(ask, {}),
      provider.chat.complete(ask, { onDelta: () => undefined }),
      provider.jobs.retrieve('ftjob-1'),
    ].map(caught),
  );
}

async function caught(call: Promise<unknown>): Promise<ProviderError> {
  const error: unknown = await call.then(
    () => new Error('it did not fail'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof ProviderError) return error;
  throw error;
}

/** An address where a server was a moment ago. */
async function nobodysPlace(): Promise<string> {
  const brief = await startServer(() => undefined);
  await brief.close();
  return new URL(brief.url).host;
}

const body = (code: string | null, message: string, type = 'invalid_request_error', param: string | null = null) => ({
  error: { message, type, param, code },
});

const REFUSALS: readonly (readonly [number, unknown, ProviderErrorKind])[] = [
  [401, body('invalid_api_key', `Incorrect API key provided: ${KEY}.`), 'auth'],
  [403, body('training_not_available', 'Fine-tuning is no longer available to you.'), 'training-not-available'],
  [403, body(null, 'Your project may not do this.'), 'forbidden'],
  [403, body('content_filter', 'Prohibited.'), 'moderation'],
  [404, body('model_not_found', 'No such model'), 'not-found'],
  [429, body('rate_limit_exceeded', 'Slow down', 'requests'), 'rate-limit'],
  [429, body('insufficient_quota', 'You exceeded your current quota', 'insufficient_quota'), 'quota'],
  [402, body(null, 'Pay first'), 'quota'],
  [400, body('content_policy_violation', 'No.'), 'moderation'],
  [400, body(null, 'This training file was flagged by our moderation system.'), 'moderation'],
  [400, body('invalid_training_file', 'Example 100, message 2: role missing'), 'invalid-training-file'],
  [400, body('invalid_n_examples', 'Training file has 7 example(s)'), 'invalid-training-file'],
  [400, body(null, 'temperature is too high', 'invalid_request_error', 'temperature'), 'invalid-request'],
  [408, body(null, 'Too slow'), 'timeout'],
  [422, { detail: 'field required' }, 'invalid-request'],
  [500, body('server_error', 'Oops', 'server_error'), 'server'],
  [503, { error: 'model is loading' }, 'server'],
];

describe('what a server refuses', () => {
  it.each(REFUSALS)('%d %j is %s, however it was asked', async (status, answer, kind) => {
    for (const error of await failures((response) => sendJson(response, answer, status))) {
      expect(error.kind).toBe(kind);
      expect(error.detail.status).toBe(status);
      expect(error.message).not.toBe('');
    }
  });

  it('keeps code, param, request id, and how long to wait', async () => {
    const answer = body('rate_limit_exceeded', 'Slow down', 'tokens', 'messages');
    for (const error of await failures((response) =>
      sendJson(response, answer, 429, { 'retry-after': '7', 'x-request-id': 'req_1' }),
    )) {
      expect(error.detail).toEqual({
        status: 429,
        code: 'rate_limit_exceeded',
        param: 'messages',
        retryAfterMs: 7000,
        requestId: 'req_1',
      });
    }
  });

  it('does not repeat a page of HTML, and names the base URL', async () => {
    for (const error of await failures((response) => {
      response.writeHead(404, { 'content-type': 'text/html' });
      response.end('<html><body>nginx</body></html>');
    })) {
      expect(error.kind).toBe('not-found');
      expect(error.message).toContain('/v1');
      expect(error.message).not.toContain('<');
      expect(error.detail.code).toBe(NO_SUCH_ROUTE);
    }
  });

  it.each([
    [404, { detail: 'Not Found' }, NO_SUCH_ROUTE],
    [405, { detail: 'Method Not Allowed' }, NO_SUCH_ROUTE],
    [404, '', NO_SUCH_ROUTE],
    [404, { error: { code: 404, message: 'File Not Found', type: 'not_found_error' } }, NO_SUCH_ROUTE],
    [404, 'The requested URL was not found on the server.', NO_SUCH_ROUTE],
    [404, { error: 'Unexpected endpoint or method. (GET /files)' }, NO_SUCH_ROUTE],
    [404, { error: { message: 'File not found', code: null } }, null],
    [404, { error: { message: 'No such model: m', code: 'model_not_found' } }, 'model_not_found'],
  ])('tells a call that is not there from a thing that is not there: %s %j', async (status, said, code) => {
    for (const error of await failures((response) => sendJson(response, said, status)))
      expect(error.detail.code).toBe(code);
  });

  it('cuts endless words and takes out terminal sequences', async () => {
    const answer = body(null, `\u001b]0;owned\u0007${'no '.repeat(4000)}`);
    for (const error of await failures((response) => sendJson(response, answer, 400))) {
      expect(error.message.length).toBeLessThan(700);
      expect(error.message).not.toContain('\u001b');
      expect(error.message).not.toContain('owned');
    }
  });

  it('does not take a page for an answer, nor buy it again', async () => {
    for (const error of await failures((response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{"hello": "world"}');
    })) {
      if (error.kind === 'network') continue;
      expect(error).toMatchObject({ kind: 'invalid-request', retryable: false });
    }
  });
});

describe('the words of a server', () => {
  const extra = { type: 'extra_forbidden', loc: ['body', 'stream_options'], msg: 'Extra inputs are not permitted' };

  it.each([
    [422, { detail: [extra] }, 'stream_options: Extra inputs are not permitted'],
    [
      422,
      { object: 'error', message: { detail: [extra] }, param: null },
      'stream_options: Extra inputs are not permitted',
    ],
    [400, [{ error: { code: 400, message: 'API key not valid', status: 'INVALID_ARGUMENT' } }], 'API key not valid'],
    [400, { message: 'plainly wrong' }, 'plainly wrong'],
    [400, { error: { message: { error: { message: 'deep' } } } }, 'deep'],
    [400, { errors: ['one', { message: 'two' }] }, 'one; two'],
    [502, { error: { message: 'Provider returned error', metadata: { raw: 'out of memory' } } }, 'out of memory'],
    [400, { odd_thing: 7 }, '{"odd_thing":7}'],
    [403, { Message: 'not authorized to perform' }, 'not authorized to perform'],
    [400, { Error: { Message: 'Malformed input', Code: 'ValidationException' } }, 'Malformed input'],
    [424, { Message: 'from primary', OriginalMessage: '{"error":"bad things"}' }, 'bad things'],
    [500, { fault: { faultstring: 'quota violation', detail: { errorcode: 'x' } } }, 'quota violation'],
    [500, { exception: 'ValueError: nope' }, 'ValueError: nope'],
    [400, { non_field_errors: ['Unable to log in.'] }, 'Unable to log in.'],
    [400, { message: '{"error": {"message": "inner words"}}' }, 'inner words'],
    [400, 'just a text', 'just a text'],
  ])('of %d %j reach the person', async (status, answer, words) => {
    for (const error of await failures((response) => sendJson(response, answer, status)))
      expect(error.message).toContain(words);
  });

  it('are shown alone where they come as JSON or XML inside a text', async () => {
    const xml = '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Access denied</Message></Error>';
    for (const error of await failures((response) => {
      response.writeHead(403, { 'content-type': 'application/xml' });
      response.end(xml);
    }))
      expect(error).toMatchObject({ kind: 'forbidden', message: 'Access denied', detail: { code: 'AccessDenied' } });
    await server?.close();
    const raw = {
      error: { message: 'Provider returned error', metadata: { raw: '{"error":{"message":"exploded"}}' } },
    };
    for (const error of await failures((response) => sendJson(response, raw, 502)))
      expect(error.message).toBe('Provider returned error: exploded');
  });

  it('are shown where they come as plain text', async () => {
    for (const error of await failures((response) => {
      response.writeHead(500, { 'content-type': 'text/plain' });
      response.end('upstream connect error');
    }))
      expect(error).toMatchObject({ kind: 'server', message: 'upstream connect error' });
  });

  it('are missing only where the body is empty', async () => {
    for (const error of await failures((response) => sendJson(response, {}, 400)))
      expect(error.message).toContain('did not say why');
  });

  it.each([
    [{ error: { message: 'overloaded', code: 429 } }, 'rate-limit'],
    [{ error: { message: 'overloaded', type: 'rate_limit_error' } }, 'rate-limit'],
    [{ error: { message: 'bad', code: 400 } }, 'invalid-request'],
    [{ error: { message: 'bad', type: 'invalid_request_error' } }, 'invalid-request'],
    [{ error: { message: 'who', code: '401' } }, 'auth'],
    [{ error: 'it broke' }, 'server'],
    [[{ error: { message: 'it broke' } }], 'server'],
    [{ object: 'error', message: 'it broke', code: 503 }, 'server'],
  ])('inside a 200, %j, are a failure of kind %s', async (answer, kind) => {
    for (const error of await failures((response) => sendJson(response, answer))) {
      expect(error.kind).toBe(kind);
      expect(error.message).toMatch(/overloaded|bad|who|it broke/);
    }
  });

  it.each([
    [{ detail: 'Not authenticated' }],
    [{ success: false, message: 'Token expired' }],
    [{ ok: false, reason: 'Token expired' }],
    [{ code: 40001, msg: 'Token expired', data: null }],
    [{ error_code: 110, error_msg: 'Token expired' }],
    [{ base_resp: { status_code: 1004, status_msg: 'Token expired' }, choices: null }],
    [{ detail: [{ loc: ['body'], msg: 'wrong' }] }],
  ])('in the place of an answer, %j, are a failure that no other try mends', async (answer) => {
    for (const error of await failures((response) => sendJson(response, answer))) {
      expect(error).toMatchObject({ kind: 'invalid-request', retryable: false, mayBeBilled: false });
      expect(error.message).toMatch(/Not authenticated|Token expired|wrong/);
    }
  });

  it('are no failure where a thing is deleted', async () => {
    server = await startServer((_request, response) => sendJson(response, { message: 'File deleted' }));
    await (await providerAt(server.url)).files.remove('file-1');
  });

  it.each([
    ['data: {"detail": "bad thing"}\n\n', 'bad thing'],
    ['event: error\ndata: {"message": "overloaded"}\n\n', 'overloaded'],
    ['data: Internal failure\n\n', 'Internal failure'],
    ['data: {"choices": [\n\n', 'not of the OpenAI API'],
  ])('in a stream, %j, reach the person, and nothing is printed', async (sent, words) => {
    const printed = vi.spyOn(console, 'error').mockReturnValue(undefined);
    server = await startServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(sent);
    });
    const { chat } = await providerAt(server.url);
    const call = chat.complete(
      { model: 'm', messages: [{ role: 'user', content: 'hi' }] },
      { onDelta: () => undefined },
    );
    expect((await caught(call)).message).toContain(words);
    expect(printed).not.toHaveBeenCalled();
    printed.mockRestore();
  });

  it('are named a web page where they are one, under any status', async () => {
    for (const status of [200, 403, 502]) {
      for (const error of await failures((response) => {
        response.writeHead(status, { 'content-type': 'text/html' });
        response.end('<!doctype html><html><head><title>Sign in</title></head><body>hello</body></html>');
      })) {
        expect(error.message).toMatch(/web page \(“Sign in”\), not with an API/);
        expect(error.retryable).toBe(status === 502);
        expect(error.message.includes('base URL')).toBe(status !== 502);
      }
      await server?.close();
    }
  });

  it.each([
    ['The upstream model is overloaded, try again in 5 s', 5000],
    ['Please try again in 120ms.', 120],
    ['Please retry after 2 minutes', 120_000],
    ['Please try again in 1m30.5s. Visit the limits page.', 90_500],
    ['Please try again in 1 hour, 2 minutes', 3_720_000],
    ['Please try again in 3 steps', null],
    ['Please try again later', null],
  ])('name how long to wait: %s', async (message, retryAfterMs) => {
    for (const error of await failures((response) => sendJson(response, { error: { message, code: 429 } })))
      expect(error.detail.retryAfterMs).toBe(retryAfterMs);
  });

  it('are a failure beside an empty list of choices, and none in a job that failed', async () => {
    const error = { message: 'it broke', code: 503 };
    server = await startServer((request, response) =>
      sendJson(
        response,
        request.method === 'POST' ? { id: 'c', choices: [], error } : { id: 'j', status: 'failed', error },
      ),
    );
    const provider = await providerAt(server.url);
    expect(await caught(provider.chat.complete(ask, {}))).toMatchObject({ kind: 'server', message: 'it broke' });
    expect((await provider.jobs.retrieve('j')).error?.message).toBe('it broke');
  });

  it.each([{ detail: 'Not Found' }, { error: 'Not Found' }, { error: { message: 'Invalid URL (POST /chat)' } }])(
    'about a route, %j, come with the hint on /v1',
    async (answer) => {
      for (const error of await failures((response) => sendJson(response, answer, 404)))
        expect(error.message).toContain('/v1');
    },
  );
});

describe('what never arrives', () => {
  it('says that nothing answers', async () => {
    const place = await nobodysPlace();
    const provider = await providerAt(`http://${place}/v1`);
    const calls = [
      provider.chat.complete(ask, {}),
      provider.chat.complete(ask, { onDelta: () => undefined }),
      provider.models.list(),
    ];
    for (const error of await Promise.all(calls.map(caught))) {
      expect(error).toMatchObject({ kind: 'network', retryable: true });
      expect(error.message).toContain(place);
      expect(error.message).toContain('refused');
    }
  });

  it('says that a name is not known', async () => {
    const provider = await providerAt('http://no-such-host.invalid/v1');
    const calls = [provider.chat.complete(ask, {}), provider.models.list()];
    for (const error of await Promise.all(calls.map(caught))) {
      expect(error).toMatchObject({ kind: 'network', message: expect.stringContaining('DNS') });
    }
  });

  it('tells a cancel from a time limit', async () => {
    for (const [signal, kind] of [
      [AbortSignal.timeout(20), 'timeout'],
      [AbortSignal.any([AbortSignal.timeout(20)]), 'timeout'],
    ] as const) {
      server = await startServer(() => undefined);
      const provider = await providerAt(server.url);
      expect(await caught(provider.chat.complete(ask, { signal }))).toMatchObject({ kind });
      await server.close();
    }
    const stop = new AbortController();
    server = await startServer(() => stop.abort());
    const provider = await providerAt(server.url);
    const calls = [provider.chat.complete(ask, { signal: stop.signal }), provider.jobs.list({ signal: stop.signal })];
    for (const error of await Promise.all(calls.map(caught))) expect(error).toMatchObject({ kind: 'cancelled' });
  });

  it('says that an answer broke off in its middle', async () => {
    const errors = await failures((response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' });
      response.write('{"choices": [', () => response.destroy());
    });
    for (const error of errors) expect(error).toMatchObject({ kind: 'network', retryable: true });
  });
});

describe('the key', () => {
  it('is in no error, whatever the server says back', async () => {
    const echo = { error: { message: `key ${KEY} and Bearer ${KEY}`, code: KEY, param: KEY, type: KEY } };
    for (const status of [400, 401, 403, 404, 429, 500]) {
      for (const error of await failures((response) =>
        sendJson(response, echo, status, { 'x-request-id': KEY, 'retry-after': KEY }),
      )) {
        expect(everythingOf(error)).not.toContain(KEY);
      }
      await server?.close();
    }
  });

  it('is in no error of a connection, nor in one of our own making', async () => {
    const gone = await providerAt(`http://${await nobodysPlace()}/v1`);
    expect(everythingOf(await caught(gone.models.list()))).not.toContain(KEY);
    const context = { place: 'there', secrets: [KEY] };
    for (const thrown of [new TypeError(`bad header Bearer ${KEY}`), `${KEY}`, new Error(KEY, { cause: KEY })])
      expect(everythingOf(toProviderError(thrown, context))).not.toContain(KEY);
  });

  it('is in no error when it cannot be a key', async () => {
    const open = await import('../../../src/services/openai/client.ts');
    const { profileOf } = await import('./servers.ts');
    const apiKey = `${KEY}\nsecond line`;
    const { createTransport } = await import('../../../src/services/http/transport.ts');
    const setup = { profile: profileOf(), baseUrl: 'http://127.0.0.1:1', apiKey };
    const error = await caught(open.openClient(setup, createTransport(), CALL_LIMITS));
    expect(error.kind).toBe('auth');
    expect(everythingOf(error)).not.toContain(KEY);
  });
});

/** All an error could show: message, stack, own fields, and its cause. */
function everythingOf(error: ProviderError): string {
  return [error.message, error.stack, JSON.stringify(error), JSON.stringify(error.detail), String(error.cause)].join(
    '\n',
  );
}
