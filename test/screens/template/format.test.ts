import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findTemplateProblems } from '../../../src/domain/template/problems.ts';
import { renderPrompt } from '../../../src/domain/template/prompt.ts';
import { sanitizeText } from '../../../src/domain/text/sanitize.ts';
import { answerSegments, combinationCount, productText, quoteSegments } from '../../../src/screens/template/format.ts';
import { findingAt, slotSpans } from '../../../src/screens/template/panes/finding-line.tsx';
import { fieldHeights } from '../../../src/screens/template/panes/prompts.tsx';
import { previewDocument, renderStyledPrompt } from '../../../src/screens/template/preview-document.ts';
import { answerOf, templateOf } from '../../app/fakes/provider.ts';

const slotsOf = (...counts: readonly number[]) =>
  counts.map((count, index) => ({
    name: `s${index}`,
    values: Array.from({ length: count }, (_, value) => `${value}`),
  }));

describe('productText', () => {
  it('multiplies the lists, and only counts where it is narrow', () => {
    expect(productText(slotsOf(6, 6, 6, 6), 40)).toBe('6 × 6 × 6 × 6 = 1,296 combinations');
    expect(productText(slotsOf(6, 6, 6, 6), 20)).toBe('1,296 combinations');
    expect(productText(slotsOf(2, 0), 40)).toBe('2 × 0 = 0 combinations');
    expect(productText([], 40)).toBe('no slots, 1 combination');
  });

  it('counts a lattice that nobody could hold', () => {
    expect(productText(slotsOf(...Array.from({ length: 40 }, () => 10)), 30)).toBe('about 1.00e40 combinations');
    expect(combinationCount(1n)).toBe('1 combination');
  });
});

describe('rendered', () => {
  const part = fc.constantFrom('{a}', '{b}', '{nope}', '{{', '}}', '{', '}', '{ a }', 'text ', 'ü\n', '😀', '{}');

  it('is what renderPrompt gives, made safe', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 20 }), fc.string(), (parts, value) => {
        const prompt = parts.join('');
        const cell = { a: value, b: 'bee' };
        const { text, spans } = renderStyledPrompt(prompt, cell);
        // Made safe part by part, so a value that is half an escape sequence cannot join its neighbour; compare safe values.
        const safe = { a: sanitizeText(value), b: 'bee' };
        expect(text).toBe(renderPrompt(prompt, safe).replace(/\n+$/, ''));
        for (const span of spans) expect(span.end).toBeGreaterThan(span.start);
      }),
    );
  });

  it('marks the values where they stand', () => {
    const { text, spans } = renderStyledPrompt('An {a} and {x}.', { a: 'elf' });
    expect(spans.map(({ start, end, tone }) => [text.slice(start, end), tone])).toEqual([
      ['elf', 'slot'],
      ['{x}', 'error'],
    ]);
  });
});

describe('previewDocument', () => {
  it('shows the system message only when there is one', () => {
    const cell = { a: 'a0', b: 'b1' };
    expect(previewDocument(templateOf(2), cell).text).toBe(
      'Student prompt\na0, b1\n\nTeacher prompt\nWrite of a0 and b1',
    );
    expect(previewDocument({ ...templateOf(2), system: 'Be kind.' }, cell).text).toMatch(
      /^System message[^\n]*\nBe kind\.\n\nStudent prompt/,
    );
  });
});

describe('marks in a prompt', () => {
  it('distinguish slots from what is none', () => {
    expect(slotSpans('{a} {b} {{c}} }', ['a']).map(({ start, tone }) => [start, tone])).toEqual([
      [0, 'slot'],
      [4, 'error'],
      [14, 'error'],
    ]);
  });

  it('speak of the finding at the cursor, else of the first', () => {
    const findings = findTemplateProblems({ ...templateOf(2), studentPrompt: '{aa}, {a}, {b}, {bb}' });
    const said = (cursor: number | null) => findingAt(findings, 'studentPrompt', cursor)?.message;
    expect(said(18)).toBe('There is no slot named bb.');
    expect(said(8)).toBe('There is no slot named aa.');
    expect(said(null)).toBe('There is no slot named aa.');
    expect(findingAt(findings, 'system', 0)).toBeNull();
  });
});

describe('figures', () => {
  const counts = { cells: 16n, selected: 16, alreadyThere: 4, toGenerate: 12, fromAside: 0, byOthers: 0, earlier: 0 };
  const quote = { ...counts, otherModels: [], isWhole: true, promptTokens: 9, maxCompletionTokens: 9, batched: null };
  const texts = (upToUsd: number | null) =>
    quoteSegments({ value: { ...quote, upToUsd }, pending: false, problem: null }, 'm').map(({ text }) => text);

  it('never call an unknown price nothing', () => {
    expect(texts(null)).toEqual(['price unknown', '12 requests to m, 4 there already']);
    expect(texts(0.5)[0]).toBe('up to $0.50');
    expect(texts(0)[0]).toBe('$0.00');
    expect(answerSegments(answerOf('x', { usage: null }), null).map(({ text }) => text)).toContain('cost unknown');
  });

  it('measure an answer', () => {
    const answer = answerOf('x', { firstTokenMs: 250, totalMs: 1250 });
    expect(answerSegments(answer, 0.001).map(({ text }) => text)).toEqual([
      ...['10 tokens', '$0.0010', 'first token 250 ms', 'whole 1.3 s', '10 tokens/s', 'prompt 10 tokens'],
    ]);
  });
});

describe('fieldHeights', () => {
  it('uses every row and gives each prompt one at least', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 3, max: 60 }),
        fc.constantFrom(null, 'system' as const, 'studentPrompt' as const),
        (rows, editing) => {
          const { system, teacherPrompt, studentPrompt } = fieldHeights(rows, editing);
          expect(system + teacherPrompt + studentPrompt).toBe(rows);
          expect(Math.min(system, teacherPrompt, studentPrompt)).toBeGreaterThan(0);
        },
      ),
    );
    expect(fieldHeights(7, 'studentPrompt').studentPrompt).toBe(5);
  });
});
