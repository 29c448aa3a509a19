import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  classMetrics,
  confusionMatrix,
  macroMetrics,
  topConfusions,
} from '../../../../src/domain/evaluation/statistics/confusion.ts';

const pairs = (targets: readonly string[], predicted: readonly (string | null)[]) =>
  targets.map((target, index) => ({ target, predicted: predicted[index] ?? null }));

describe('confusion', () => {
  /** The example in scikit-learn's documentation of `classification_report`. */
  const published = confusionMatrix(pairs(['0', '1', '2', '2', '2'], ['0', '0', '2', '2', '1']), ['0', '1', '2']);

  it('gives the published figures', () => {
    const classes = classMetrics(published);
    expect(classes.map(({ precision }) => precision)).toEqual([0.5, 0, 1]);
    expect(classes.map(({ recall }) => recall)).toEqual([1, 0, 2 / 3]);
    expect(classes[0]?.f1).toBeCloseTo(0.67, 2);
    expect(classes[2]?.f1).toBeCloseTo(0.8, 10);
    const macro = macroMetrics(classes);
    expect(macro?.precision).toBeCloseTo(0.5, 10);
    expect(macro?.recall).toBeCloseTo(0.56, 2);
    expect(macro?.f1).toBeCloseTo(0.49, 2);
  });

  it('puts answers outside the set in the last column and names the commonest mistakes', () => {
    const matrix = confusionMatrix(pairs(['a', 'a', 'a', 'b'], [null, 'zebra', 'b', 'b']), ['a', 'b']);
    expect(matrix.counts).toEqual([
      [0, 1, 2],
      [0, 1, 0],
    ]);
    expect(topConfusions(matrix, 5)).toEqual([
      { target: 'a', predicted: null, count: 2 },
      { target: 'a', predicted: 'b', count: 1 },
    ]);
    expect(classMetrics(matrix)[0]).toEqual({
      label: 'a',
      support: 3,
      predicted: 0,
      precision: null,
      recall: 0,
      f1: 0,
    });
  });

  it('has no macro figures of nothing', () => {
    expect(macroMetrics(classMetrics(confusionMatrix([], ['a'])))).toBeNull();
  });

  it('counts every item of a known target once', () => {
    const label = fc.constantFrom('a', 'b', 'c');
    fc.assert(
      fc.property(fc.array(fc.record({ target: label, predicted: fc.option(label) })), (items) => {
        const { counts } = confusionMatrix(items, ['a', 'b', 'c']);
        expect(counts.flat().reduce((sum, count) => sum + count, 0)).toBe(items.length);
      }),
    );
  });
});
