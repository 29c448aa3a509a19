import { describe, expect, it } from 'vitest';
import { compileGrader, type GraderSpec, unfitGrader } from '../../../../src/domain/evaluation/graders/graders.ts';

const SLOTS = { race: 'gnome', job: 'bard', pet: 'night owl', tone: ' ' };

function grade(answer: string, spec: GraderSpec = { kind: 'slots' }, slots = SLOTS) {
  const made = compileGrader(spec);
  if (!made.ok || made.value.by !== 'rules') throw new Error('no rules');
  return made.value.grade(answer, 'a target nobody looks at', slots);
}

describe('names every slot', () => {
  it('passes an answer that names all of them, and says which', () => {
    expect(grade('The GNOME is a bard; a night\nowl follows.')).toEqual({
      value: 1,
      passed: true,
      note: 'names gnome, bard, night owl',
    });
  });

  it('scores the share that is named, and says what is missing', () => {
    expect(grade('Some gnomes met a bard.')).toEqual({
      value: 1 / 3,
      passed: false,
      note: 'lacks gnome, night owl; names bard',
    });
    expect(grade('Nothing.').note).toBe('lacks gnome, bard, night owl');
  });

  it('counts only the slots it is told', () => {
    const spec = { kind: 'slots', slots: ['race'] } as const;
    expect(grade('A gnome.', spec).passed).toBe(true);
    expect(grade('A gnome.', { ...spec, slots: ['size'] })).toMatchObject({
      passed: false,
      note: 'the item has no slot to name',
    });
  });

  it('looks in the answer, not in the thoughts before it, where those are set aside', () => {
    const answer = '<think>gnome, bard, night owl</think>A gnome.';
    expect(grade(answer).passed).toBe(true);
    expect(grade(answer, { kind: 'slots', aside: ['thoughts'] }).note).toContain('lacks bard, night owl');
  });

  it('is unfit for items without slots', () => {
    const slots: GraderSpec = { kind: 'slots' };
    expect(unfitGrader([slots], [{ target: 'x' }, { target: 'y', slots: {} }])?.what).toBe(
      'The grader "names every slot" has no slot to look for: 2 items, and none was generated from a template.',
    );
    expect(unfitGrader([slots], [{ target: 'x' }, { target: 'y', slots: SLOTS }])).toBeNull();
    expect(unfitGrader([{ kind: 'slots', slots: ['size'] }], [{ target: 'y', slots: SLOTS }])?.what).toBe(
      'No item has a slot called size: there are race, job, pet, tone.',
    );
    expect(unfitGrader([{ kind: 'exact' }], [{ target: 'x' }])).toBeNull();
  });
});
