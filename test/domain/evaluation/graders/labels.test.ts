import { describe, expect, it } from 'vitest';
import { labelSet, labelsGrader, normaliseLabel } from '../../../../src/domain/evaluation/graders/labels.ts';

describe('normaliseLabel', () => {
  it('leaves case, punctuation and white space aside', () => {
    expect(normaliseLabel(' **Card_Arrival**. ')).toBe('card arrival');
    expect(normaliseLabel('card-arrival\n')).toBe('card arrival');
    expect(normaliseLabel('ＹＥＳ')).toBe('yes');
    expect(normaliseLabel('--')).toBe('--');
  });
});

describe('labelSet', () => {
  it('gives the label as the set spells it, or null', () => {
    const labelOf = labelSet(['card_arrival', 'Refund not showing up?']);
    expect(labelOf('Card arrival!')).toBe('card_arrival');
    expect(labelOf('refund not showing up')).toBe('Refund not showing up?');
    expect(labelOf('the card arrival')).toBeNull();
    expect(labelOf('')).toBeNull();
  });

  it('lets punctuation count where labels differ in nothing else', () => {
    const labelOf = labelSet(['-1', '0', '1']);
    expect([labelOf('-1'), labelOf('1'), labelOf('1.')]).toEqual(['-1', '1', null]);
    expect(labelSet(['C', 'C#'])('c#')).toBe('C#');
  });

  it('keeps the first of two spellings of one label', () => {
    expect(labelSet(['Yes', 'yes'])('YES')).toBe('Yes');
  });
});

describe('labelsGrader', () => {
  const made = labelsGrader(['Yes', 'No']);
  if (!made.ok) throw new Error(made.problem.what);
  const grade = made.value;

  it('passes the same label and says why another answer does not', () => {
    expect(grade('"yes."', 'Yes').passed).toBe(true);
    expect(grade('No', 'Yes')).toEqual({ value: 0, passed: false, note: 'No for Yes' });
    expect(grade('Maybe', 'Yes').note).toBe('not one of the labels: "Maybe"');
    expect(grade('Yes', 'Perhaps').note).toBe('the target is not one of the labels: "Perhaps"');
  });
});
