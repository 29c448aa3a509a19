import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BakeoffQuote } from '../../../../src/app/bakeoff/quote.ts';
import { plainTarget } from '../../../../src/domain/bakeoff/target.ts';
import type { BakeoffTarget } from '../../../../src/domain/bakeoff/target-settings.ts';
import type { StepMetrics } from '../../../../src/domain/training/types.ts';
import { deployedOf } from '../../../../src/screens/train/bakeoff/comparison-view.tsx';
import { clippedCurves, firstMeasured, nextFigure, titleOf } from '../../../../src/screens/train/bakeoff/curves.ts';
import { quoteText } from '../../../../src/screens/train/bakeoff/quote-text.ts';

const curve = (...values: readonly number[]) => ({ name: '1', points: values.map((y, x) => ({ x, y })) });

describe('the curves of targets', () => {
  it('have a first spike cut to the height of what follows, and say how high it was', () => {
    const { series, clipped } = clippedCurves([curve(9.1, 1.5, 1.2), curve(2, 1.4, 1.1)]);
    expect(clipped).toBe(9.1);
    expect(series.map(({ points }) => points[0]?.y)).toEqual([1.5, 1.5]);
  });

  it('are left as they are without a spike, and never drawn higher than they were', () => {
    const values = fc.array(fc.double({ min: 0, max: 20, noNaN: true }), { maxLength: 12 });
    fc.assert(
      fc.property(fc.array(values, { maxLength: 6 }), (all) => {
        const given = all.map((own) => curve(...own));
        const { series, clipped } = clippedCurves(given);
        if (clipped === null) expect(series).toEqual(given);
        series.forEach(({ points }, place) => {
          expect(points).toHaveLength(all[place]?.length ?? 0);
          points.forEach(({ y }, at) => {
            expect(y).toBeLessThanOrEqual(all[place]?.[at] ?? 0);
            if (at > 0) expect(y).toBe(all[place]?.[at]);
          });
        });
      }),
    );
  });

  it('never go by one name for a loss of batches and one of all held-out rows', () => {
    expect(titleOf('fullValidLoss')).toContain('all held-out rows');
    expect(titleOf('validLoss')).toMatch(/^Batch validation loss.*not on all$/);
    expect(nextFigure('fullValidLoss')).toBe('validLoss');
    expect(nextFigure('trainLoss')).toBe('fullValidLoss');
    const point = { step: 1, totalSteps: 2, trainLoss: 1, validLoss: 2 } as StepMetrics;
    const none = {
      trainTokenAccuracy: null,
      validTokenAccuracy: null,
      fullValidLoss: null,
      fullValidTokenAccuracy: null,
    };
    expect(firstMeasured([[{ ...point, ...none }]])).toBe('validLoss');
  });
});

describe('what is asked before all are created', () => {
  const quote = (count: number, unknown: number): BakeoffQuote => ({
    targets: Array.from({ length: count }, (_, place) => ({
      target: plainTarget('there', `m${place}`),
      quote: {
        model: 'm',
        trainExamples: 30,
        validationExamples: 9,
        epochs: 1,
        epochsAreDefault: true,
        tokensPerEpoch: 9,
        billedTokens: 9,
        costUsd: 1,
      },
      costUsd: place < unknown ? null : 1,
      notes: [],
      refusal: null,
    })),
    knownUsd: count - unknown,
    unknown,
    warnings: [],
    measuring: { items: 9, calls: 18, reused: 0, promptTokens: 9, upToUsd: null },
  });

  it('names every price or that it is unknown, and the sum', () => {
    expect(quoteText(quote(2, 1))).toEqual([
      'Training: $1.00 and 1 target of unknown price.',
      'Measuring: 18 calls, price unknown.',
      ' ',
      '1  unknown  there:m0',
      '2  $1.00  there:m1',
    ]);
  });

  it('begins with the sum, and leaves out none of the targets', () => {
    const lines = quoteText(quote(40, 0));
    expect(lines[0]).toBe('Training: $40.00.');
    for (let place = 1; place <= 40; place += 1) expect(lines).toContain(`${place}  $1.00  there:m${place - 1}`);
  });

  it('says in what targets of a sweep differ, and what they share once', () => {
    const sweep = (...changes: readonly Partial<BakeoffTarget>[]): BakeoffQuote => {
      const { targets, ...rest } = quote(changes.length, 0);
      const target = plainTarget('together', 'Qwen/Qwen3-8B');
      return { ...rest, targets: targets.map((one, place) => ({ ...one, target: { ...target, ...changes[place] } })) };
    };
    const { hyperparameters } = plainTarget('there', 'm');
    const epochs = (nEpochs: number) => ({ ...hyperparameters, nEpochs, learningRate: 1e-5 });
    expect(
      quoteText(sweep({ hyperparameters: epochs(1) }, { hyperparameters: epochs(3), share: 0.5 }, {})).slice(-4),
    ).toEqual([
      'together:Qwen/Qwen3-8B, each with',
      '1  $1.00  1 epoch, rate 1e-5, all rows',
      '2  $1.00  3 epochs, rate 1e-5, 50% of the rows',
      '3  $1.00  epochs auto, learning rate auto, all rows',
    ]);
    const two = sweep({ hyperparameters: epochs(1) }, { hyperparameters: epochs(3), providerId: 'nebius' });
    expect(quoteText(two).slice(-2)).toEqual([
      '1  $1.00  together:Qwen/Qwen3-8B, 1 epoch',
      '2  $1.00  nebius:Qwen/Qwen3-8B, 3 epochs',
    ]);
  });
});

it('a deployed model is named by its target’s number', () => {
  expect(deployedOf('2=acme/x=1', 3)).toEqual({ place: 1, name: 'acme/x=1' });
  for (const typed of ['', '2', '2=', '4=a', '0=a', 'x=a']) expect(deployedOf(typed, 3)).toBeNull();
});
