import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accuracyOf, accuracySummary } from '../../../../src/components/feedback/verdict.ts';
import { summarise } from '../../../../src/domain/evaluation/summary.ts';
import { pValue } from '../../../../src/domain/text/format.ts';
import { sortClasses } from '../../../../src/screens/evaluate/metrics/classes-panel.tsx';
import {
  cursorText,
  type MatrixMove,
  moveCursor,
  SHADES,
  shadeOf,
} from '../../../../src/screens/evaluate/metrics/confusion-matrix.ts';
import { costText, pairLines } from '../../../../src/screens/evaluate/metrics/format.ts';
import { filterItems, filterText, type ItemFilter } from '../../../../src/screens/evaluate/results/item-filter.ts';
import { itemText } from '../../../../src/screens/evaluate/results/item-text.ts';
import { unicodeSymbols } from '../../../../src/theme/symbols.ts';
import { BASE, fakeItem, TUNED } from '../render-evaluate.tsx';

const ITEMS = [
  fakeItem('a', 'Yes', [
    ['No', false],
    ['Yes', true],
  ]),
  fakeItem('b', 'No', [
    ['No', true],
    ['No', true],
  ]),
  fakeItem('c', 'Yes', [
    ['maybe', false],
    ['No', false],
  ]),
  fakeItem('d', 'No', [
    ['', null],
    ['No', true],
  ]),
  fakeItem('e', 'Yes', [undefined, undefined]),
];
const LABELS = ['No', 'Yes'];
const idsOf = (filter: ItemFilter) =>
  filterItems(ITEMS, filter)
    .map(({ item }) => item.id)
    .join('');

describe('filters', () => {
  it('distinguish wrong from failed and from what is still to come', () => {
    expect(idsOf({ kind: 'all' })).toBe('abcde');
    expect(idsOf({ kind: 'wrong', model: null })).toBe('ac');
    expect(idsOf({ kind: 'wrong', model: 1 })).toBe('c');
    expect(idsOf({ kind: 'disagreements' })).toBe('a');
    expect(idsOf({ kind: 'failed' })).toBe('d');
    expect(idsOf({ kind: 'text', text: 'MAYBE' })).toBe('c');
    expect(idsOf({ kind: 'slice', name: 'bank', value: 'b' })).toBe('b');
    expect(idsOf({ kind: 'label', label: 'No', labels: LABELS })).toBe('bd');
  });

  it('find the items of a cell of the matrix, those outside the labels too', () => {
    const cell = { kind: 'confused', model: 0, labels: LABELS } as const;
    expect(idsOf({ ...cell, target: 'Yes', predicted: 'No' })).toBe('a');
    expect(idsOf({ ...cell, target: 'Yes', predicted: null })).toBe('c');
    expect(idsOf({ ...cell, target: 'No', predicted: 'No' })).toBe('b');
    expect(filterText({ ...cell, target: 'Yes', predicted: null }, [])).toBe('Yes taken for no label');
  });

  it('count a failed call for neither right nor wrong', () => {
    expect(accuracyOf(ITEMS, 0)).toEqual({ right: 1, graded: 3, mean: null, failed: 1, waiting: 1 });
    expect(accuracySummary(ITEMS, 2)).toBe('33.3% → 75.0%');
    const scored = ITEMS.map(({ item, predictions }) => ({
      item,
      predictions: predictions.map(
        (one) => one && { ...one, scores: one.scores.map(() => ({ value: 0.25, passed: null, note: null })) },
      ),
    }));
    expect(accuracySummary(scored, 2)).toBe('mean 0.25 → mean 0.25');
    const summary = summarise(scored, { models: [BASE, TUNED], graders: [{ kind: 'similarity', threshold: null }] });
    const [pair] = summary?.pairs ?? [];
    if (pair === undefined) throw new Error('no pair');
    expect(pairLines(pair, 'base', 'tuned').join('')).toMatch(/^tuned against base: mean score 0\.000 more on 3 items/);
  });
});

describe('comparisons in words', () => {
  const pairOf = (only: number, length = 30) => {
    const items = Array.from({ length }, (_, index) =>
      fakeItem(String(index), 'Yes', [
        ['No', index >= only],
        ['Yes', true],
      ]),
    );
    const pair = summarise(items, { models: [BASE, TUNED], graders: [{ kind: 'exact' }] })?.pairs[0];
    if (pair === undefined) throw new Error('no pair');
    return pairLines(pair, 'base', 'tuned').join('\n');
  };

  it('guess at no number of rows from items too few to measure anything', () => {
    expect(pairOf(2, 9)).toContain('too few rows to tell');
    expect(pairOf(2, 9)).not.toContain('more row');
    expect(pairOf(2, 10)).toContain('more rows would separate them');
    expect(pairOf(9, 9)).toContain('tuned is better than base');
  });

  it('name the better one, or say how many more rows it takes', () => {
    expect(pairOf(12)).toContain('tuned is better than base (McNemar exact, p < 0.001)');
    expect(pairOf(12)).toContain('30 items both answered, +40.0 points');
    expect(pairOf(3)).toMatch(/No significant difference \(McNemar exact, p = 0\.250\): about \d+ more rows would/);
    expect(pairOf(0)).toContain('they do not differ on these rows');
  });

  it('never print a p of 0 or an unknown cost as nothing', () => {
    expect(pValue(0)).toBe('p < 0.001');
    expect(costText({ costUsd: null, unpriced: 3 })).toBe('unknown');
    expect(costText({ costUsd: 1, unpriced: 3 })).toContain('over');
  });
});

describe('the matrix', () => {
  it('keeps its cursor inside, whatever is pressed', () => {
    const moves: readonly MatrixMove[] = ['up', 'down', 'left', 'right', 'page-up', 'page-down', 'first', 'last'];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...moves)), fc.integer({ min: 1, max: 77 }), (pressed, classes) => {
        const end = pressed.reduce((at, move) => moveCursor(at, move, classes, 9), { row: 0, column: 0 });
        expect(end.row).toBeGreaterThanOrEqual(0);
        expect(end.row).toBeLessThan(classes);
        expect(end.column).toBeGreaterThanOrEqual(0);
        expect(end.column).toBeLessThanOrEqual(classes);
      }),
    );
  });

  it('shades by the share of the row, heavier never being less', () => {
    expect([0, 1, 10, 11, 20, 30, 31, 40].map((value) => shadeOf(value, 40, SHADES)).join('')).toBe(' ░░▒▒▓██');
  });

  it('says what a cell is', () => {
    const matrix = {
      labels: LABELS,
      counts: [
        [3, 1, 0],
        [2, 2, 4],
      ],
    };
    expect(cursorText(matrix, { row: 1, column: 0 })).toBe('Yes taken for No: 2 of 8 (25%)');
    expect(cursorText(matrix, { row: 1, column: 2 })).toBe('Yes taken for none of the labels: 4 of 8 (50%)');
    expect(cursorText(matrix, { row: 0, column: 0 })).toBe('No answered right: 3 of 4 (75%)');
  });

  it('puts the worst class first and those without a figure last', () => {
    const one = (label: string, f1: number | null) => ({
      label,
      support: 1,
      predicted: 1,
      precision: 1,
      recall: 1,
      f1,
    });
    const sorted = sortClasses([one('good', 0.9), one('none', null), one('bad', 0.1)], 'f1');
    expect(sorted.map(({ label }) => label)).toEqual(['bad', 'good', 'none']);
  });
});

describe('an item whole', () => {
  it('shows a score without a pass mark as one, neither passed nor not', () => {
    const [item] = ITEMS.map(({ item: one, predictions }) => ({
      item: one,
      predictions: predictions.map(
        (said) => said && { ...said, scores: [{ value: 0.25, passed: null, note: 'chrF 0.25' }] },
      ),
    }));
    if (item === undefined) throw new Error('no item');
    const { text } = itemText(item, ['base'], [{ kind: 'similarity', threshold: null }], unicodeSymbols, true);
    expect(text).toContain(`${unicodeSymbols.ok} scored  similarity (chrF)  0.25  chrF 0.25`);
    expect(text).not.toContain('passed');
  });
});
