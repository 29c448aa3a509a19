import { describe, expect, it } from 'vitest';
import { delta, hello, serving, stream } from './chat-server.ts';
import { completion, sendJson } from './servers.ts';

const tools = [{ type: 'function', function: { name: 'get_weather', parameters: { maximum: 1 } } }];
const called = (name: string, written: string) => ({ function: { name, arguments: written } });

describe('a request that is more than texts', () => {
  it('is sent as it stands, with its tools', async () => {
    const { chat, heard } = await serving((_request, response) => sendJson(response, completion('hi')));
    const messages = [{ role: 'user', name: 'Ann', content: [{ type: 'text', text: 'Hm?' }] }];
    await chat.complete({ ...hello, raw: { messages, fields: { tools, parallel_tool_calls: false } } }, {});
    expect(heard[0]?.json()).toEqual({ model: 'm', messages, tools, parallel_tool_calls: false });
  });

  it('has its system message in the first user message for a model without that role', async () => {
    const { chat, heard } = await serving((request, response) =>
      JSON.stringify(request.json()).includes('"system"')
        ? sendJson(response, { error: { message: 'the role system is not supported' } }, 400)
        : sendJson(response, completion('hi')),
    );
    const parts = [{ type: 'text', text: 'Hm?' }];
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', name: 'Ann', content: parts },
    ];
    const texts = [{ role: 'system' as const, content: 'Be brief.' }, ...hello.messages];
    await chat.complete({ model: 'm', messages: texts, raw: { messages, fields: {} } }, {});
    expect(heard.at(-1)?.json()).toMatchObject({
      messages: [{ role: 'user', name: 'Ann', content: [{ type: 'text', text: 'Be brief.' }, ...parts] }],
    });
  });
});

describe('an answer that calls tools', () => {
  const CALL = '[tool call] get_weather({"city":"Bonn"})';

  it('is shown as its calls, new form or old, under its text', async () => {
    const messages = [
      { content: null, tool_calls: [called('get_weather', '{"city": "Bonn"}')] },
      { content: 'I look.', function_call: called('get_weather', '{"city": "Bonn"}').function },
      { content: 'No call.', tool_calls: 'nonsense' },
    ];
    const { chat, heard } = await serving((_request, response) =>
      sendJson(response, { choices: [{ message: messages[heard.length - 1], finish_reason: 'tool_calls' }] }),
    );
    const texts: string[] = [];
    for (const _ of messages) texts.push((await chat.complete(hello, {})).text);
    expect(texts).toEqual([CALL, `I look.\n${CALL}`, 'No call.']);
  });

  it('is put together from the pieces of a stream', async () => {
    const piece = (...calls: readonly object[]) => ({
      choices: [{ index: 0, delta: { tool_calls: calls }, finish_reason: null }],
    });
    const { chat } = await serving((_request, response) =>
      stream(response, [
        piece({ index: 0, id: 'a', function: { name: 'get_weather', arguments: '' } }),
        piece({ index: 0, function: { arguments: '{"city":' } }),
        piece({ index: 0, function: { arguments: ' "Bonn"}' } }),
        piece({ index: 900_000_000, id: 'b', function: { name: 'now', arguments: '{}' } }),
        delta(null, 'tool_calls'),
      ]),
    );
    const heard: string[] = [];
    const answer = await chat.complete(hello, { onDelta: (text) => heard.push(text) });
    expect(answer).toMatchObject({ text: `${CALL}\n[tool call] now({})`, finishReason: 'tool_calls' });
    expect(heard).toEqual([]);
  });

  it('is told apart by ids where the pieces have no index', async () => {
    const piece = (call: object) => ({ choices: [{ index: 0, delta: { tool_calls: [call] }, finish_reason: null }] });
    const { chat } = await serving((_request, response) =>
      stream(response, [
        piece({ id: 'a', function: { name: 'f', arguments: '{"n":' } }),
        piece({ function: { arguments: '1}' } }),
        piece({ id: 'b', function: { name: 'f', arguments: '{"n":2}' } }),
        delta(null, 'tool_calls'),
      ]),
    );
    const answer = await chat.complete(hello, { onDelta: () => undefined });
    expect(answer.text).toBe('[tool call] f({"n":1})\n[tool call] f({"n":2})');
  });
});
