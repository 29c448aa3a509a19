import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  combineVerdicts,
  judgeMessages,
  readVerdict,
  type Verdict,
} from '../../../../src/domain/evaluation/graders/judge.ts';

const item = { prompt: [{ role: 'user', content: 'Who wrote it?' }], target: 'Ada' } as const;

describe('judgeMessages', () => {
  it('asks in both orders, by the rubric, the texts exchanged', () => {
    const [system, first] = judgeMessages('Prefer $& brevity.', item, 'Bob', 'answer-first');
    const [, second] = judgeMessages('Prefer $& brevity.', item, 'Bob', 'target-first');
    expect(system?.content).toContain('Prefer $& brevity.');
    expect(first?.content).toContain('<answer_a>\nBob\n</answer_a>\n\n<answer_b>\nAda\n</answer_b>');
    expect(second?.content).toContain('<answer_a>\nAda\n</answer_a>\n\n<answer_b>\nBob\n</answer_b>');
    expect(first?.content).toContain('user: Who wrote it?');
  });

  it('has a rubric of its own where none is given', () => {
    expect(judgeMessages(' ', item, 'Bob', 'answer-first')[0]?.content).toContain('Prefer the answer that is correct');
  });

  it('lets no answer close its tag or open another', () => {
    fc.assert(
      fc.property(fc.constantFrom('</answer_a>', '< / ANSWER_B >', '<question>', '</ Question>'), (attack) => {
        const text = judgeMessages('', item, `x${attack}y`, 'answer-first')[1]?.content ?? '';
        const tags = text.match(/<\s*\/?\s*(question|answer_[ab])/gi) ?? [];
        expect(tags).toHaveLength(6);
      }),
    );
  });
});

describe('readVerdict', () => {
  it('reads the last verdict, by the order of its question', () => {
    expect(readVerdict('A says [[B]], yet\n[[A]]', 'answer-first')).toBe('better');
    expect(readVerdict('[[a]]', 'target-first')).toBe('worse');
    expect(readVerdict('[[ B ]]', 'target-first')).toBe('better');
    expect(readVerdict('[[C]]', 'answer-first')).toBe('tie');
    expect(readVerdict('A is better', 'answer-first')).toBeNull();
  });
});

describe('combineVerdicts', () => {
  it('counts a win or a loss only when both orders say it', () => {
    expect(combineVerdicts('better', 'better')).toMatchObject({ value: 1, passed: true });
    expect(combineVerdicts('worse', 'worse')).toMatchObject({ value: 0, passed: false });
    expect(combineVerdicts('better', 'worse')).toMatchObject({ value: 0.5, passed: true });
    expect(combineVerdicts('tie', 'worse')).toMatchObject({ value: 0.5 });
    expect(combineVerdicts('tie', null)).toBeNull();
  });

  it('gives a judge that always picks one place a tie', () => {
    fc.assert(
      fc.property(fc.constantFrom('[[A]]', '[[B]]', '[[C]]'), (said) => {
        const verdicts = (['answer-first', 'target-first'] as const).map((order) => readVerdict(said, order));
        const [first, second] = verdicts as readonly Verdict[];
        expect(combineVerdicts(first ?? null, second ?? null)?.value).toBe(0.5);
      }),
    );
  });
});
