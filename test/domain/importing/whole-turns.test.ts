import { describe, expect, it } from 'vitest';
import { preferenceLine, ratedPairs } from '../../../src/domain/dataset/preferences.ts';
import { convertRecord } from '../../../src/domain/importing/convert.ts';
import { fieldsNotTaken } from '../../../src/domain/importing/not-taken.ts';
import { row, template } from '../dataset/sample-rows.ts';

describe('turns that are more than texts', () => {
  const user = { role: 'user', content: 'Weather?' };
  const call = {
    role: 'assistant',
    content: null,
    tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } }],
  };
  const text = { role: 'assistant', content: 'Sunny.' };
  const tools = [{ type: 'function', function: { name: 'f' } }];
  const read = (record: object) => convertRecord({ kind: 'text', line: 3, text: JSON.stringify(record) }, null);

  it.each([
    ['conversations', { conversations: [user, call], tools }],
    ['TRL turns', { prompt: [user], completion: [call], tools }],
    ['a text and a call', { prompt: 'Weather?', completion: [call], tools }],
    ['one column', { talk: [user, call], tools }],
  ])('of %s are kept whole as one chat line', (_, record) => {
    expect(read(record).examples).toMatchObject([
      { completion: '[tool call] f({})', whole: JSON.stringify({ messages: [user, call], tools }) },
    ]);
  });

  it('of preference pairs make two lines, whose pair is written as it came', () => {
    const pair = {
      input: { messages: [user], tools, parallel_tool_calls: true },
      preferred_output: [call],
      non_preferred_output: [text],
    };
    const { examples } = read(pair);
    const line = (answer: object) => JSON.stringify({ messages: [user, answer], tools, parallel_tool_calls: true });
    expect(examples).toMatchObject([
      { rating: 'accepted', whole: line(call) },
      { rating: 'rejected', whole: line(text) },
    ]);
    const rows = examples.map((example, n) => ({ ...row(), ...example, id: String(n) }));
    const [found] = ratedPairs(rows, template);
    expect(found?.pairs.map((one) => JSON.parse(preferenceLine(one)))).toEqual([pair]);
  });

  it('leave no field behind', () => {
    const record = { conversations: [user, { ...text, weight: 0 }, user, text], tools, id: 7 };
    expect(fieldsNotTaken(record, null)).toEqual(['conversations.weight', 'tools', 'id']);
    expect(fieldsNotTaken(record, null, true)).toEqual(['id']);
  });

  it('are refused by the name of what is in the way where they cannot be', () => {
    const turns = [
      { from: 'human', value: 'Hi' },
      { from: 'function_call', value: '{}' },
    ];
    expect(read({ conversations: turns })).toMatchObject({
      examples: [],
      findings: [{ line: 3, message: 'conversations has tools, which this form is not read with.' }],
    });
  });
});
