import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseChatLine } from '../../../../src/domain/dataset/line/chat.ts';

const user = { role: 'user', content: 'hello' };
const assistant = { role: 'assistant', content: 'hi' };
const tool = { type: 'function', function: { name: 'look', parameters: { type: 'object' } } };
const call = { id: 'c1', type: 'function', function: { name: 'look', arguments: '{"a": 1}' } };
const image = (url: string) => ({ type: 'image_url', image_url: { url } });

const find = (line: unknown) => parseChatLine(typeof line === 'string' ? line : JSON.stringify(line), 7).findings;
const codes = (line: unknown) => find(line).map((finding) => `${finding.severity}:${finding.code}`);
const talk = (...messages: unknown[]) => codes({ messages });

describe('a sound chat line', () => {
  it.each([
    ['plain', { messages: [{ role: 'system', content: 'Be kind.' }, user, assistant] }],
    [
      'weighted and named',
      { messages: [{ ...user, name: 'bob' }, { ...assistant, weight: 0 }, user, { ...assistant, weight: 1 }] },
    ],
    [
      'with parts',
      {
        messages: [
          { role: 'user', content: [{ type: 'text', text: 'what is it' }, image('https://x.example/a.png')] },
          assistant,
        ],
      },
    ],
    [
      'with tools',
      {
        messages: [
          user,
          { role: 'assistant', tool_calls: [call] },
          { role: 'tool', tool_call_id: 'c1', content: 'seen' },
          assistant,
        ],
        tools: [tool],
        parallel_tool_calls: false,
      },
    ],
    [
      'dumped with every key, most of them null',
      {
        messages: [
          { ...user, name: null, weight: null, tool_call_id: null },
          { ...assistant, refusal: null, tool_calls: null, function_call: null, name: null, weight: null },
        ],
        tools: null,
        functions: null,
        parallel_tool_calls: null,
        id: null,
      },
    ],
  ])('has no findings: %s', (_, line) => {
    expect(codes(line)).toEqual([]);
  });

  it('gives its text and what is counted', () => {
    const { line } = parseChatLine(JSON.stringify({ messages: [{ ...user, name: 'bob' }, assistant] }), 1);
    expect(line?.counted).toEqual([
      { values: ['user', 'hello', 'bob'], named: true },
      { values: ['assistant', 'hi'], named: false },
    ]);
    expect(line?.messages[1]).toMatchObject({ role: 'assistant', text: 'hi', learned: true, plain: true });
  });
});

describe('whole-line findings', () => {
  it.each([
    ['not JSON', '{"messages": [', ['error:not-json']],
    ['blank', '  ', ['warning:blank-line']],
    ['a list', '[]', ['error:not-an-object']],
    ['null', 'null', ['error:not-an-object']],
    ['prompt/completion', { prompt: 'a', completion: 'b' }, ['error:prompt-completion']],
    ['a preference line', { input: {}, preferred_output: [], non_preferred_output: [] }, ['error:preference-line']],
    ['no messages', { mesages: [] }, ['error:missing-messages']],
    ['messages as text', { messages: 'hi' }, ['error:messages-type']],
    ['no message', { messages: [] }, ['error:messages-type']],
    ['an unknown key', { messages: [user, assistant], mood: 'good' }, ['warning:unknown-key']],
    ['a byte order mark', `\ufeff${JSON.stringify({ messages: [user, assistant] })}`, ['warning:byte-order-mark']],
    ['tools as text', { messages: [user, assistant], tools: 'x' }, ['error:tools-shape']],
    [
      'a nameless tool',
      { messages: [user, assistant], tools: [{ type: 'function', function: {} }] },
      ['error:tools-shape'],
    ],
    [
      'a tool with odd parameters',
      { messages: [user, assistant], tools: [{ type: 'function', function: { name: 'a', parameters: 'x' } }] },
      ['error:tools-shape'],
    ],
    [
      'a bad parallel_tool_calls',
      { messages: [user, assistant], tools: [tool], parallel_tool_calls: 'yes' },
      ['error:parallel-tool-calls'],
    ],
    [
      'parallel_tool_calls alone',
      { messages: [user, assistant], parallel_tool_calls: true },
      ['warning:parallel-tool-calls'],
    ],
    ['functions', { messages: [user, assistant], functions: [] }, ['warning:old-functions']],
  ])('%s', (_, line, expected) => {
    expect(codes(line)).toEqual(expected);
  });
});

describe('message findings', () => {
  it.each([
    ['no role', [{ content: 'x' }, assistant], ['error:missing-role']],
    ['an unknown role', [{ role: 'asistant', content: 'x' }, assistant], ['error:unknown-role']],
    [
      'the old function role',
      [user, { role: 'function', name: 'f', content: 'x' }, assistant],
      ['warning:old-function-role'],
    ],
    ['a message that is text', ['hello', assistant], ['error:message-type']],
    ['no content', [{ role: 'user' }, assistant], ['error:missing-content']],
    ['null content', [{ role: 'user', content: null }, assistant], ['error:missing-content']],
    [
      'an answer of nulls alone',
      [user, { role: 'assistant', content: null, refusal: null, tool_calls: null, function_call: null }],
      ['error:missing-content'],
    ],
    ['a refusal without words', [user, { role: 'assistant', content: null, refusal: ' ' }], ['error:missing-content']],
    [
      'a call that nothing answers',
      [user, { role: 'assistant', tool_calls: [{ ...call, function: { ...call.function, name: 'x' } }] }, assistant],
      ['warning:tool-undefined', 'warning:unanswered-call'],
    ],
    ['a role that is null', [{ role: null, content: 'x' }, assistant], ['error:missing-role']],
    ['content that is a number', [{ role: 'user', content: 5 }, assistant], ['error:content-type']],
    ['an empty answer', [user, { role: 'assistant', content: ' ' }], ['error:empty-content']],
    ['an empty question', [{ role: 'user', content: '' }, assistant], ['warning:empty-content']],
    ['no assistant', [user], ['error:no-assistant']],
    ['a user at the end', [user, assistant, user], ['error:last-not-assistant']],
    ['only weight 0', [user, { ...assistant, weight: 0 }], ['error:nothing-learned']],
    ['weight 2', [user, { ...assistant, weight: 2 }], ['error:bad-weight']],
    ['weight on a user', [{ ...user, weight: 1 }, assistant], ['error:weight-role']],
    ['a name with spaces', [{ ...user, name: 'a b' }, assistant], ['error:bad-name']],
    ['an unknown key', [{ ...user, contnet: 'x' }, assistant], ['warning:unknown-message-key']],
    ['a late system message', [user, { role: 'system', content: 'x' }, assistant], ['warning:system-not-first']],
    ['tool calls of a user', [{ ...user, tool_calls: [call] }, assistant], ['error:tool-calls-role']],
    ['tool calls without tools', [user, { role: 'assistant', tool_calls: [call] }], ['warning:tool-undefined']],
    ['tool calls as text', [user, { ...assistant, tool_calls: 'x' }], ['error:tool-calls-shape']],
    ['a tool call without id', [user, { ...assistant, tool_calls: [{ ...call, id: 1 }] }], ['error:tool-calls-shape']],
    ['a tool message without id', [user, { role: 'tool', content: 'x' }, assistant], ['error:tool-call-id']],
    [
      'a tool message to no call',
      [user, { role: 'tool', content: 'x', tool_call_id: 'c9' }, assistant],
      ['error:tool-call-id'],
    ],
    [
      'the old function_call',
      [user, { ...assistant, function_call: { name: 'f', arguments: '{}' } }],
      ['warning:old-function-call'],
    ],
    [
      'an image of the assistant',
      [user, { role: 'assistant', content: [image('https://x.example/a.png')] }],
      ['error:image-role'],
    ],
    ['a GIF', [{ role: 'user', content: [image('data:image/gif;base64,AAAA')] }, assistant], ['error:image-type']],
    ['an image by file', [{ role: 'user', content: [image('file:///a.png')] }, assistant], ['error:image-url']],
    ['an image without address', [{ role: 'user', content: [{ type: 'image_url' }] }, assistant], ['error:image-url']],
    [
      'a strange part',
      [{ role: 'user', content: [{ type: 'sound' }, { type: 'text', text: 'x' }] }, assistant],
      ['error:content-part'],
    ],
    [
      'eleven images',
      [{ role: 'user', content: Array(11).fill(image('https://x.example/a.png')) }, assistant],
      ['error:too-many-images'],
    ],
    ['a long run', [{ role: 'user', content: 'x'.repeat(2001) }, assistant], ['warning:unbroken-run']],
    ['half a character', [{ role: 'user', content: 'a\ud800' }, assistant], ['warning:bad-unicode']],
  ])('%s', (_, messages, expected) => {
    expect(talk(...messages)).toEqual(expected);
  });

  it('refuses arguments that are not JSON, or not a string', () => {
    const withArguments = (value: unknown) => ({ ...call, function: { name: 'look', arguments: value } });
    const line = {
      messages: [user, { role: 'assistant', tool_calls: [withArguments('{'), withArguments({})] }],
      tools: [tool],
    };
    expect(codes(line)).toEqual(['error:tool-arguments', 'error:tool-arguments']);
  });

  it('refuses an image over 10 MB', () => {
    const url = `data:image/png;base64,${'A'.repeat(14 * 1024 * 1024)}`;
    expect(talk({ role: 'user', content: [image(url)] }, assistant)).toEqual(['error:image-size']);
  });
});

describe('tool calls and roles', () => {
  it('ask for no answer to a call that ends the line', () => {
    expect(codes({ messages: [user, { role: 'assistant', tool_calls: [call] }], tools: [tool] })).toEqual([]);
  });

  it('name developer for what it is', () => {
    const [finding] = find({ messages: [{ role: 'developer', content: 'Be brief.' }, user, assistant] });
    expect(finding).toMatchObject({ code: 'unknown-role', message: expect.stringContaining("system's newer name") });
  });
});

describe('characters that no text is meant to have', () => {
  it.each([
    ['Caf\ufffd', 'replacement-character', 'U+FFFD'],
    ['a\0b', 'control-character', 'U+0000'],
    ['\u001b[31mred', 'control-character', 'U+001B'],
    ['CafÃ©', 'misread-text', 'Ã© for é'],
  ])('are a warning: %j', (content, code, named) => {
    const line = JSON.stringify({
      messages: [
        { role: 'user', content: 'q' },
        { role: 'assistant', content },
      ],
    });
    const { findings } = parseChatLine(line, 1);
    expect(findings).toMatchObject([{ code, severity: 'warning' }]);
    expect(findings[0]?.message).toContain(named);
  });
});

describe('a key that stands twice in one object', () => {
  it.each([
    '{"messages":[{"role":"user","content":"a","content":"b"},{"role":"assistant","content":"c"}]}',
    '{"messages":[],"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"c"}]}',
  ])('is an error, for only one of the two would be learned: %s', (line) => {
    const [finding, ...others] = parseChatLine(line, 3).findings;
    expect(finding).toMatchObject({ code: 'repeated-key', severity: 'error', line: 3 });
    expect(finding?.message).toMatch(/^The key "(?:content|messages)" stands twice in one object \(column \d+\)/);
    expect(others).toEqual([]);
  });
});

describe('a line that is no JSON', () => {
  const fixOf = (text: string): string => parseChatLine(text, 1).findings[0]?.fix ?? '';

  it('of a table is told what makes JSONL of it, and no other line is', () => {
    for (const text of ['question,answer', '"question","answer"', 'question;answer', 'question\tanswer', 'a|b']) {
      expect(fixOf(text)).toContain('Of a table (CSV, TSV), luthier import FILE');
    }
    for (const text of ['{"messages": [],}', '// a, b', 'hello', '{messages, a}', '["a", b]']) {
      expect(fixOf(text)).not.toContain('table');
    }
  });
});

describe('every finding', () => {
  it('has the line, a message and a fix; nothing throws', () => {
    const anything = fc.oneof(
      fc.string(),
      fc.json(),
      fc.array(fc.jsonValue()).map((messages) => JSON.stringify({ messages })),
    );
    fc.assert(
      fc.property(anything, (line) => {
        for (const finding of find(line)) {
          expect(finding.line).toBe(7);
          expect(finding.message).not.toBe('');
          expect(finding.fix).not.toBe('');
        }
      }),
      { numRuns: 300 },
    );
  });
});
