import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { candidatesOf } from '../../../src/domain/bakeoff/candidates.ts';
import { type Comparison, comparisonTask } from '../../../src/domain/bakeoff/comparison.ts';
import { learningCurves } from '../../../src/domain/bakeoff/learning-curve.ts';
import { plainTarget, targetId } from '../../../src/domain/bakeoff/target.ts';
import { bestText, curveText, notWorseText } from '../../../src/domain/bakeoff/words.ts';
import { runToEnd } from '../../../src/domain/common/cooperative.ts';
import { createRandom } from '../../../src/domain/common/random.ts';
import type { EvaluatedItem } from '../../../src/domain/evaluation/types.ts';
import { evaluated, type Said } from '../evaluation/evaluated-items.ts';

const targets = ['a', 'b', 'c'].map((provider) => plainTarget(provider, 'base'));
const candidates = candidatesOf({ targets }, ({ providerId }) => ({ model: `ft:${providerId}`, trainingUsd: 1 }));
const graders = [{ kind: 'exact' }] as const;

/** Answers of each candidate, right with its chance, at its price and time. */
function items(
  chances: readonly number[],
  count: number,
  prices: readonly (number | null)[] = [],
  seed = 1,
): EvaluatedItem[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, line) => {
    const said = candidates.map((_, place): Said => {
      const right = random.next() < (chances[place] ?? 0);
      return { text: right ? 'yes' : 'no', score: right ? 1 : 0 };
    });
    const { item, predictions } = evaluated(
      line + 1,
      'yes',
      said,
      {},
      candidates.map(({ model }) => model),
    );
    return {
      item,
      predictions: predictions.map((one, place) =>
        one === null
          ? null
          : {
              ...one,
              latencyMs: 10 * (line + 1),
              costUsd: prices[place] === undefined ? 0.001 : (prices[place] ?? null),
            },
      ),
    };
  });
}

function compare(found: readonly EvaluatedItem[], margin: number | null = null): Comparison {
  const made = runToEnd(comparisonTask(found, candidates, { graders }, { margin }));
  return made ?? expect.unreachable('there is a grader');
}

describe('candidates', () => {
  it('are each base once, before the tuned models that can be asked', () => {
    const same = [plainTarget('a', 'm'), { ...plainTarget('a', 'm'), seed: 1 }, plainTarget('b', 'm')];
    const made = candidatesOf({ targets: same }, ({ seed }) => ({
      model: seed === null ? null : 'ft',
      trainingUsd: 2,
    }));
    expect(made.map(({ short, base, trainingUsd }) => [short, base, trainingUsd])).toEqual([
      ['base 1+2', null, 0],
      ['2 tuned', 0, 2],
      ['base 3', null, 0],
    ]);
  });
});

describe('a comparison', () => {
  it('has an accuracy with its interval, a price of 1,000 calls and times of each', () => {
    const { candidates: found } = compare(items([0, 1, 0, 1, 0, 1], 40));
    expect(found[1]).toMatchObject({
      per1000Usd: expect.closeTo(1),
      latencyP50Ms: 200,
      latencyP95Ms: 380,
      promptTokens: 10,
    });
    expect(found[1]?.summary.main).toMatchObject({ accuracy: 1, graded: 40 });
  });

  it('corrects every p for the number of comparisons', () => {
    const { pairs } = compare(items([0.4, 0.5, 0.4, 0.6, 0.5, 0.45], 100));
    expect(pairs).toHaveLength(15);
    for (const { p, adjusted } of pairs) {
      expect(adjusted).toBeGreaterThanOrEqual(p);
      expect(adjusted).toBeLessThanOrEqual(Math.min(1, p * 15) + 1e-12);
    }
  });

  it('calls nothing best where chance may have chosen', () => {
    const close = compare(items([0.5, 0.52, 0.5, 0.51, 0.5, 0.5], 60));
    expect(bestText(close).join(' ')).toMatch(/^Highest: .*Chance may have put it before/);
    const clear = compare(items([0.1, 0.98, 0.1, 0.1, 0.1, 0.1], 200));
    expect(bestText(clear).join(' ')).toMatch(/^Best: a:base, tuned: /);
  });

  it('names the cheapest of those that are shown not to be worse', () => {
    const found = compare(items([0.1, 0.9, 0.1, 0.9, 0.1, 0.3], 2_000, [0.1, 0.009, 0.1, 0.002, 0.1, 0.0001]), 0.1);
    expect(found.notWorse).toMatchObject({ shown: [1, 3], cheapest: 3 });
    expect(notWorseText(found)[0]).toContain(
      'Cheapest that is not worse than the best: b:base, tuned, $2.00 for 1,000 calls.',
    );
  });

  it('does not rank what has no known price, and says so', () => {
    const found = compare(items([0.1, 0.9, 0.1, 0.9, 0.1, 0.3], 2_000, [0.1, null, 0.1, 0.002, 0.1, 0.1]), 0.1);
    expect(found.notWorse).toMatchObject({ shown: [1, 3], cheapest: 3, unpriced: [1] });
    expect(notWorseText(found).join(' ')).toContain('unknown: 1 tuned');
  });

  it('claims nothing of few items, nor without a margin', () => {
    expect(compare(items([0.1, 0.9, 0.1, 0.9, 0.1, 0.9], 9), 0.1).notWorse?.shown).toEqual([]);
    expect(compare(items([0.1, 0.9, 0.1, 0.9, 0.1, 0.9], 100)).notWorse).toBeNull();
  });

  it('claims more, and never less, with a wider margin', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000 }),
        fc.double({ min: 0.01, max: 0.4, noNaN: true }),
        (seed, margin) => {
          const found = items([0.3, 0.7, 0.4, 0.65, 0.2, 0.5], 80, [], seed);
          const [narrow, wide] = [
            compare(found, margin).notWorse?.shown ?? [],
            compare(found, margin * 2).notWorse?.shown ?? [],
          ];
          expect(narrow.every((place) => wide.includes(place))).toBe(true);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('seldom claims of a model that is worse by the margin that it is not', () => {
    let wrong = 0;
    const times = 150;
    for (let run = 0; run < times; run += 1) {
      const { notWorse } = compare(items([0.1, 0.8, 0.1, 0.7, 0.1, 0.1], 150, [], run + 10), 0.1);
      if (notWorse?.shown.some((place) => place !== 1)) wrong += 1;
    }
    expect(wrong / times).toBeLessThan(0.08);
  });

  it('compares mean scores where nothing is right or wrong', () => {
    const found = items([0.2, 0.9, 0.2, 0.5, 0.2, 0.2], 60).map(({ item, predictions }) => ({
      item,
      predictions: predictions.map((one) =>
        one === null
          ? null
          : { ...one, scores: one.scores.map((score) => ({ ...score, value: score.value * 0.8, passed: null })) },
      ),
    }));
    const { pairs, best, notWorse } = compare(found, 0.2);
    expect(best).toBe(1);
    expect(pairs[0]).toMatchObject({ first: 0, second: 1 });
    expect(pairs[0]?.p).toBeLessThan(0.01);
    expect(notWorse?.shown).toEqual([1]);
  });
});

describe('a learning curve', () => {
  const shares = [0.25, 0.5, 1].map((share) => ({ ...plainTarget('a', 'base'), share }));
  const [one] = candidates;
  const onShares = candidatesOf({ targets: shares }, (target) => ({ model: `ft:${target.share}`, trainingUsd: 1 }));

  function curve(chances: readonly number[], count: number, margin: number | null) {
    const random = createRandom(3);
    const found = Array.from({ length: count }, (_, line) => {
      const drawn = random.next();
      const said = onShares.map((_, place): Said => {
        const right = drawn < (chances[place] ?? 0);
        return { text: right ? 'yes' : 'no', score: right ? 1 : 0 };
      });
      return evaluated(
        line + 1,
        'yes',
        said,
        {},
        onShares.map(({ model }) => model),
      );
    });
    const comparison = runToEnd(comparisonTask(found, onShares, { graders }, { margin }));
    if (comparison === null) throw new Error('there is a grader');
    const [made] = learningCurves(shares, comparison, margin);
    return made ?? expect.unreachable('there are three shares');
  }

  it('rises where the last rows helped, is flat below the margin, and unclear on few items', () => {
    expect(one?.short).toBe('base 1');
    expect(curve([0.2, 0.5, 0.6, 0.75], 200, 0.02).verdict).toBe('rising');
    expect(curve([0.2, 0.5, 0.7, 0.7], 800, 0.02).verdict).toBe('flat');
    expect(curve([0.2, 0.5, 0.7, 0.71], 100, 0.02).verdict).toBe('unclear');
  });

  it('says what the last rows did, with its interval', () => {
    const made = curve([0.2, 0.5, 0.6, 0.75], 200, 0.02);
    expect(made.stops.map(({ share }) => share)).toEqual([0.25, 0.5, 1]);
    expect(curveText(made, true, 0.02)[0]).toMatch(
      /^a:base: from 50% to 100% of the rows it gained [\d.]+ points \(95% [\d.]+ to [\d.]+\): more rows would likely help\.$/,
    );
  });

  it('is none where there is one share', () => {
    expect(learningCurves(targets, compare(items([0.1, 0.9, 0.1, 0.9, 0.1, 0.9], 20)), null)).toEqual([]);
    expect(new Set(shares.map(targetId)).size).toBe(3);
  });
});
