import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readImportLine } from '../../../src/domain/dataset/example-lines.ts';
import { ColumnCounter, guessMapping } from '../../../src/domain/importing/columns.ts';
import { convertRecord, previewExample } from '../../../src/domain/importing/convert.ts';
import { renderRow } from '../../../src/domain/importing/mapping.ts';
import type { Additions, ColumnMapping, TableRow } from '../../../src/domain/importing/records.ts';
import { shapeEntry, shapeOf } from '../../../src/domain/importing/shapes.ts';
import { parseSource } from '../../../src/domain/importing/source.ts';
import { isBlank } from '../../../src/domain/text/blank.ts';

const columnsOf = (rows: readonly TableRow[]) => {
  const counter = new ColumnCounter();
  for (const row of rows) counter.push(row);
  return counter.columns();
};
const record = (row: TableRow) => ({ kind: 'row', line: 7, row }) as const;
const asText = (value: unknown) => ({ kind: 'text', line: 7, text: JSON.stringify(value) }) as const;
const told = (value: unknown) =>
  convertRecord(asText(value), null).examples.map(({ prompt, completion, rating }) => ({
    said: [...prompt.map(({ role, content }) => `${role}: ${content}`), completion],
    rating,
  }));

describe('the shapes of records', () => {
  const user = { role: 'user', content: 'Hi' };
  const assistant = { role: 'assistant', content: 'Hello' };
  const one = [{ said: ['user: Hi', 'Hello'], rating: 'unrated' }];
  const pair = [
    { said: ['user: Hi', 'Hello'], rating: 'accepted' },
    { said: ['user: Hi', 'Go away'], rating: 'rejected' },
  ];

  it.each([
    ['chat', { messages: [user, assistant] }, one],
    ['prompt-completion', { prompt: 'Hi', completion: 'Hello' }, one],
    [
      'prompt-completion',
      { prompt: 'Go on: node->', completion: ' 20 END' },
      [{ said: ['user: Go on: node->', ' 20 END'], rating: 'unrated' }],
    ],
    [
      'sharegpt',
      {
        conversations: [
          { from: 'human', value: 'Hi' },
          { from: 'gpt', value: 'Hello' },
        ],
      },
      one,
    ],
    [
      'sharegpt',
      { system: 'Be kind', conversations: [user, assistant] },
      [{ said: ['system: Be kind', 'user: Hi', 'Hello'], rating: 'unrated' }],
    ],
    [
      'alpaca',
      { instruction: 'Translate', input: 'Hi', output: 'Salut' },
      [{ said: ['user: Translate\n\nHi', 'Salut'], rating: 'unrated' }],
    ],
    ['alpaca', { instruction: 'Hi', input: '', output: 'Hello' }, one],
    [
      'dpo',
      {
        input: { messages: [user] },
        preferred_output: [assistant],
        non_preferred_output: [{ role: 'assistant', content: 'Go away' }],
      },
      pair,
    ],
    ['dpo', { prompt: 'Hi', chosen: 'Hello', rejected: 'Go away' }, pair],
    ['dpo', { chosen: [user, assistant], rejected: [user, { role: 'assistant', content: 'Go away' }] }, pair],
    [
      'dpo',
      {
        prompt: 'More?',
        chosen: [user, assistant, { role: 'user', content: 'More?' }, { role: 'assistant', content: 'Yes' }],
        rejected: [user, assistant, { role: 'user', content: 'More?' }, { role: 'assistant', content: 'No' }],
      },
      [
        { said: ['user: Hi', 'assistant: Hello', 'user: More?', 'Yes'], rating: 'accepted' },
        { said: ['user: Hi', 'assistant: Hello', 'user: More?', 'No'], rating: 'rejected' },
      ],
    ],
    ['dpo', { instruction: 'Hi', input: '', chosen: 'Hello', rejected: 'Go away' }, pair],
    [
      'dpo',
      { input: { messages: [user] }, preferred_completion: [assistant], non_preferred_completion: 'Go away' },
      pair,
    ],
    [
      'alpaca',
      { instruction: 'Hi', output: 'Hello', system: 'Be kind', history: [['A', 'B']] },
      [{ said: ['system: Be kind', 'user: A', 'assistant: B', 'user: Hi', 'Hello'], rating: 'unrated' }],
    ],
    ['turns', { prompt: [user], completion: [assistant] }, one],
  ])('%s', (shape, value, expected) => {
    expect(shapeOf(value as TableRow)).toBe(shape);
    expect(told(value)).toEqual(expected);
  });

  it('reads a chat row of a table whose other keys are empty', () => {
    const row = {
      id: 1,
      messages: [
        { ...user, name: null },
        { ...assistant, name: null },
      ],
    };
    expect(convertRecord(record(row), null).examples).toMatchObject([{ completion: 'Hello' }]);
  });

  it('takes a key that is null for one that is absent', () => {
    const nulls = { tool_calls: null, function_call: null, refusal: null, name: null, weight: null };
    expect(told({ messages: [user, { ...assistant, ...nulls }], tools: null, functions: null })).toEqual(one);
    expect(shapeOf({ prompt: 'Hi', completion: 'Hello', chosen: null, rejected: null })).toBe('prompt-completion');
    const empty = convertRecord(asText({ messages: [user, { ...assistant, ...nulls, content: null }] }), null);
    expect(empty).toMatchObject({ examples: [], findings: [{ code: 'missing-content' }] });
  });

  it('refuses a table written column by column, and what is nested deeper than can be read', () => {
    const codes = (text: string) =>
      convertRecord({ kind: 'text', line: 7, text }, null).findings.map(({ code, line }) => [code, line]);
    const byColumn = { question: { 0: 'a', 1: 'b' }, answer: { 0: 'c', 1: 'd' } };
    expect(shapeOf(byColumn)).toBe('by-column');
    expect(codes(JSON.stringify(byColumn))).toEqual([['unreadable-record', 7]]);
    expect(codes(`{"a": ${'['.repeat(9_000)}1${']'.repeat(9_000)}}`)).toEqual([['too-deep', 7]]);
  });

  it('refuses by line and with a fix what is none of them, and never throws', () => {
    const differ = { chosen: [user, assistant], rejected: [{ ...user, content: 'Ho' }, assistant] };
    for (const value of [
      differ,
      { conversations: [{ from: 'who', value: 3 }] },
      { chosen: 1, rejected: 2 },
      { a: 1 },
      [],
      3,
    ]) {
      const { examples, findings } = convertRecord(asText(value), null);
      expect(examples).toEqual([]);
      expect(findings.find(({ severity }) => severity === 'error')).toMatchObject({ line: 7, fix: /./ });
    }
    fc.assert(fc.property(fc.json(), (text) => void convertRecord({ kind: 'text', line: 1, text }, null)));
  });
});

describe('preferences that are transcripts', () => {
  const before = '\n\nHuman: Hi\n\nAssistant: Hello\n\nAnd so on.\n\nHuman: And?\n\nAssistant:';

  it('have their turns as the prompt, and the last as the answers', () => {
    const said = ['user: Hi', 'assistant: Hello\n\nAnd so on.', 'user: And?'];
    expect(told({ chosen: `${before} Good.`, rejected: `${before} Bad.` })).toEqual([
      { said: [...said, 'Good.'], rating: 'accepted' },
      { said: [...said, 'Bad.'], rating: 'rejected' },
    ]);
  });

  it('are answers as they stand where the record has a prompt of its own', () => {
    expect(told({ prompt: 'q', chosen: `${before} Good.`, rejected: 'Bad.' })[0]?.said).toEqual([
      'user: q',
      `${before} Good.`,
    ]);
  });
});

describe('a completion that was turned down', () => {
  const turns = (role: string, content: string) => [{ role, content }];
  it.each([
    { prompt: 'q', completion: 'a' },
    { prompt: turns('user', 'q'), completion: turns('assistant', 'a') },
  ])('is no example to learn, unless its label is said to be one: %j', (pair) => {
    const of = (label: unknown, mapping: Additions | null = null) => convertRecord(asText({ ...pair, label }), mapping);
    expect(of(true).examples).toHaveLength(1);
    expect(of('false').examples).toHaveLength(1);
    expect(of(false)).toMatchObject({ examples: [], findings: [{ code: 'turned-down', line: 7 }] });
    expect(of(false, { system: '', label: 'label', group: null }).examples).toHaveLength(1);
  });
});

describe('a key that stands twice in a record', () => {
  it.each([
    '{"prompt":"a","completion":"b","completion":"c"}',
    '{"instruction":"a","output":"b","output":"c"}',
    '{"question":"a","answer":"b","answer":"c"}',
    '{"conversations":[{"from":"human","value":"a","value":"b"},{"from":"gpt","value":"c"}]}',
  ])('leaves the record out, by its line: %s', (text) => {
    const mapping = { system: '', user: '{question}', assistant: '{answer}', label: null, group: null };
    for (const by of [null, text.includes('question') ? mapping : null]) {
      const { examples, findings } = convertRecord({ kind: 'text', line: 7, text }, by);
      expect(examples).toEqual([]);
      expect(findings).toMatchObject([{ code: 'repeated-key', line: 7 }]);
    }
    const pair = text.includes('prompt') ? readImportLine(text, 7) : null;
    expect(pair?.example ?? null).toBeNull();
  });
});

describe('templates of columns', () => {
  it('put cells in their places, keep doubled braces, and leave no gap for an empty cell', () => {
    const row = { text: 'A clause', 'case id': 7, none: null, tags: ['x'] };
    expect(renderRow('{text} ({case id}) {{json}} {tags}', row)).toBe('A clause (7) {json} ["x"]');
    expect(renderRow('{text}\n\n{none}', row)).toBe('A clause');
    expect(renderRow('{__proto__}{constructor}', row)).toBe('');
  });

  it('give back any text that has no braces, cell for cell', () => {
    const plain = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !isBlank(text));
    fc.assert(
      fc.property(plain, plain, (user, answer) => {
        const mapping = { system: '', user: '{q}', assistant: '{a}', label: null, group: null };
        const { examples } = convertRecord(record({ q: user, a: answer }), mapping);
        expect(examples).toEqual([
          { prompt: [{ role: 'user', content: user }], completion: answer, cell: {}, rating: 'unrated' },
        ]);
      }),
    );
  });
});

describe('mapping', () => {
  const mapping: ColumnMapping = {
    system: 'Answer Yes or No',
    user: '{text}',
    assistant: '{answer}',
    label: 'answer',
    group: 'document_name',
  };

  it('makes system, user and assistant, with label and group as the cell', () => {
    const { examples } = convertRecord(record({ text: 'A clause', answer: 'Yes', document_name: 'a.pdf' }), mapping);
    expect(examples[0]?.cell).toEqual({ answer: 'Yes', document_name: 'a.pdf' });
    expect(examples[0]?.prompt.map(({ role }) => role)).toEqual(['system', 'user']);
  });

  it('shows in the preview what is empty and what is wrong', () => {
    const empty = previewExample(record({ text: 'A clause', answer: ' ', document_name: null }), mapping);
    expect(empty).toMatchObject({ messages: null, empty: ['answer', 'document_name'] });
    expect(empty.findings).toMatchObject([{ code: 'empty-answer', line: 7 }]);
    const unknown = previewExample(record({ text: 'A clause', answers: 'Yes', document_name: 'a' }), mapping);
    expect(unknown.findings).toMatchObject([{ code: 'unknown-column', fix: 'Did you mean answers?' }]);
    const good = previewExample(record({ text: 'A clause', answer: 'Yes', document_name: 'a.pdf' }), mapping);
    expect(good).toMatchObject({ label: 'Yes', group: 'a.pdf', empty: [], findings: [] });
    expect(good.messages?.at(-1)).toEqual({ role: 'assistant', content: 'Yes' });
  });

  it.each([
    [['index', 'answer', 'text', 'document_name'], '{text}', '{answer}', 'document_name'],
    [['text', 'category'], '{text}', '{category}', null],
    [['text', 'label'], '{text}', '{label}', null],
    [['utterance', 'intent'], '{utterance}', '{intent}', null],
    [['instruction', 'input', 'output'], '{instruction}\n\n{input}', '{output}', null],
    [['Question', 'Answer'], '{Question}', '{Answer}', null],
  ])('is guessed of %j', (names, user, assistant, group) => {
    const rows = [1, 1, 2, 2].map((value) => Object.fromEntries(names.map((name) => [name, `${name} ${value}`])));
    const label = assistant.slice(1, -1);
    expect(guessMapping(columnsOf(rows))).toEqual({ system: '', user, assistant, label, group });
  });

  it('is not guessed of columns that show nothing, and no label of answers that are all different', () => {
    expect(guessMapping(columnsOf([{ a: 1, b: 2 }]))).toBeNull();
    const rows = ['x', 'y', 'z'].map((answer) => ({ question: 'Why?', answer }));
    expect(guessMapping(columnsOf(rows))?.label).toBeNull();
  });
});

describe('columns', () => {
  it('count types, empty cells and values', () => {
    const rows = [
      { text: 'a', n: '1', x: '1.5', ok: 'Yes', list: ['a'], odd: 'a', none: '' },
      { text: 'b', n: '2', x: '2', ok: 'no', list: [], odd: ['a'], none: null },
      { text: '', n: '2', x: 'NaN', ok: '', list: [], odd: {}, none: ' ' },
    ];
    const columns = new Map(columnsOf(rows).map((column) => [column.name, column]));
    const types = Array.from(columns.values(), ({ name, type, empty }) => [name, type, empty]);
    expect(types).toEqual([
      ...[
        ['text', 'text', 1],
        ['n', 'integer', 0],
        ['x', 'text', 0],
        ['ok', 'yes/no', 1],
      ],
      ...[
        ['list', 'list', 0],
        ['odd', 'mixed', 0],
        ['none', 'empty', 3],
      ],
    ]);
    expect(columns.get('n')?.values).toEqual([
      { value: '2', count: 2 },
      { value: '1', count: 1 },
    ]);
    expect(columnsOf(Array.from({ length: 101 }, (_, n) => ({ n })))[0]?.values).toBeNull();
  });
});

describe('sources', () => {
  it('are files, or datasets of the Hub by name or page', () => {
    const hub = { kind: 'hub', id: 'nguha/legalbench', config: null, split: null };
    expect(parseSource(' hf:nguha/legalbench ')).toMatchObject({ value: hub });
    expect(parseSource('https://huggingface.co/datasets/nguha/legalbench/')).toMatchObject({ value: hub });
    expect(parseSource('~/a.csv')).toMatchObject({ value: { kind: 'file', path: '~/a.csv' } });
    const artifact = { kind: 'wandb', path: 'team/nda/data:v2#train.jsonl' };
    expect(parseSource(' wandb:team/nda/data:v2#train.jsonl')).toMatchObject({ value: artifact });
    expect(parseSource('wandb-artifact://team/nda/data:v2#train.jsonl')).toMatchObject({ value: artifact });
    expect(parseSource('wandb:data:v2')).toMatchObject({
      ok: false,
      problem: { next: expect.stringContaining('entity/project/name:alias') },
    });
    expect(parseSource('hf:a/b/../c')).toMatchObject({ ok: false });
    expect(parseSource(' ')).toMatchObject({ ok: false });
  });
});

describe('the table of shapes', () => {
  const shapes = ['chat', 'sharegpt', 'dpo', 'alpaca', 'prompt-completion', 'table'] as const;

  it('lets every shape but a bare table become rows as it is', () => {
    expect(shapes.filter((shape) => !shapeEntry(shape).asIs)).toEqual(['table']);
    expect(shapes.map((shape) => shapeEntry(shape).label)).toEqual([
      'chat messages',
      'ShareGPT conversations',
      'preference pairs',
      'Alpaca instructions',
      'prompt and completion',
      'a table',
    ]);
  });

  it('takes the first shape that fits, and a table where none does', () => {
    expect(shapeOf({ messages: [], conversations: [], prompt: 'a', completion: 'b' })).toBe('chat');
    expect(shapeOf({ instruction: 'a', output: 'b', prompt: 'a', completion: 'b' })).toBe('alpaca');
    expect(shapeOf({ question: 'a' })).toBe('table');
  });
});
