import { describe, expect, it } from 'vitest';
import { delta, hello, serving, stream } from './chat-server.ts';
import { completion, KEY, sendJson } from './servers.ts';

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
        finish_reason: 'surprise',
      },
    ];
    const { chat, heard } = await serving((_request, response) =>
      sendJson(response, { choices: [shapes[heard.length - 1]], usage: null }),
    );
    expect(await chat.complete(hello, {})).toMatchObject({ text: '', refusal: 'I would rather not.', usage: null });
    expect(await chat.complete(hello, {})).toMatchObject({
      text: 'in parts',
      finishReason: 'surprise',
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

  it.each([
    [500, 'Unsupported parameter: temperature'],
    [501, 'seed and temperature are not implemented'],
    [422, 'Unknown field `temperature`, expected one of `model`, `messages`, `top_p`, `stop`'],
    [400, 'temperature must be 1 for this model'],
  ])('is asked once more after %d %j', async (status, message) => {
    const { chat, heard } = await serving((request, response) =>
      'temperature' in request.json()
        ? sendJson(response, { error: { message } }, status)
        : sendJson(response, completion('hi')),
    );
    const answer = await chat.complete({ ...hello, temperature: 0, topP: 0.5 }, {});
    expect([answer.text, answer.without, heard.at(-1)?.json()]).toEqual([
      'hi',
      ['temperature'],
      { ...hello, top_p: 0.5 },
    ]);
  });

  it('learns nothing of a refusal that no other try mends', async () => {
    const saved: unknown[] = [];
    const memory = { find: () => null, save: (...learned: unknown[]) => saved.push(learned) };
    const { chat, heard } = await serving(
      (_request, response) =>
        sendJson(response, { error: { message: 'This request is wrong, seed and temperature and all' } }, 400),
      memory,
    );
    await expect(chat.complete({ ...hello, seed: 1, temperature: 0 }, {})).rejects.toThrow('and all');
    await expect(chat.complete({ ...hello, seed: 1, temperature: 0 }, {})).rejects.toThrow('and all');
    expect(heard[2]?.json()).toMatchObject({ seed: 1, temperature: 0 });
    expect(saved).toEqual([]);
  });

  it('is not asked once more where a field made a server fail', async () => {
    const message = 'Out of memory while it drew at this temperature';
    const { chat, heard } = await serving((_request, response) => sendJson(response, { error: { message } }, 500));
    await expect(chat.complete({ ...hello, temperature: 0 }, {})).rejects.toThrow(message);
    expect(heard).toHaveLength(1);
  });

  it.each(['Unexpected field maxCompletionTokens', 'max_tokens: Field required'])(
    'is asked with the older word after %j',
    async (message) => {
      const { chat, heard } = await serving((request, response) =>
        'max_tokens' in request.json() ? sendJson(response, completion('hi')) : sendJson(response, { message }, 400),
      );
      expect((await chat.complete({ ...hello, maxTokens: 5 }, {})).text).toBe('hi');
      expect(heard).toHaveLength(2);
    },
  );

  it.each([
    ['eos_token', 'stop'],
    ['MAX_TOKENS', 'length'],
    ['model_length', 'length'],
    ['SAFETY', 'content_filter'],
    ['tool_use', 'tool_calls'],
  ])('that ends by %s ends by %s', async (word, reason) => {
    const choices = [{ message: { content: 'hi' }, finish_reason: word }];
    const { chat } = await serving((_request, response) => sendJson(response, { choices }));
    expect((await chat.complete(hello, {})).finishReason).toBe(reason);
  });

  it('that ends by a fault is none', async () => {
    const { chat } = await serving((request, response) =>
      request.json().stream === true
        ? stream(response, [delta('hi'), delta(null, 'error')])
        : sendJson(response, { choices: [{ message: { content: 'hi' }, finish_reason: 'network_error' }] }),
    );
    await expect(chat.complete(hello, {})).rejects.toMatchObject({ kind: 'server', message: /network_error/ });
    await expect(chat.complete(hello, { onDelta: () => undefined })).rejects.toThrow('“error”');
  });

  it('is the first of several choices, in whatever order, and may be a bare text', async () => {
    const choices = [
      { index: 1, message: { content: 'bye' } },
      { index: 0, text: 'hi', finish_reason: 'stop' },
    ];
    const { chat } = await serving((_request, response) => sendJson(response, { choices }));
    expect((await chat.complete(hello, {})).text).toBe('hi');
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
