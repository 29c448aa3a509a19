import { describe, expect, it } from 'vitest';
import { proposeGraders } from '../../../../src/domain/evaluation/graders/propose.ts';

const STORY = 'A gnome bard met a cat, and together they walked until the lanterns of the town went out.';
const MEAN = { kind: 'similarity', threshold: null };

const proposed = (targets: readonly string[]) => proposeGraders(targets.map((target) => ({ target }))).graders;

describe('proposeGraders', () => {
  it.each([
    ['labels that repeat', ['Yes', 'no', 'yes', 'No'], { kind: 'labels', labels: ['Yes', 'no'] }],
    ['few labels of which one repeats', ['Yes', 'No', 'Yes'], { kind: 'labels', labels: ['No', 'Yes'] }],
    ['sentences that repeat', Array(2).fill(['I like it.', 'I do not like it at all.']).flat(), { kind: 'labels' }],
    ['digits that repeat', ['1', '0', '1', '0'], { kind: 'labels', labels: ['0', '1'] }],
    ['numbers', ['12', '$1,200', '0,5', '3 km'], { kind: 'number', tolerance: 0, relative: false }],
    ['worked answers', ['4*6=24\n#### 24', 'So\n#### 3'], { kind: 'number', tolerance: 0, relative: false }],
    ['telephone numbers', ['+49 30 1234', '+49 30 5678'], { kind: 'exact-ci' }],
    ['ranges', ['3-5', '10\u201320'], { kind: 'exact-ci' }],
    ['lists of numbers', ['1, 2, 3', '4, 5'], { kind: 'exact-ci' }],
    ['dates', ['2024-12-31', '2024-12-30'], { kind: 'exact-ci' }],
    ['short answers', ['Paris', 'St. Petersburg', 'Mt. Everest in Nepal'], { kind: 'exact-ci' }],
    ['one answer', ['Paris'], { kind: 'exact-ci' }],
    ['JSON lists', ['[1,2]', '[3]'], { kind: 'json' }],
    ['objects in a code fence', ['```json\n{"a":1}\n```', '```\n{"a":3}\n```'], { kind: 'json', aside: ['markdown'] }],
    ['objects', ['{"a":1,"b":["x"]}', '{"a":3}'], { kind: 'json' }],
    [
      'objects with prose',
      ['{"a":1,"b":["x"]}', `{"a":{"text":"${STORY}"}}`],
      { kind: 'json-schema', schema: { type: 'object', required: ['a'] } },
    ],
    ['prose', [STORY, `${STORY} The end.`], MEAN],
    ['short sentences', ['A gnome sings.', 'Two cats sleep.'], MEAN],
    ['a line of many words', ['a cat that walks by itself at night', 'Paris'], MEAN],
    ['prose without spaces', ['昔々あるところにおじいさんがいました。', '猫が来た。'], MEAN],
    ['a name without spaces', ['東京', '大阪'], { kind: 'exact-ci' }],
    ['prose among short answers', ['Paris', STORY], MEAN],
    ['prose that repeats', [STORY, STORY, STORY, STORY], MEAN],
    ['prose with a number', [`${STORY} 12`, STORY], MEAN],
    ['nothing', [], { kind: 'exact-ci' }],
  ])('for %s', (_, targets, spec) => {
    expect(proposed(targets)).toEqual([expect.objectContaining(spec)]);
  });

  it('takes whether prose names its slots for right or wrong, and how similar it is beside', () => {
    const item = (race: string, tone: string) => ({
      target: `The ${race} walked on and on until the morning came over the hills.`,
      slots: { race, tone },
    });
    const { graders, why } = proposeGraders([item('elf', 'sad'), item('gnome', 'wry')]);
    expect(graders).toEqual([{ kind: 'slots', slots: ['race'] }, MEAN]);
    expect(why).toBe('the targets are texts that name race');
    const all = [{ target: STORY, slots: { race: 'Gnome', job: 'bard', pet: '' } }];
    expect(proposeGraders(all).graders[0]).toEqual({ kind: 'slots', slots: ['race', 'job'] });
    expect(proposeGraders([{ target: STORY, slots: { race: 'gnome' } }]).graders[0]).toEqual({ kind: 'slots' });
    expect(proposeGraders([{ target: STORY, slots: { race: 'elf' } }]).graders).toEqual([MEAN]);
  });

  it('says why', () => {
    expect(proposeGraders([{ target: 'Yes' }, { target: 'No' }, { target: 'yes' }]).why).toBe(
      'the targets are 2 labels that repeat',
    );
  });
});
