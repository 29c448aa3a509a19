import { describe, expect, it } from 'vitest';
import { delta, hello, serving, stream } from './chat-server.ts';
import { completion, sendJson } from './servers.ts';

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

  it('is the first of several choices, and may come in messages and bare texts', async () => {
    const { chat } = await serving((_request, response) =>
      stream(response, [
        {
          choices: [
            { index: 0, message: { content: 'he' } },
            { index: 1, delta: { content: 'bye' } },
          ],
        },
        { choices: [{ index: 1, delta: { content: 'bye' } }] },
        { choices: [{ index: 1, delta: {}, finish_reason: 'length' }] },
        { choices: [{ index: 0, text: 'llo' }] },
        { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
      ]),
    );
    expect(await chat.complete(hello, { onDelta: () => undefined })).toMatchObject({
      text: 'hello',
      finishReason: 'stop',
    });
  });

  it.each(['text/plain', 'application/json', 'application/octet-stream', 'text/event-stream'])(
    'is told by its beginning, also as %s',
    async (type) => {
      const { chat, heard } = await serving((_request, response) => {
        response.writeHead(200, { 'content-type': type });
        const events = ': ping\n\ndata: {"choices":[{"delta":{"content":"hi"},"finish_reason":"stop"}]}\n\n';
        response.end(heard.length === 1 ? events : `\ufeff\n${JSON.stringify(completion('hi'))}`);
      });
      expect((await chat.complete(hello, { onDelta: () => undefined })).text).toBe('hi');
      expect((await chat.complete(hello, { onDelta: () => undefined })).text).toBe('hi');
    },
  );

  it('comes whole where a model refuses to stream', async () => {
    const message = 'Your organization must be verified to stream this model.';
    const { chat, heard } = await serving((request, response) =>
      request.json().stream === true
        ? sendJson(response, { error: { message, param: 'stream', code: 'unsupported_value' } }, 400)
        : sendJson(response, completion('hi')),
    );
    const deltas: string[] = [];
    for (let asked = 0; asked < 2; asked += 1) await chat.complete(hello, { onDelta: (text) => deltas.push(text) });
    expect([deltas, heard.length]).toEqual([['hi', 'hi'], 3]);
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
