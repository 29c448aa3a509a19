import { describe, expect, test } from 'vitest';
import { nextBlind } from '../../../src/app/evaluation/blind.ts';
import { BASE, fakeItem } from '../../screens/evaluate/render-evaluate.tsx';
import { openFakeWorkbench } from '../fakes/fake-workbench.ts';

describe('learning from an item', () => {
  test('of a file makes it an accepted row of the training side, once, and undo takes it away', () => {
    const { workbench } = openFakeWorkbench();
    const item = {
      rowId: null,
      target: 'Yes',
      slices: { document: 'd' },
      prompt: [{ role: 'user', content: 'Is it?' } as const],
    };
    expect(workbench.rows.learn(item)).toContain('Added');
    expect(workbench.rows.learn(item)).toContain('already');
    const [id = ''] = workbench.rows.ids({});
    expect(workbench.rows.get(id)).toMatchObject({
      completion: 'Yes',
      rating: 'accepted',
      split: 'train',
      cell: { document: 'd' },
      prompt: item.prompt,
    });
    expect(workbench.rows.undo()).toBe('an added row');
    expect(workbench.rows.count({})).toBe(0);
  });
});

describe('judging blind', () => {
  test('passes over what is left for later, and comes back to it', () => {
    const other = { ...BASE, model: 'tuned' };
    const items = ['a', 'b'].map((id) => {
      const item = fakeItem(id, 'Yes', [
        ['No', false],
        ['Yes', true],
      ]);
      return {
        ...item,
        predictions: item.predictions.map((one, at) =>
          one === null ? null : { ...one, model: at === 0 ? BASE : other },
        ),
      };
    });
    const pair = [BASE, other] as const;
    const first = nextBlind('e', items, [], pair)?.item.item.id ?? '';
    const second = nextBlind('e', items, [], pair, new Set([first]))?.item.item.id ?? '';
    expect([first, second].toSorted()).toEqual(['a', 'b']);
    expect(nextBlind('e', items, [], pair, new Set(['a', 'b']))).toBeNull();
    expect(nextBlind('e', items, [], pair)?.item.item.id).toBe(first);
  });
});
