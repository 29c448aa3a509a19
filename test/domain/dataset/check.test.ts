import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DatasetCheck } from '../../../src/domain/dataset/check.ts';
import { Histogram } from '../../../src/domain/dataset/report.ts';
import { sideOf, splitRows } from '../../../src/domain/dataset/split.ts';
import { SHIPPED_PRICES } from '../../../src/domain/pricing/prices.ts';

const line = (content: string) =>
  JSON.stringify({
    messages: [
      { role: 'user', content },
      { role: 'assistant', content: 'ok' },
    ],
  });
const words = (text: string) => text.split(/\s+/).filter((word) => word !== '').length;

function check(lines: readonly string[], model = 'gpt-4o-mini') {
  const checking = new DatasetCheck({ model, count: words, prices: SHIPPED_PRICES });
  for (const text of lines) checking.push(text);
  return checking.finish();
}

describe('DatasetCheck', () => {
  const twelve = Array.from({ length: 12 }, (_, index) => line(`question ${index}`));

  it('counts a sound file', () => {
    const report = check(twelve);
    expect(report).toMatchObject({
      examples: 12,
      findings: [],
      errors: 0,
      warnings: 0,
      missingSystem: 12,
      missingUser: 0,
    });
    expect(report.tokensPerExample).toEqual({ min: 14, p5: 14, p50: 14, p95: 14, max: 14, mean: 14, total: 168 });
    expect(report.assistantTokensPerExample.total).toBe(12);
    expect(report).toMatchObject({ tokenLimit: 65_536, overLimit: [], defaultEpochs: 8, billedTokensPerEpoch: 168 });
    expect(report.costUsd).toBeCloseTo((168 * 8 * 3) / 1e6, 12);
    expect(check(twelve, 'mystery')).toMatchObject({ tokenLimit: null, costUsd: null });
  });

  it('counts what is learned of an answer that calls a tool: its text, and the names and arguments of its calls', () => {
    const call = (id: string, name: string, given: string) => ({
      id,
      type: 'function',
      function: { name, arguments: given },
    });
    const calling = JSON.stringify({
      messages: [
        { role: 'user', content: 'q' },
        { role: 'assistant', content: 'one two', tool_calls: [call('a', 'f', '{"x": 1}'), call('b', 'g', '{}')] },
      ],
      tools: ['f', 'g'].map((name) => ({ type: 'function', function: { name } })),
    });
    expect(check([calling]).assistantTokensPerExample.total).toBe(2 + 3 + 2);
  });

  it('says once of many lines that a key of theirs is not known', () => {
    const labelled = twelve.map((text, index) => `${text.slice(0, -1)},"label":"l","${index < 2 ? 'id' : 'note'}":1}`);
    const { warnings, findings } = check(labelled.slice(0, 11).concat(twelve.slice(11)));
    expect(warnings).toBe(3);
    expect(findings).toMatchObject([
      {
        code: 'unknown-key',
        line: 1,
        count: 11,
        message: expect.stringMatching(/^The key "label" is not known: lines 1, 2, .* and 3 more\.$/),
        fix: expect.stringContaining('luthier split'),
      },
      { line: 1, count: 2, message: 'The key "id" is not known: lines 1, 2.' },
      { line: 3, count: 9 },
    ]);
  });

  it('finds too few examples, duplicates and blank lines', () => {
    const report = check([line('a'), '', line('a')]);
    expect(report.examples).toBe(2);
    expect(report.findings.map(({ code, line: at, severity }) => [code, at, severity])).toEqual([
      ['blank-line', 2, 'warning'],
      ['duplicate', 3, 'warning'],
      ['too-few-examples', 3, 'error'],
    ]);
    expect(check([])).toMatchObject({ examples: 0, errors: 1 });
    expect(check([]).findings[0]?.message).toBe('The file has no examples, but must have at least 10.');
  });

  it('cuts what is over the limit, and says so', () => {
    const report = check([...twelve, line('word '.repeat(70_000))]);
    expect(report.overLimit).toEqual([13]);
    expect(report.billedTokensPerEpoch).toBe(168 + 65_536);
    expect(report.findings).toMatchObject([{ code: 'over-limit', line: 13, severity: 'warning' }]);
  });

  it('goes on after broken lines', () => {
    const report = check([...twelve, '{', line('more'), 'null']);
    expect(report.errors).toBe(2);
    expect(report.findings.map((finding) => finding.line)).toEqual([13, 15]);
    expect(report.messagesPerExample.total).toBe(26);
  });
});

describe('percentiles', () => {
  const summariseTokens = (values: readonly number[]) => {
    const histogram = new Histogram();
    for (const value of values) histogram.add(value);
    return histogram.summary();
  };

  it('are values that occur, by nearest rank', () => {
    expect(summariseTokens([50, 20, 30, 40, 10]).p50).toBe(30);
    expect(summariseTokens([10, 20]).p50).toBe(10);
    expect(summariseTokens([7, 7, 7, 9]).mean).toBe(7.5);
    expect(summariseTokens([])).toEqual({ min: 0, p5: 0, p50: 0, p95: 0, max: 0, mean: 0, total: 0 });
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1 }), (values) => {
        const { min, p5, p50, p95, max } = summariseTokens(values);
        expect([min, p5, p50, p95, max]).toEqual([min, p5, p50, p95, max].toSorted((a, b) => a - b));
        for (const value of [min, p5, p50, p95, max]) expect(values).toContain(value);
        expect(values.filter((value) => value <= p95).length).toBeGreaterThanOrEqual(0.95 * values.length);
      }),
    );
  });
});

describe('splitRows', () => {
  const ids = fc.uniqueArray(fc.string(), { maxLength: 60 }).map((names) => names.map((id) => ({ id })));
  const share = fc.double({ min: 0.01, max: 0.9, noNaN: true });

  it('parts the rows, keeps their order, and holds out some of two or more', () => {
    fc.assert(
      fc.property(ids, share, fc.integer(), (rows, part, seed) => {
        const { train, validation } = splitRows(rows, part, seed);
        expect(train.length + validation.length).toBe(rows.length);
        expect(rows.filter((row) => train.includes(row))).toEqual(train);
        expect(rows.filter((row) => validation.includes(row))).toEqual(validation);
        if (rows.length >= 2) expect(Math.min(train.length, validation.length)).toBeGreaterThan(0);
        if (rows.length > 10) expect(train.length).toBeGreaterThanOrEqual(10);
      }),
    );
  });

  it('never moves a row from the side of its hash when rows are added', () => {
    fc.assert(
      fc.property(ids, ids, share, fc.integer(), (rows, more, part, seed) => {
        const known = new Set(rows.map((row) => row.id));
        const before = splitRows(rows, part, seed);
        const after = splitRows([...more.filter((row) => !known.has(row.id)), ...rows], part, seed);
        const tooFew = after.train.length <= 10 || after.validation.length <= 1;
        fc.pre(!tooFew);
        for (const row of before.train) if (sideOf(row.id, part, seed) === 'train') expect(after.train).toContain(row);
        for (const row of before.validation) {
          if (sideOf(row.id, part, seed) === 'validation') expect(after.validation).toContain(row);
        }
      }),
    );
  });

  it('holds out about the share, and nothing for 0', () => {
    const rows = Array.from({ length: 5_000 }, (_, index) => ({ id: `row-${index}` }));
    expect(Math.abs(splitRows(rows, 0.2, 1).validation.length - 1_000)).toBeLessThan(120);
    expect(splitRows(rows, 0, 1).validation).toEqual([]);
    expect(splitRows(rows, 0.2, 1).validation).not.toEqual(splitRows(rows, 0.2, 2).validation);
  });
});
