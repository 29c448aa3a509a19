import { describe, expect, it } from 'vitest';
import { proposeGrader } from '../../../../src/domain/evaluation/graders/propose.ts';

const STORY = 'A gnome bard met a cat, and together they walked until the lanterns of the town went out.';

describe('proposeGrader', () => {
  it.each([
    ['labels that repeat', ['Yes', 'no', 'yes', 'No'], { kind: 'labels', labels: ['Yes', 'no'] }],
    ['digits that repeat', ['1', '0', '1', '0'], { kind: 'labels', labels: ['0', '1'] }],
    ['numbers', ['12', '$1,200', '0,5', '3 km'], { kind: 'number', tolerance: 0, relative: false }],
    ['worked answers', ['4*6=24\n#### 24', 'So\n#### 3'], { kind: 'number', tolerance: 0, relative: false }],
    ['dates', ['2024-12-31', '2024-12-30'], { kind: 'exact-ci' }],
    ['short answers', ['Paris', 'Rome'], { kind: 'exact-ci' }],
    ['one answer', ['Paris'], { kind: 'exact-ci' }],
    ['objects', ['{"a":1,"b":2}', '{"a":3}'], { kind: 'json-schema', schema: { type: 'object', required: ['a'] } }],
    ['prose', [STORY, `${STORY} The end.`], { kind: 'similarity', threshold: null }],
    ['prose among short answers', ['Paris', STORY], { kind: 'similarity', threshold: null }],
    ['prose that repeats', [STORY, STORY, STORY, STORY], { kind: 'similarity', threshold: null }],
    ['prose with a number', [`${STORY} 12`, STORY], { kind: 'similarity', threshold: null }],
    ['nothing', [], { kind: 'exact-ci' }],
  ])('for %s', (_, targets, spec) => {
    expect(proposeGrader(targets)).toEqual(spec);
  });
});
