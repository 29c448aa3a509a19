import { describe, expect, it } from 'vitest';
import { chatLine, legacyLine, readImportLine } from '../../../src/domain/dataset/example-lines.ts';
import { EXPORT_FORMATS } from '../../../src/domain/dataset/export-formats.ts';
import { ratedPairs } from '../../../src/domain/dataset/preferences.ts';
import {
  assistantMessage,
  besideText,
  lostInText,
  questionOf,
  rawBefore,
  shownLine,
  wholeLineOf,
  withAnswer,
  withSystemMessage,
} from '../../../src/domain/dataset/whole-lines.ts';
import { row, template } from './sample-rows.ts';

const user = { role: 'user', content: 'Weather in Bonn?' };
const call = {
  role: 'assistant',
  content: null,
  tool_calls: [{ id: 'c1', type: 'function', function: { name: 'get_weather', arguments: '{"city": "Bonn"}' } }],
};
const tools = [{ type: 'function', function: { name: 'get_weather', parameters: { type: 'object' } } }];
const image = { type: 'image_url', image_url: { url: 'https://a.example/cat.png' } };
const answer = { role: 'assistant', content: 'Sunny.' };
const line = (messages: readonly object[], more: object = {}): string => JSON.stringify({ messages, ...more });
const whole = (messages: readonly object[], more: object = {}): string => {
  const text = wholeLineOf(line(messages, more));
  if (text === null) throw new Error('It is plain.');
  return text;
};

describe('a line that is kept whole', () => {
  it.each([
    ['tools', line([user, answer], { tools })],
    ['a call', line([user, call])],
    ['an answer of a tool', line([user, call, { role: 'tool', tool_call_id: 'c1', content: '20' }, answer])],
    ['an image', line([{ role: 'user', content: [{ type: 'text', text: 'What?' }, image] }, answer])],
    ['a name', line([{ ...user, name: 'Ann' }, answer])],
    ['a weight of 0', line([user, { ...answer, weight: 0 }, user, answer])],
    ['the usual weight', line([user, { ...answer, weight: 1 }])],
    ['text in parts', line([{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }, answer])],
    [
      'digits of its own',
      '{"messages": [{"role": "user", "content": "n"}, {"role": "assistant", "content": "y", "weight": 1}], "tools": [{"type": "function", "function": {"name": "f", "parameters": {"maximum": 9007199254740993, "minimum": 1.10}}}]}',
    ],
  ])('is written again as it came, with %s', (_, text) => {
    const { example, findings } = readImportLine(text, 1);
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    if (example === null) throw new Error('It is no example.');
    expect(example.whole).toBe(text);
    const messages = [...example.prompt, { role: 'assistant' as const, content: example.completion }];
    expect(chatLine({ messages, whole: example.whole })).toBe(`${text}\n`);
  });

  it('is none where roles and texts are all there is, nulls aside', () => {
    expect(wholeLineOf(line([user, answer]))).toBeNull();
    expect(
      wholeLineOf(
        line(
          [
            { ...user, name: null },
            { ...answer, tool_calls: null, weight: null },
          ],
          { tools: null },
        ),
      ),
    ).toBeNull();
  });

  it('leaves out keys that are no part of a chat line, and line ends between its values', () => {
    const digits = '{\n "id": 7, "messages": [{"role": "assistant", "content": "y", "weight": 1}], "tools": [1.10]}';
    expect(wholeLineOf(digits)).toBe('{"messages":[{"role":"assistant","content":"y","weight":1}],"tools":[1.10]}');
  });

  it('is shown with its calls, its images and the answers of its tools', () => {
    const data = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } };
    const asked = { role: 'user', content: [{ type: 'text', text: 'What?' }, image, data] };
    expect(shownLine(whole([asked, call, { role: 'tool', tool_call_id: 'c1', content: '20' }, answer]))).toEqual([
      { role: 'user', content: 'What?\n[image https://a.example/cat.png]\n[image image/png]' },
      { role: 'assistant', content: '[tool call] get_weather({"city":"Bonn"})' },
      { role: 'tool', content: '20' },
      answer,
    ]);
  });

  it('names what its texts do not show, and what a form of two texts would lose', () => {
    const many = whole([{ ...user, name: 'Ann' }, { ...answer, weight: 0 }, user, call], {
      tools,
      parallel_tool_calls: false,
    });
    expect(besideText(many)).toEqual([
      'tools: get_weather',
      'parallel_tool_calls: false',
      'message 1: name Ann',
      'message 2: weight 0',
    ]);
    expect(lostInText(many)).toEqual(['tools', 'names', 'weights']);
    expect(lostInText(whole([user, { ...answer, weight: 1 }]))).toEqual([]);
    expect(lostInText(whole([{ role: 'user', content: [image] }, answer]))).toEqual(['images']);
  });
});

describe('the question of a line', () => {
  it('is all before the last message that is learned, without weights', () => {
    const context = { role: 'assistant', content: 'Hm.', weight: 0 };
    const text = whole([user, context, user, { ...answer, weight: 1 }, user, context]);
    expect(questionOf(text)).toEqual({
      prompt: [user, { role: 'assistant', content: 'Hm.' }, user],
      target: 'Sunny.',
      raw: null,
      learned: 1,
    });
    expect(questionOf(whole([user, answer, user, { ...answer, content: 'Rain.', weight: 1 }]))).toMatchObject({
      target: 'Rain.',
      learned: 2,
    });
    expect(questionOf(whole([user, context]))).toBeNull();
  });

  it('knows a weight that is written as a float', () => {
    const floats = line([user, { ...answer, weight: 1 }, user, { ...answer, content: 'Hm.', weight: 0 }]).replace(
      /"weight":(\d)/g,
      '"weight":$1.0',
    );
    const { example } = readImportLine(floats, 1);
    expect(example?.whole).toBe(floats);
    expect(questionOf(floats)).toMatchObject({ target: 'Sunny.', learned: 1, raw: null });
    expect(besideText(floats)).toEqual(['message 2: weight 1.0', 'message 4: weight 0.0']);
    expect(lostInText(floats)).toEqual(['weights']);
  });

  it('is sent as it stands: names, images and tools, but no weight and no null', () => {
    const asked = { role: 'user', name: 'Ann', content: [{ type: 'text', text: 'What?' }, image], tool_calls: null };
    const question = questionOf(
      whole([asked, { ...call, weight: 0 }, answer], { tools, tool_choice: 'auto', parallel_tool_calls: false }),
    );
    const { tool_calls: _, ...sent } = asked;
    expect(question?.raw).toEqual({
      messages: [sent, call],
      fields: { tools, tool_choice: 'auto', parallel_tool_calls: false },
    });
  });
});

describe('a change of a line that is kept whole', () => {
  it('changes its answer alone, calls among it, and gives equal text back as it was', () => {
    const text = whole([user, call], { tools });
    expect(withAnswer(text, '[tool call] get_weather({"city":"Bonn"})')).toBe(text);
    const edited = JSON.parse(withAnswer(text, 'I look.\n[tool call] get_weather({"city":"Ulm"})'));
    expect(edited).toEqual({
      messages: [
        user,
        {
          role: 'assistant',
          content: 'I look.',
          tool_calls: [{ id: 'c1', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Ulm"}' } }],
        },
      ],
      tools,
    });
    expect(JSON.parse(withAnswer(text, 'No idea.')).messages).toEqual([
      user,
      { role: 'assistant', content: 'No idea.' },
    ]);
  });

  it('puts a system message first', () => {
    expect(JSON.parse(withSystemMessage(whole([user, call], { tools }), 'Be brief.'))).toEqual({
      messages: [{ role: 'system', content: 'Be brief.' }, user, call],
      tools,
    });
  });
});

describe('rows of such lines', () => {
  const text = whole([user, call], { tools });
  const rich = (completion: string, rating: 'accepted' | 'rejected') =>
    row({
      id: completion,
      source: 'imported',
      cell: {},
      prompt: [{ role: 'user', content: 'Weather in Bonn?' }],
      completion,
      rating,
      whole: withAnswer(text, completion),
    });
  const rows = [rich('[tool call] get_weather({"city":"Bonn"})', 'accepted'), rich('No idea.', 'rejected')];

  it('make preference lines with their tools, apart from rows that ask the same without', () => {
    const plain = row({
      prompt: [{ role: 'user', content: 'Weather in Bonn?' }],
      completion: 'Look.',
      rating: 'rejected',
    });
    const [only, ...others] = ratedPairs([...rows, plain], template);
    expect(others).toEqual([]);
    const source = {
      rows: () => rows,
      pairs: () => (only === undefined ? [] : [only]),
      template,
      which: 'accepted',
    } as const;
    const [written] = [...EXPORT_FORMATS.dpo.lines(source)];
    expect(JSON.parse(written ?? '')).toEqual({
      input: { messages: [user], tools, parallel_tool_calls: true },
      preferred_output: [call],
      non_preferred_output: [{ role: 'assistant', content: 'No idea.' }],
    });
    expect(rawBefore(text)).toEqual({ messages: [user], fields: { tools } });
    expect(assistantMessage('Text.')).toEqual({ role: 'assistant', content: 'Text.' });
  });

  it('are left out of a form of two texts, and counted', () => {
    const source = { rows: () => [...rows, row()], pairs: () => [], template, which: 'not-rejected' } as const;
    const { lines, leftOut } = EXPORT_FORMATS['prompt-completion'];
    expect([...lines(source)]).toHaveLength(1);
    expect(leftOut(source)).toBe('1 row left out: tools cannot be written as two texts; export chat JSONL.');
    expect(leftOut({ ...source, rows: () => [row()] })).toBeNull();
    const weighted = whole([user, { ...answer, weight: 1 }]);
    expect(legacyLine({ messages: shownLine(weighted), whole: weighted })).not.toBeNull();
  });
});
