import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GraderSpec } from '../../../src/domain/evaluation/graders/graders.ts';
import { summarise } from '../../../src/domain/evaluation/summary.ts';
import type { EvaluatedItem } from '../../../src/domain/evaluation/types.ts';
import { BASE, evaluated, right, type Said, TUNED, wrong } from './evaluated-items.ts';

const plan = (...graders: readonly GraderSpec[]) => ({ models: [BASE, TUNED], graders });

function summaryOf(items: readonly EvaluatedItem[], grader: GraderSpec = { kind: 'exact-ci' }) {
  const summary = summarise(items, plan(grader));
  if (summary === null) throw new Error('no summary');
  const [base, tuned] = summary.models;
  const [pair] = summary.pairs;
  if (base === undefined || tuned === undefined || pair === undefined) throw new Error('not two models');
  return { summary, base, tuned, pair };
}

const ITEMS = [
  evaluated(1, 'Yes', [wrong('No'), right('yes')], { kind: 'short', name: 'a' }),
  evaluated(2, 'No', [right('No'), right('No')], { kind: 'short', name: 'b' }),
  evaluated(3, 'Yes', [wrong('I think so'), right('Yes')], { kind: 'long', name: 'c' }),
  evaluated(4, 'No', ['failed', wrong('Yes')], { kind: 'long', name: 'd' }),
  evaluated(5, 'No', [right('no'), null], { kind: 'long', name: 'e' }),
];

describe('summarise', () => {
  const { summary, base, tuned, pair } = summaryOf(ITEMS);

  it('counts failed and pending apart from wrong', () => {
    expect(base).toMatchObject({ answered: 4, failed: 1, pending: 0, main: { graded: 4, passed: 2, accuracy: 0.5 } });
    expect(tuned).toMatchObject({ answered: 4, failed: 0, pending: 1, main: { graded: 4, passed: 3, accuracy: 0.75 } });
    expect(base).toMatchObject({ promptTokens: 40, completionTokens: 8, unpriced: 0 });
    expect(base.costUsd).toBeCloseTo(0.004, 12);
    expect(base.main.meanInterval).toBeNull();
  });

  it('pairs only what both answered', () => {
    expect(pair).toMatchObject({ n: 3, bothRight: 1, onlyFirst: 0, onlySecond: 2, bothWrong: 0, p: 0.5 });
    expect(pair.difference).toBeCloseTo(2 / 3, 12);
    // Three items measure nothing, so they say nothing of how many would.
    expect(pair.moreRows).toBeNull();
    expect(pair.scoreDifference).toBeNull();
  });

  it('reads a wrong answer as its grader does: thoughts and backticks around a label name it still', () => {
    const items = [1, 2].map((line) => evaluated(line, 'Yes', [wrong('<think>Hm.</think>`No`')]));
    const labels = { kind: 'labels', labels: ['Yes', 'No'] } as const;
    const outside = (grader: GraderSpec) =>
      summarise(items, { models: [BASE], graders: [grader] })?.models[0]?.classes?.outside;
    expect(outside(labels)).toBe(0);
    expect(outside({ ...labels, aside: [] })).toBe(2);
  });

  it('finds the classes of few targets, with answers outside them apart', () => {
    expect(base.classes?.matrix).toEqual({
      labels: ['No', 'Yes'],
      counts: [
        [2, 0, 0],
        [1, 0, 1],
      ],
    });
    expect(base.classes?.outside).toBe(1);
  });

  it.each<readonly [GraderSpec, readonly string[], object | null]>([
    [
      { kind: 'number', tolerance: 1, relative: false },
      ['12', '12', '13', '20', '5'],
      { majority: '12', majorityShare: 0.6 },
    ],
    [{ kind: 'exact' }, ['yes', 'Yes', 'Yes', 'No', 'Paris'], { majority: 'Yes', majorityShare: 0.4 }],
    [{ kind: 'json-schema', schema: { type: 'object' } }, ['{"a":1}', '{"a":2}'], { majorityShare: 1, classes: null }],
    [{ kind: 'regex', pattern: '^{target}$', flags: '' }, ['a', 'a', 'b'], { majority: 'a', majorityShare: 2 / 3 }],
    [{ kind: 'labels', labels: ['YES', 'no'] }, ['yes', 'Yes', 'no'], { majority: 'YES', classes: 2 }],
    [{ kind: 'similarity', threshold: 0.9 }, ['a cat', 'a cat', 'a dog'], { majorityShare: 2 / 3 }],
    [{ kind: 'similarity', threshold: 0.9 }, ['a cat', 'a dog'], null],
    [{ kind: 'similarity', threshold: null }, ['a cat', 'a cat'], null],
    [{ kind: 'judge', ...BASE, rubric: '' }, ['a', 'a'], null],
    [{ kind: 'exact' }, [' '], null],
  ])('holds always answering the most frequent target against %j', (grader, targets, wanted) => {
    const items = targets.map((target, line) => evaluated(line, target, [wrong('x')]));
    const found = summarise(items, { models: [BASE], graders: [grader] })?.baseline ?? null;
    if (wanted === null) expect(found).toBeNull();
    else expect(found).toMatchObject(wanted);
  });

  it.each<readonly [GraderSpec, string, number | null]>([
    [{ kind: 'number', tolerance: 0, relative: false }, 'hold a number', 2],
    [{ kind: 'json-schema', schema: { type: 'object' } }, 'are JSON', 2],
    [{ kind: 'regex', pattern: '^#{target}!$', flags: '' }, 'match the pattern, whatever the target', 1],
    [{ kind: 'labels', labels: ['7', 'No'] }, 'name a label at all', 1],
    [{ kind: 'similarity', threshold: null }, '', null],
  ])('counts what has the format of %j: answers that %s', (grader, does, count) => {
    const items = ['7', '{"a": 1}', '#x!', 'none'].map((text, line) => evaluated(line, 'y', [wrong(text)]));
    const found = summarise([...items, evaluated(9, 'y', ['failed'])], { models: [BASE], graders: [grader] });
    expect(found?.models[0]?.format ?? null).toEqual(count === null ? null : { does, count, of: 4 });
  });

  it('counts answers that were cut apart, though they are graded', () => {
    const cut = (line: number) => {
      const { item, predictions } = evaluated(line, 'Yes', [wrong('I think')]);
      return { item, predictions: predictions.map((one) => one && { ...one, finishReason: 'length' }) };
    };
    const found = summarise([...ITEMS, cut(6), cut(7)], { models: [BASE], graders: [{ kind: 'exact-ci' }] });
    expect(found?.models[0]).toMatchObject({ answered: 6, cut: 2, main: { graded: 6 } });
  });

  it('has a best of several models alone, and says where the items are too few', () => {
    expect(summary.best?.best.model).toEqual(TUNED);
    expect(summary.tooFew).toBe(true);
    expect(summarise(ITEMS, { models: [BASE], graders: [{ kind: 'exact' }] })?.best).toBeNull();
    const level = summarise([evaluated(1, 'a', [right('a'), right('a')])], plan({ kind: 'exact' }));
    expect(level?.best?.tied).toEqual([TUNED]);
  });

  it('says what the most frequent target and what chance would get right', () => {
    expect(summary.baseline).toEqual({ majority: 'No', majorityShare: 0.6, classes: 2 });
  });

  it('slices by label, by slots that slice, and not by what differs everywhere', () => {
    expect(summary.slices.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['label label', 'slot kind']);
    const byKind = summary.slices[1];
    expect(byKind?.rows.map(({ value, items }) => [value, items])).toEqual([
      ['long', 3],
      ['short', 2],
    ]);
    expect(byKind?.rows[1]?.models.map(({ passed, graded }) => [passed, graded])).toEqual([
      [1, 2],
      [2, 2],
    ]);
  });

  it('leaves out a column that repeats the label', () => {
    const items = ITEMS.map(({ item, predictions }) => ({
      item: { ...item, slices: { answer: item.target } },
      predictions,
    }));
    expect(summaryOf(items).summary.slices.map(({ kind }) => kind)).toEqual(['label']);
  });

  it('takes a column called like a member of every object for a column', () => {
    const items = [
      evaluated(1, 'one', [right('x'), right('x')], { constructor: 'a' }),
      evaluated(2, 'two', [right('x'), right('x')], { constructor: 'a' }),
      evaluated(3, 'three', [right('x'), right('x')], { constructor: 'b' }),
      evaluated(4, 'four', [right('x'), right('x')]),
    ];
    const { slices } = summaryOf(items).summary;
    const [table] = slices.filter(({ kind }) => kind === 'slot');
    expect(table?.rows.map(({ value, items: n }) => [value, n])).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
  });

  it('slices by length of the prompt, short to long', () => {
    const items = [5, 200, 5, 1000, 40, 200, 5, 1000].map((length, index) => {
      const one = evaluated(index, `${index}`, [right('x'), right('x')]);
      return { ...one, item: { ...one.item, prompt: [{ role: 'user' as const, content: 'x'.repeat(length) }] } };
    });
    const [table] = summaryOf(items).summary.slices;
    expect(table?.rows.map(({ value, items: n }) => [value, n])).toEqual([
      ['5', 3],
      ['6–40', 1],
      ['41–200', 2],
      ['201–1000', 2],
    ]);
  });

  it('has bootstrap intervals where scores are not only 0 and 1', () => {
    const items = [0.2, 0.4, 0.9, 0.7].map((score, index) =>
      evaluated(index, `free text ${index}`, [
        { text: 'a', score, passed: score >= 0.5 },
        { text: 'b', score: score + 0.1, passed: true },
      ]),
    );
    const found = summaryOf(items, { kind: 'similarity', threshold: 0.5 });
    expect(found.base.main.meanScore).toBeCloseTo(0.55, 12);
    expect(found.base.main.meanInterval?.low).toBeLessThan(0.55);
    expect(found.pair.scoreDifference?.mean).toBeCloseTo(0.1, 12);
    expect(found.pair.scoreDifference?.interval.low).toBeCloseTo(0.1, 12);
    expect(found.base.classes).toBeNull();
  });

  it('answers for nothing at all', () => {
    const { base: none, pair: empty } = summaryOf([]);
    expect(none.main).toMatchObject({ graded: 0, accuracy: null, meanScore: null, interval: { low: 0, high: 1 } });
    expect(none.costUsd).toBeNull();
    expect(empty).toMatchObject({ n: 0, difference: null, p: 1, moreRows: null });
    expect(summarise([], { models: [BASE], graders: [] })).toBeNull();
  });

  it('loses no item: answered, failed and pending make up all', () => {
    const said: fc.Arbitrary<Said> = fc.constantFrom<Said[]>(right('Yes'), wrong('No'), 'failed', null);
    fc.assert(
      fc.property(fc.array(fc.tuple(said, said)), (all) => {
        const made = summaryOf(all.map((both, index) => evaluated(index, 'Yes', both)));
        for (const one of [made.base, made.tuned]) expect(one.answered + one.failed + one.pending).toBe(all.length);
        const { n, bothRight, bothWrong, onlyFirst, onlySecond } = made.pair;
        expect(bothRight + bothWrong + onlyFirst + onlySecond).toBe(n);
      }),
    );
  });
});
