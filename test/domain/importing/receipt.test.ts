import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convertRecord } from '../../../src/domain/importing/convert.ts';
import { fieldsNotTaken } from '../../../src/domain/importing/not-taken.ts';
import { ReceiptCounter, receiptLines, recordsLeftOut } from '../../../src/domain/importing/receipt.ts';
import type { ImportMapping, TableRow } from '../../../src/domain/importing/records.ts';

const receiptOf = (rows: readonly TableRow[], mapping: ImportMapping | null = null) => {
  const counter = new ReceiptCounter(mapping, null);
  for (const [index, row] of rows.entries()) {
    counter.push(convertRecord({ kind: 'text', line: index + 1, text: JSON.stringify(row) }, mapping));
  }
  return counter.receipt();
};

const MAPPING = { system: '', user: '{q}', assistant: '{a}', label: 'topic', group: null };

describe('the receipt of an import', () => {
  it('counts what came in, what was left out by reason, and the fields that stayed behind', () => {
    const receipt = receiptOf(
      [
        { q: 'One?', a: 'Yes', topic: 'x', source: 'web', note: '' },
        { q: 'Two?', a: '', topic: 'x', source: 'web' },
        { q: 'Three?', a: ' ', topic: 'x' },
        { q: '', a: 'No', topic: 'x' },
        { q: 'Five?', a: 'No', topic: 'x', source: 'book' },
      ],
      MAPPING,
    );
    expect(receipt).toMatchObject({
      records: 5,
      taken: 2,
      leftOut: [
        { code: 'empty-answer', records: 2, line: 2 },
        { code: 'empty-question', records: 1, line: 4 },
      ],
      notTaken: [{ field: 'source', records: 2 }],
    });
    expect(receiptLines(receipt, 'chat lines')).toEqual([
      '5 records read: 2 taken, 3 left out.',
      '! 2 left out, the first on line 2: The answer is empty. Fill the cell, or leave the row out.',
      '! 1 left out, the first on line 4: The question is empty. Fill the cell, or map another column.',
      'Fields not taken, with their records: source (2).',
    ]);
  });

  it('says of the second answers what becomes of them', () => {
    const receipt = receiptOf([{ prompt: 'A fruit?', chosen: 'Apple', rejected: 'Chair' }]);
    expect(receipt.pairs).toBe(1);
    expect(receiptLines(receipt, 'chat lines')[1]).toContain('1 rejected answer left out of chat lines');
    expect(receiptLines(receipt, 'rows')[1]).toContain('two rows each');
    expect(receiptLines(receipt, 'preference lines')[1]).toBe('1 pair kept with both answers.');
  });

  it('names a dozen fields and counts the rest', () => {
    const many = Object.fromEntries(Array.from({ length: 15 }, (_, n) => [`f${n}`, 'x']));
    const [, fields] = receiptLines(receiptOf([{ q: 'One?', a: 'Yes', topic: 'x', ...many }], MAPPING), 'rows');
    expect(fields).toMatch(/f11 \(1\), 3 more\.$/);
  });

  it('leaves no record uncounted, whatever the records are', () => {
    const cell = fc.oneof(fc.constant(''), fc.string(), fc.constant(null));
    fc.assert(
      fc.property(fc.array(fc.record({ q: cell, a: cell, topic: cell })), (rows) => {
        const receipt = receiptOf(rows, MAPPING);
        expect(receipt.records).toBe(rows.length);
        expect(receipt.taken + recordsLeftOut(receipt)).toBe(rows.length);
      }),
    );
  });
});

describe('fields not taken', () => {
  const user = { role: 'user', content: 'Hi' };
  const assistant = { role: 'assistant', content: 'Hello' };

  it.each<readonly [string, TableRow, readonly string[]]>([
    ['chat', { messages: [user, assistant], id: 7, tools: [{ type: 'function' }] }, ['id']],
    ['chat without tools', { messages: [user, assistant], tools: [], functions: null, system: 'Be kind' }, []],
    ['turns with weights', { conversations: [user, { ...assistant, weight: 0 }] }, ['conversations.weight']],
    ['Alpaca', { instruction: 'Hi', input: '', output: 'Hello', text: 'Below is…' }, ['text']],
    ['a pair', { prompt: 'Hi', completion: 'Hello', meta: { a: 1 } }, ['meta']],
    ['a preference pair', { prompt: 'Hi', chosen: 'Hello', rejected: 'No', score_chosen: 9 }, ['score_chosen']],
    [
      'a preference pair of OpenAI',
      {
        input: { messages: [user], tools: [{}], parallel_tool_calls: true },
        preferred_output: [assistant],
        non_preferred_output: [assistant],
      },
      ['input.tools'],
    ],
    ['a system that is no text', { instruction: 'Hi', output: 'Hello', system: 3 }, ['system']],
  ])('of %s', (_, row, expected) => {
    expect(fieldsNotTaken(row, null)).toEqual(expected);
  });

  it('are not those that a person names beside the messages', () => {
    const row = { messages: [user, assistant], topic: 'x', place: 'Rome' };
    expect(fieldsNotTaken(row, { system: 'In {place}', label: 'topic', group: null })).toEqual([]);
  });
});

describe('records of a shape of their own', () => {
  const user = { role: 'user', content: 'Hi' };
  const assistant = { role: 'assistant', content: 'Hello' };
  const own = { messages: [user, assistant], system: 'Own' };
  const said = (row: TableRow, mapping: ImportMapping) => {
    const { examples, keptSystem } = convertRecord({ kind: 'row', line: 1, row }, mapping);
    return { first: examples[0]?.prompt[0]?.content, cell: examples[0]?.cell, keptSystem };
  };

  it('take the system message, label and group that are named, and keep a system message of their own', () => {
    const mapping = { system: 'Of {topic}', label: 'topic', group: 'doc' };
    const row = { messages: [user, assistant], topic: 'law', doc: 'a.pdf' };
    const cell = { topic: 'law', doc: 'a.pdf' };
    expect(said(row, mapping)).toEqual({ first: 'Of law', cell, keptSystem: false });
    expect(said({ ...row, ...own }, mapping)).toEqual({ first: 'Own', cell, keptSystem: true });
    expect(said({ prompt: 'Hi', completion: 'Hello', system: 'Own' }, { ...mapping, system: '' })).toMatchObject({
      first: 'Own',
      keptSystem: false,
    });
  });

  it('warn of no key that is only not taken', () => {
    const row = { ...own, id: 7, topic: 'x' };
    expect(convertRecord({ kind: 'text', line: 1, text: JSON.stringify(row) }, null).findings).toEqual([]);
  });
});

describe('cells of no text', () => {
  const row = { q: 'Hi', a: '2 bytes', picture: '9 bytes' };
  const faults = ['a', 'picture'].map((column) => ({ column, what: '2 bytes that are not UTF-8' }));
  const convert = (mapping: ImportMapping) => convertRecord({ kind: 'row', line: 3, row, faults }, mapping);

  it('leave a row out where they are mapped, by row and column, and nowhere else', () => {
    expect(convert(MAPPING)).toMatchObject({
      examples: [],
      findings: [{ code: 'no-text', line: 3, message: 'Row 3 of the column a holds 2 bytes that are not UTF-8.' }],
    });
    expect(convert({ ...MAPPING, assistant: '{q}', label: null }).examples).toHaveLength(1);
    expect(convert({ ...MAPPING, assistant: '{q}', label: 'picture' }).findings).toMatchObject([{ code: 'no-text' }]);
  });
});
