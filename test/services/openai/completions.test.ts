import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import {
  completion,
  KEY,
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

async function serving(answer: (request: ReceivedRequest, response: ServerResponse) => void | Promise<void>) {
  const started = await startServer(answer);
  server = started;
  return { heard: started.heard, chat: (await providerAt(started.url)).chat };
}

const hello = { model: 'm', messages: [{ role: 'user', content: 'hello' } as const] };

function stream(response: ServerResponse, events: readonly unknown[], end = '[DONE]'): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'x-ratelimit-remaining-requests': '7' });
  for (const event of events) response.write(`data: ${JSON.stringify(event)}\n\n`);
  response.end(end === '' ? '' : `data: ${end}\n\n`);
}

const delta = (content: string | null, finish: string | null = null) => ({
  id: 'c',
  object: 'chat.completion.chunk',
  model: 'some-model-2026',
  choices: [{ index: 0, delta: content === null ? {} : { content }, finish_reason: finish }],
});

describe('a chat completion', () => {
  it('asks with what was asked, and nothing more', async () => {
    const { chat, heard } = await serving((_request, response) => sendJson(response, completion('hi')));
    await chat.complete(hello, {});
    await chat.complete({ ...hello, temperature: 0, topP: 0.5, maxTokens: 9, stop: ['\n'], seed: 4 }, {});
    expect(heard[0]?.json()).toEqual({ model: 'm', messages: [{ role: 'user', content: 'hello' }] });
    expect(heard[1]?.json()).toMatchObject({
      temperature: 0,
      top_p: 0.5,
      max_completion_tokens: 9,
      stop: ['\n'],
      seed: 4,
    });
    expect(heard[0]?.path).toBe('/v1/chat/completions');
    expect(heard[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
    expect(heard[0]?.headers['content-type']).toContain('application/json');
  });

  it('is read whole: text, reason, usage, model, limits', async () => {
    const { chat } = await serving((_request, response) =>
      sendJson(response, completion('Käse 猫', { surprise: { deep: [1] } }), 200, {
        'x-ratelimit-limit-requests': '5000',
        'x-ratelimit-reset-tokens': '1m30s',
      }),
    );
    const answer = await chat.complete(hello, {});
    expect(answer).toMatchObject({
      text: 'Käse 猫',
      refusal: null,
      finishReason: 'stop',
      usage: { promptTokens: 9, completionTokens: 3, cachedTokens: 4 },
      model: 'some-model-2026',
      limits: { limitRequests: 5000, resetTokensMs: 90_000, remainingTokens: null },
    });
    expect(answer.firstTokenMs).toBe(answer.totalMs);
  });

  it('keeps a refusal, text in parts, a reason nobody knows, and the lack of usage', async () => {
    const shapes = [
      { message: { role: 'assistant', content: null, refusal: 'I would rather not.' }, finish_reason: 'stop' },
      {
        message: {
          content: [
            { type: 'text', text: 'in ' },
            { type: 'text', text: 'parts' },
          ],
        },
        finish_reason: 'eos',
      },
    ];
    const { chat, heard } = await serving((_request, response) =>
      sendJson(response, { choices: [shapes[heard.length - 1]], usage: null }),
    );
    expect(await chat.complete(hello, {})).toMatchObject({ text: '', refusal: 'I would rather not.', usage: null });
    expect(await chat.complete(hello, {})).toMatchObject({
      text: 'in parts',
      finishReason: 'eos',
      model: 'm',
      limits: null,
    });
  });

  it('falls back to max_tokens once where the newer word is refused, and remembers it for the model', async () => {
    const refusal = {
      error: {
        message: 'Unrecognized request argument supplied: max_completion_tokens',
        type: 'invalid_request_error',
      },
    };
    const { chat, heard } = await serving((request, response) =>
      'max_completion_tokens' in request.json()
        ? sendJson(response, refusal, 400)
        : sendJson(response, completion('hi')),
    );
    await chat.complete({ ...hello, maxTokens: 5 }, {});
    await chat.complete({ ...hello, maxTokens: 6 }, {});
    expect(heard.map((request) => [request.json().max_completion_tokens, request.json().max_tokens])).toEqual([
      [5, undefined],
      [undefined, 5],
      [undefined, 6],
    ]);
  });

  it('does not try again where the refusal is of something else, or of both words', async () => {
    const { chat, heard } = await serving((_request, response) =>
      sendJson(response, { error: { message: 'max_completion_tokens and max_tokens are both wrong' } }, 400),
    );
    await expect(chat.complete({ ...hello, maxTokens: 5 }, {})).rejects.toMatchObject({ kind: 'invalid-request' });
    expect(heard.length).toBe(2);
    await expect(chat.complete(hello, {})).rejects.toMatchObject({ kind: 'invalid-request' });
    expect(heard.length).toBe(3);
  });

  it('is asked once more without what a model refuses, says so, and does not send it again', async () => {
    const refusal = (param: string) => ({
      error: { message: `Unsupported value: '${param}' does not support 0.5 with this model.`, param },
    });
    const { chat, heard } = await serving((request, response) => {
      const body = request.json();
      const refused = ['temperature', 'top_p', 'seed', 'stop'].find((name) => name in body);
      return refused === undefined ? sendJson(response, completion('hi')) : sendJson(response, refusal(refused), 400);
    });
    const ask = { ...hello, temperature: 0.5, topP: 0.5, seed: 1, stop: ['x'] };
    expect((await chat.complete(ask, {})).without).toEqual(['temperature', 'top_p', 'seed', 'stop']);
    expect(heard.length).toBe(5);
    expect((await chat.complete(ask, {})).without).toEqual(['temperature', 'top_p', 'seed', 'stop']);
    expect(heard.length).toBe(6);
    expect((await chat.complete(hello, {})).without).toBeUndefined();
    const other = { ...ask, model: 'other' };
    await chat.complete(other, {});
    expect(heard.length).toBe(12);
  });

  it('leaves out all that one refusal names, in the words of another server', async () => {
    const extra = (field: string) => ({ loc: ['body', field], msg: 'Extra inputs are not permitted' });
    const { chat, heard } = await serving((request, response) =>
      'seed' in request.json()
        ? sendJson(
            response,
            { object: 'error', message: { detail: [extra('seed'), extra('max_completion_tokens')] } },
            422,
          )
        : sendJson(response, completion('hi')),
    );
    expect((await chat.complete({ ...hello, seed: 1, maxTokens: 5 }, {})).without).toEqual(['seed']);
    expect(heard[1]?.json()).toMatchObject({ max_tokens: 5 });
    expect(heard.length).toBe(2);
  });

  it('is not asked without a field whose value is wrong', async () => {
    const { chat, heard } = await serving((_request, response) =>
      sendJson(response, { error: { message: 'temperature must be between 0 and 2', param: 'temperature' } }, 400),
    );
    await expect(chat.complete({ ...hello, temperature: 3 }, {})).rejects.toMatchObject({ kind: 'invalid-request' });
    expect(heard.length).toBe(1);
  });

  it('puts the system message before the user where a model has no system role', async () => {
    const { chat, heard } = await serving((request, response) =>
      JSON.stringify(request.json()).includes('"system"')
        ? sendJson(response, { error: { message: 'System role not supported' } }, 400)
        : sendJson(response, completion('hi')),
    );
    const messages = [{ role: 'system', content: 'Be kind.' } as const, ...hello.messages];
    expect((await chat.complete({ ...hello, messages }, {})).without).toEqual(['system']);
    expect(heard[1]?.json().messages).toEqual([{ role: 'user', content: 'Be kind.\n\nhello' }]);
  });

  it('answers a hundred at once, over connections it keeps', async () => {
    const open = new Set<unknown>();
    const { chat, heard } = await serving((request, response) => {
      open.add(response.socket);
      sendJson(response, completion(String(request.json().seed)));
    });
    const stop = new AbortController();
    const warnings: Error[] = [];
    const onWarning = (warning: Error): number => warnings.push(warning);
    process.on('warning', onWarning);
    const ask = (seed: number) => chat.complete({ ...hello, seed }, { signal: stop.signal });
    for (let round = 0; round < 3; round += 1) {
      const answers = await Promise.all(Array.from({ length: 100 }, (_, seed) => ask(seed)));
      expect(answers.map(({ text }) => text)).toEqual(Array.from({ length: 100 }, (_, seed) => String(seed)));
    }
    process.off('warning', onWarning);
    expect(heard.length).toBe(300);
    expect(open.size).toBeLessThanOrEqual(100);
    expect(warnings).toEqual([]);
  });
});

describe('a streamed chat completion', () => {
  it('hears every delta, then usage and limits', async () => {
    const { chat, heard } = await serving((_request, response) =>
      stream(response, [
        delta(''),
        delta('Na'),
        delta('me: '),
        delta('猫'),
        delta(null, 'length'),
        { choices: [], usage: { prompt_tokens: 5, completion_tokens: 3 } },
      ]),
    );
    const deltas: string[] = [];
    const answer = await chat.complete({ ...hello, maxTokens: 3 }, { onDelta: (text) => deltas.push(text) });
    expect(deltas).toEqual(['Na', 'me: ', '猫']);
    expect(answer).toMatchObject({
      text: 'Name: 猫',
      finishReason: 'length',
      usage: { promptTokens: 5, completionTokens: 3, cachedTokens: 0 },
      model: 'some-model-2026',
      limits: { remainingRequests: 7 },
    });
    expect(answer.firstTokenMs).toBeLessThanOrEqual(answer.totalMs);
    expect(heard[0]?.json()).toMatchObject({ stream: true, stream_options: { include_usage: true } });
  });

  it('collects a refusal that comes in pieces', async () => {
    const piece = (refusal: string) => ({ choices: [{ index: 0, delta: { refusal }, finish_reason: null }] });
    const { chat } = await serving((_request, response) =>
      stream(response, [piece('I '), piece('will not.'), delta(null, 'stop')]),
    );
    expect(await chat.complete(hello, { onDelta: () => undefined })).toMatchObject({
      text: '',
      refusal: 'I will not.',
    });
  });

  it('does without usage where a server refuses stream_options', async () => {
    const { chat } = await serving((request, response) =>
      'stream_options' in request.json()
        ? sendJson(response, { error: { message: 'no', param: 'stream_options' } }, 400)
        : stream(response, [delta('hi'), delta(null, 'stop')]),
    );
    expect(await chat.complete(hello, { onDelta: () => undefined })).toMatchObject({ text: 'hi', usage: null });
  });

  it('ends at [DONE] though no reason is given, comments and keep-alives aside', async () => {
    const { chat } = await serving((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(': OPENROUTER PROCESSING\n\n');
      response.write(`data: ${JSON.stringify(delta('hi'))}\n\n: keep-alive\n\ndata: [DO`);
      setTimeout(() => response.end('NE]\n\n'), 20);
    });
    expect(await chat.complete(hello, { onDelta: () => undefined })).toMatchObject({ text: 'hi', finishReason: null });
  });

  it('is not ended by an answer that says [DONE]', async () => {
    const { chat } = await serving((_request, response) => stream(response, [delta('data: [DONE]')], ''));
    await expect(chat.complete(hello, { onDelta: () => undefined })).rejects.toMatchObject({ kind: 'network' });
  });

  it('may come as one body', async () => {
    const { chat } = await serving((_request, response) => sendJson(response, completion('all at once')));
    const deltas: string[] = [];
    const answer = await chat.complete(hello, { onDelta: (text) => deltas.push(text) });
    expect([answer.text, deltas]).toEqual(['all at once', ['all at once']]);
  });

  it('fails by the error of a choice', async () => {
    const failed = {
      choices: [{ index: 0, delta: {}, finish_reason: 'error', error: { code: 429, message: 'busy' } }],
    };
    const { chat } = await serving((_request, response) => stream(response, [delta('half'), failed]));
    await expect(chat.complete(hello, { onDelta: () => undefined })).rejects.toMatchObject({
      kind: 'rate-limit',
      message: 'busy',
    });
  });

  it('keeps what a model thought beside its answer, streamed or whole', async () => {
    const thought = { choices: [{ index: 0, delta: { reasoning_content: 'hm ' }, finish_reason: null }] };
    const message = { role: 'assistant', content: 'hi', reasoning: 'hm hm ' };
    const { chat } = await serving((request, response) =>
      request.json().stream === true
        ? stream(response, [thought, thought, delta('hi', 'stop')])
        : sendJson(response, { choices: [{ message, finish_reason: 'stop' }] }),
    );
    const expected = { text: 'hi', reasoning: 'hm hm ' };
    expect(await chat.complete(hello, { onDelta: () => undefined })).toMatchObject(expected);
    expect(await chat.complete(hello, {})).toMatchObject(expected);
  });

  it.each([
    [['<thi', 'nk>hm', ' hm</th', 'ink>\n\nhi', ' you'], { text: 'hi you', reasoning: 'hm hm' }],
    [['<think>hm', ' hm'], { text: '', reasoning: 'hm hm' }],
    [['hi', ' <think>you</think>'], { text: 'hi <think>you</think>', reasoning: undefined }],
  ])('keeps thoughts that stand in the text %j beside the answer, streamed or whole', async (pieces, expected) => {
    const { chat } = await serving((request, response) =>
      request.json().stream === true
        ? stream(response, [...pieces.map((piece) => delta(piece)), delta('', 'length')])
        : sendJson(response, completion(pieces.join(''))),
    );
    const heard: string[] = [];
    const thoughts: string[] = [];
    const options = { onDelta: (text: string) => heard.push(text), onThoughts: (text: string) => thoughts.push(text) };
    const { text, reasoning, finishReason } = await chat.complete(hello, options);
    expect([{ text, reasoning }, finishReason]).toEqual([expected, 'length']);
    expect([heard.join(''), thoughts.join('')]).toEqual([expected.text, expected.reasoning ?? '']);
    const whole = await chat.complete(hello, {});
    expect([whole.text, whole.reasoning]).toEqual([expected.text, expected.reasoning]);
  });

  it.each([
    [{ reasoning_content: '', reasoning: 'hm' }],
    [{ reasoning_content: 'hm', reasoning: 'hm' }],
    [{ thinking: 'hm' }],
    [
      {
        content: [
          { type: 'thinking', thinking: 'hm' },
          { type: 'text', text: 'hi' },
        ],
      },
    ],
    [
      {
        content: [
          { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] },
          { type: 'text', text: 'hi' },
        ],
      },
    ],
    [{ content: '<think>hm</think>hi' }],
  ])('reads thoughts in %j', async (fields) => {
    const message = { role: 'assistant', content: 'hi', ...fields };
    const { chat } = await serving((_request, response) =>
      sendJson(response, { choices: [{ message, finish_reason: 'stop' }] }),
    );
    const thoughts: string[] = [];
    const streamed = { onDelta: () => undefined, onThoughts: (text: string) => thoughts.push(text) };
    expect(await chat.complete(hello, {})).toMatchObject({ text: 'hi', reasoning: 'hm' });
    expect(await chat.complete(hello, streamed)).toMatchObject({ text: 'hi', reasoning: 'hm' });
    expect(thoughts).toEqual(['hm']);
  });

  it('ends when it is cancelled in its middle', async () => {
    const { chat } = await serving((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`data: ${JSON.stringify(delta('half'))}\n\n`);
    });
    const stop = new AbortController();
    const call = chat.complete(hello, { signal: stop.signal, onDelta: () => stop.abort() });
    await expect(call).rejects.toMatchObject({ kind: 'cancelled' });
  });

  it('is empty where there is no choice, streamed or whole', async () => {
    const { chat } = await serving((_request, response) => sendJson(response, { id: 'c', choices: [] }));
    expect(await chat.complete(hello, {})).toMatchObject({ text: '', finishReason: null });
    expect(await chat.complete(hello, { onDelta: () => undefined })).toMatchObject({ text: '' });
  });

  it('fails when the stream ends without its end, however politely', async () => {
    const { chat } = await serving((_request, response) => stream(response, [delta('half an ')], ''));
    await expect(chat.complete(hello, { onDelta: () => undefined })).rejects.toMatchObject({ kind: 'network' });
  });

  it('fails as the server says when it fails in the middle', async () => {
    const { chat } = await serving((_request, response) =>
      stream(response, [delta('half'), { error: { message: 'overloaded', type: 'server_error', code: null } }]),
    );
    await expect(chat.complete(hello, { onDelta: () => undefined })).rejects.toMatchObject({
      kind: 'server',
      message: 'overloaded',
    });
  });
});
