import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvCell, predictionCsv, predictionJsonl } from '../../../../src/domain/evaluation/report/predictions.ts';
import { redactKeys } from '../../../../src/domain/text/sanitize.ts';
import { evaluated, right, wrong } from '../evaluated-items.ts';
import { PLAN } from './report-input.ts';

const KEY = 'sk-live1234567890abcdef';
const ITEMS = [
  evaluated(1, 'Yes', [wrong('=HYPERLINK("http://x")'), right('Yes, "quoted"\nand more')], { kind: 'short' }),
  evaluated(2, 'No', ['failed', null], { kind: 'long' }),
  evaluated(3, '-5', [right('-5'), wrong(`my key is ${KEY}`)]),
];

describe('predictionJsonl', () => {
  const lines = [...predictionJsonl(ITEMS, PLAN, (text) => redactKeys(text, ['HTTP 500']))];

  it('gives each answer a line, with scores, and leaves out what is to come', () => {
    const parsed = lines.map((line): unknown => JSON.parse(line));
    expect(parsed).toHaveLength(5);
    expect(parsed[1]).toMatchObject({
      id: 'item-1',
      line: 1,
      model: 'ft:tuned',
      target: 'Yes',
      answer: 'Yes, "quoted"\nand more',
      scores: [{ grader: 'exact, letter case aside', value: 1, passed: true, note: null }],
      slices: { kind: 'short' },
      prompt: [{ role: 'user', content: 'Question 1' }],
    });
    expect(parsed[2]).toMatchObject({ status: 'failed', scores: [], error: '…' });
  });

  it('has thoughts beside the answer', () => {
    const [item] = ITEMS;
    const [prediction] = item?.predictions ?? [];
    if (item === undefined || !prediction) throw new Error('There is one.');
    const items = [{ ...item, predictions: [{ ...prediction, thoughts: 'Hm.' }] }];
    expect([...predictionJsonl(items, PLAN)].map((line): unknown => JSON.parse(line))).toMatchObject([
      { answer: prediction.text, thoughts: 'Hm.' },
    ]);
  });

  it('is one line each and holds no key', () => {
    expect(lines.every((line) => !line.includes('\n'))).toBe(true);
    expect(lines.join('\n')).not.toContain(KEY);
  });
});

describe('predictionCsv', () => {
  const text = [...predictionCsv(ITEMS, PLAN)].join('\r\n');

  it('reads back with a CSV reader, columns for graders and slices', () => {
    const rows: unknown = parse(text, { columns: true });
    expect(rows).toMatchObject([
      { line: '1', answer: '\'=HYPERLINK("http://x")', 'exact, letter case aside: passed': 'false', kind: 'short' },
      { answer: 'Yes, "quoted"\nand more', 'exact, letter case aside': '1', prompt: 'user: Question 1' },
      { status: 'failed', 'exact, letter case aside': '', error: 'HTTP 500', kind: 'long' },
      { target: '-5', answer: '-5' },
      { answer: 'my key is sk-…' },
    ]);
  });

  it('has thoughts beside the answer, and the note of each grader', () => {
    const [item] = ITEMS;
    const [prediction] = item?.predictions ?? [];
    if (item === undefined || !prediction) throw new Error('There is one.');
    const scores = [{ value: 0, passed: false, note: 'compared a, with b' }];
    const items = [{ ...item, predictions: [{ ...prediction, thoughts: '=Hm.', scores }] }];
    expect(parse([...predictionCsv(items, PLAN)].join('\r\n'), { columns: true })).toMatchObject([
      { thoughts: "'=Hm.", 'exact, letter case aside: note': 'compared a, with b' },
    ]);
    expect(parse(text, { columns: true })).toMatchObject(Array(5).fill({ thoughts: '' }));
  });

  it('leaves a cell empty where an item has no such column, whatever its name', () => {
    const items = [evaluated(1, 'a', [right('a')], { valueOf: 'x' }), evaluated(2, 'a', [right('a')])];
    expect([...predictionCsv(items, PLAN)][2]?.endsWith(',')).toBe(true);
  });

  it('never lets a cell begin as a formula', () => {
    expect(csvCell('-1.5e3')).toBe('-1.5e3');
    expect(csvCell('-1+cmd')).toBe("'-1+cmd");
    expect(csvCell('  =1')).toBe("'  =1");
    fc.assert(
      fc.property(fc.constantFrom('=', '+', '-', '@', '\t', '\r', ' =', '\n@'), fc.string(), (start, rest) => {
        const [[cell]] = parse(csvCell(`${start}x${rest}`), { relax_column_count: true }) as [[string]];
        expect(cell).toBe(`'${start}x${rest}`);
      }),
    );
  });

  it('shows control characters instead of passing them on, but for tabs and line ends', () => {
    expect(csvCell('a\x1b[2J\x00\x7f\x9b\tb')).toBe('a␛[2J␀␡\ufffd\tb');
    expect(csvCell('\x07=cmd')).toBe('␇=cmd');
    expect(csvCell('a\r\nb')).toBe('"a\r\nb"');
  });

  it('gives any text back but for that apostrophe', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (value) => {
        const [[cell]] = parse(csvCell(value), { relax_quotes: false }) as [[string]];
        expect([value, `'${value}`]).toContain(cell);
      }),
    );
  });
});
