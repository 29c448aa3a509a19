import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convertRecord } from '../../../src/domain/importing/convert.ts';
import type { ColumnMapping, ImportMapping, TableRow } from '../../../src/domain/importing/records.ts';
import { withTurns } from '../../../src/domain/importing/turns.ts';

const system = { role: 'system', content: 'Be kind' };
const user = { role: 'user', content: 'Hi' };
const assistant = { role: 'assistant', content: 'Hello' };
const more = { role: 'user', content: 'More?' };
const yes = { role: 'assistant', content: 'Yes' };
const no = { role: 'assistant', content: 'No' };
const mapping: ColumnMapping = { system: '', user: '{q}', assistant: '{a}', label: null, group: null };

const convert = (row: TableRow, how: ImportMapping | null = null) => convertRecord({ kind: 'row', line: 3, row }, how);
const said = (row: TableRow, how: ImportMapping | null = null) =>
  convert(row, how).examples.map(({ prompt, completion }) => [
    ...prompt.map(({ role, content }) => `${role}: ${content}`),
    completion,
  ]);
const codes = (row: TableRow, how: ImportMapping | null = null) => {
  const { examples, findings } = convert(row, how);
  expect(examples).toEqual([]);
  return findings.map(({ code }) => code);
};
const asJson = (row: TableRow): TableRow =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );

describe('a chat in a cell', () => {
  it.each<readonly [string, TableRow, ImportMapping | null, readonly string[]]>([
    ['messages', { messages: [user, assistant], id: '7' }, null, ['user: Hi', 'Hello']],
    [
      'turns of ShareGPT',
      {
        conversations: [
          { from: 'human', value: 'Hi' },
          { from: 'gpt', value: 'Hello' },
        ],
      },
      null,
      ['user: Hi', 'Hello'],
    ],
    [
      'messages that name speakers',
      {
        messages: [
          { from: 'human', value: 'Hi' },
          { from: 'gpt', value: 'Hello' },
        ],
      },
      null,
      ['user: Hi', 'Hello'],
    ],
    [
      'a column of any name',
      { id: '7', dialog: [system, user, assistant] },
      null,
      ['system: Be kind', 'user: Hi', 'Hello'],
    ],
    ['prompt and completion', { prompt: [user], completion: [assistant] }, null, ['user: Hi', 'Hello']],
    [
      'a prompt, the completion text',
      { prompt: [system, user], completion: 'Hello' },
      null,
      ['system: Be kind', 'user: Hi', 'Hello'],
    ],
    [
      'a column before a text',
      { q: [user, assistant, more], a: 'Yes' },
      mapping,
      ['user: Hi', 'assistant: Hello', 'user: More?', 'Yes'],
    ],
    ['a column after a text', { q: 'Hi', a: [user, assistant] }, mapping, ['user: Hi', 'Hello']],
    ['the whole chat in both', { q: [user, assistant], a: [user, assistant] }, mapping, ['user: Hi', 'Hello']],
    [
      'a column beside an empty cell',
      { q: [user], a: 'Hello', c: '' },
      { ...mapping, user: '{q}\n\n{c}' },
      ['user: Hi', 'Hello'],
    ],
    [
      'text parts',
      { messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }, assistant] },
      null,
      ['user: Hi', 'Hello'],
    ],
  ])('%s becomes messages, as a list and as JSON in a text', (_, row, how, expected) => {
    expect(said(row, how)).toEqual([expected]);
    expect(said(asJson(row), how)).toEqual([expected]);
    const line = { kind: 'text', line: 1, text: JSON.stringify(asJson(row)) } as const;
    expect(convertRecord(line, how).examples).toHaveLength(1);
  });

  it('makes a pair of both answers, written as JSON', () => {
    const row = asJson({ chosen: [user, assistant], rejected: [user, no] });
    expect(said(row)).toEqual([
      ['user: Hi', 'Hello'],
      ['user: Hi', 'No'],
    ]);
  });

  it('keeps its own system message before the one that is named, and says so', () => {
    const how = { ...mapping, system: 'Be terse' };
    expect(convert({ q: [system, user], a: 'Hello' }, how)).toMatchObject({ keptSystem: true });
    expect(said({ q: [user], a: 'Hello' }, how)).toEqual([['system: Be terse', 'user: Hi', 'Hello']]);
  });

  it('is refused where it cannot be messages, never taken as JSON text', () => {
    expect(codes({ q: [user], a: 'Hello' }, { ...mapping, user: 'Say: {q}' })).toEqual(['turns-in-text']);
    expect(codes({ q: 'Hi', a: 'Hello', s: [system] }, { ...mapping, system: '{s}' })).toEqual(['turns-in-text']);
    expect(codes({ q: [{ role: 'user', content: 3 }], a: 'Hello' }, mapping)).toEqual(['turns']);
    expect(codes({ q: 'Hi', a: [user] }, mapping)).toEqual(['last-not-assistant']);
    expect(codes({ q: [user, assistant], a: 'Yes' }, mapping)).toEqual(['question-answered']);
    expect(codes({ q: "[{'role': 'user', 'content': 'Hi'}]", a: 'Hello' }, mapping)).toEqual(['python-turns']);
  });

  it('is no table with a question and an answer of its own, and no list of other things', () => {
    expect(
      said(
        { question: 'Hi', answer: 'Hello', trace: [user, assistant] },
        { ...mapping, user: '{question}', assistant: '{answer}' },
      ),
    ).toEqual([['user: Hi', 'Hello']]);
    for (const value of ['[{"a": 1}]', '[1]', '[{', '[]', 'text', '{"role": "user"}']) {
      expect(said({ q: value, a: 'Hello' }, mapping)).toEqual([[`user: ${value}`, 'Hello']]);
    }
  });

  it('leaves a row without turns as it is', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string()), (row) => {
        expect(withTurns(row)).toBe(row);
      }),
    );
  });
});

describe('a pair of columns', () => {
  const how = { ...mapping, rejected: '{b}' };

  it('is both answers, rated', () => {
    const { examples } = convert({ q: 'Go on?', a: 'Yes', b: 'No' }, how);
    expect(examples.map(({ completion, rating }) => [completion, rating])).toEqual([
      ['Yes', 'accepted'],
      ['No', 'rejected'],
    ]);
    expect(said({ q: [user, assistant, more], a: [yes], b: [no] }, how)[1]?.at(-1)).toBe('No');
  });

  it('is refused without the second answer, or after other turns', () => {
    expect(codes({ q: 'Go on?', a: 'Yes', b: ' ' }, how)).toEqual(['empty-rejected']);
    expect(codes({ q: 'Go on?', a: [user, yes], b: [more, no] }, how)).toEqual(['turns-differ']);
  });
});
