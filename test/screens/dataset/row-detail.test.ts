import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildReport, MeasureTotals } from '../../../src/domain/dataset/report.ts';
import type { DatasetFinding } from '../../../src/domain/dataset/types.ts';
import { displayWidth } from '../../../src/domain/text/graphemes.ts';
import { sanitizeText } from '../../../src/domain/text/sanitize.ts';
import { addToTally, balanceText, lengthDistribution, newTally } from '../../../src/screens/dataset/balance.tsx';
import { overLimitText, reportLines, verdict } from '../../../src/screens/dataset/check.tsx';
import { findingsText } from '../../../src/screens/dataset/findings.tsx';
import { detailText } from '../../../src/screens/dataset/row-detail.tsx';
import { asciiSymbols, unicodeSymbols } from '../../../src/theme/symbols.ts';
import { PRICES, sampleRow } from '../../services/store/sample.ts';

const measure = (tokens: number) => ({
  tokens,
  messages: 2,
  assistantTokens: 5,
  hasSystem: false,
  hasUser: true,
});
const finding: DatasetFinding = {
  code: 'x',
  severity: 'error',
  line: 3,
  message: 'No role.',
  fix: 'Add one.',
};

describe('check in words', () => {
  const totals = new MeasureTotals('gpt-4o-mini');
  for (let line = 1; line <= 20; line += 1) totals.add(line, measure(line <= 10 ? 100 : 70_000));
  const report = buildReport({
    model: 'gpt-4o-mini',
    kind: 'chat',
    examples: 20,
    findings: [finding],
    flagged: 0,
    prices: PRICES,
    totals,
  });

  it('names percentiles by their true names, and an unknown price as unknown', () => {
    const text = reportLines(report, 200).join('\n');
    expect(text).toMatch(/tokens a row +p5 100 {2}p50 100 {2}p95 70,000/);
    const [narrow] = reportLines(report, 70);
    expect(narrow).toMatch(/^tokens a row +p50 100 .* total [\d,]+$/);
    expect(narrow?.length).toBeLessThanOrEqual(70);
    expect(text).toContain('cost unknown');
    expect(text).toContain('without        system message 20');
    expect(verdict(report)).toEqual({ kind: 'error', word: '20 examples, 1 error, 0 warnings: a job would refuse it' });
    expect(findingsText(report.findings)).toBe('line 3: error: No role. Add one.');
  });

  it('names some of the rows over the limit, and says when there is no limit to go by', () => {
    expect(overLimitText(report)).toContain(
      '10 rows of more than 65,536 tokens: line 11, 12, 13, 14, 15, 16, 17, 18 and 2 more',
    );
    expect(overLimitText({ ...report, tokenLimit: null, model: 'mine' })).toContain('unknown');
  });
});

describe('balance', () => {
  it('shows a value without rows, and lengths in characters where tokens are unknown', () => {
    const tally = newTally([{ name: 'race', values: ['elf', 'gnome'] }]);
    addToTally(tally, [sampleRow('p', 'a'), sampleRow('p', 'b', { cell: { race: 'elf' } })]);
    expect(tally.values.get('race')).toEqual(
      new Map([
        ['elf', 2],
        ['gnome', 0],
      ]),
    );
    expect(lengthDistribution(tally, 4)).toEqual({ unit: 'tokens', bars: [{ label: '20', count: 2 }] });
    const text = balanceText(tally, 40, unicodeSymbols);
    expect(text).toContain('race: 2 values, from 0 to 2');
    expect(text).toMatch(/gnome 0 ▲ no row/);
    addToTally(tally, [sampleRow('p', 'c', { usage: null, completion: 'x'.repeat(7) })]);
    expect(lengthDistribution(tally, 4).unit).toBe('characters');
  });

  it('never leaves its width, whatever the values are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 60 })),
        fc.integer({ min: 24, max: 90 }),
        (values, width) => {
          const tally = newTally([{ name: 'slot', values }]);
          addToTally(
            tally,
            values.map((value, at) => sampleRow('p', String(at), { cell: { slot: value } })),
          );
          for (const line of balanceText(tally, width, asciiSymbols).split('\n')) {
            expect(displayWidth(line)).toBeLessThanOrEqual(width);
          }
        },
      ),
    );
  });
});

describe('detailText', () => {
  const messages = [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'elf, owl' },
    { role: 'assistant', content: 'An Elf.' },
  ] as const;

  it('shows the whole example and what the teacher said, in the order of the pane', () => {
    const row = sampleRow('p', 'a', { completion: 'An Elf.', model: 'practice-writer', costUsd: null });
    const titles = (first: boolean) => {
      const { text, spans } = detailText(row, messages, first);
      return spans.filter(({ tone }) => tone === 'key').map(({ start, end }) => text.slice(start, end));
    };
    expect(titles(false)).toEqual(['Flag', 'System', 'Student prompt', 'Answer', 'Teacher']);
    expect(titles(true)).toEqual(['Flag', 'Answer', 'System', 'Student prompt', 'Teacher']);
    const thinking = detailText({ ...row, thoughts: 'An elf it is.' }, messages, true).text;
    expect(thinking).toContain('Answer\nAn Elf.\n\nThoughts (4 words, no part of the answer)\nAn elf it is.');
    const { text, spans } = detailText(row, messages, false);
    expect(text).toContain('does not name owl');
    expect(text).toContain('practice-writer (practice engine)');
    expect(text).toContain('cost unknown');
    expect(text).toContain('tokens 10 in (0 cached), 20 out');
    expect(spans.filter(({ tone }) => tone === 'slot').map(({ start, end }) => text.slice(start, end))).toEqual([
      'Elf',
    ]);
  });

  it('says what the line of the row has beside its texts', () => {
    const whole = JSON.stringify({
      messages: [
        { role: 'user', name: 'Ann', content: 'elf, owl' },
        { role: 'assistant', content: 'An Elf.', weight: 1 },
      ],
      tools: [{ type: 'function', function: { name: 'get_\x1b[2Jowl' } }],
    });
    const { text } = detailText(sampleRow('p', 'a', { whole }), messages, false);
    expect(text).toContain('Kept as in its file');
    expect(text).toMatch(/tools: get_.*owl\nmessage 1: name Ann\nmessage 2: weight 1/);
    expect(sanitizeText(text)).toBe(text);
    expect(detailText(sampleRow('p', 'a'), messages, false).text).not.toContain('Kept as in its file');
  });

  it('is safe, and its spans are in order and apart, whatever the text', () => {
    const hostile = fc.string({
      unit: fc.oneof(fc.constantFrom('\x1b[2J', '\x1b]0;x\x07', '\u202e', 'a', 'İ', '\n', '界'), fc.string()),
    });
    fc.assert(
      fc.property(hostile, hostile, hostile, (completion, value, error) => {
        const row = sampleRow('p', 'a', { completion, cell: { a: value, b: 'a' }, error, model: value });
        const { text, spans } = detailText(
          row,
          [
            { role: 'user', content: error },
            { role: 'assistant', content: completion },
          ],
          true,
        );
        expect(sanitizeText(text)).toBe(text);
        let end = 0;
        for (const span of spans) {
          expect(span.start).toBeGreaterThanOrEqual(end);
          end = span.end;
        }
        expect(end).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});
