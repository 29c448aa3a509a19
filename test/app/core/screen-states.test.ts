import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { createScreenStates, fieldReader, type ScreenStateKind } from '../../../src/app/core/screen-states.ts';
import type { Problem } from '../../../src/domain/common/outcome.ts';
import { VirtualClock } from '../fakes/clock.ts';
import { MemoryScreenStates, openFakeWorkbench } from '../fakes/fake-workbench.ts';

interface Browse {
  readonly filter: string;
  readonly cursor: number;
  readonly open: boolean;
}

const FRESH: Browse = { filter: '', cursor: 0, open: false };
const read = fieldReader<Pick<Browse, 'filter' | 'cursor'>>(() => ({ filter: z.string(), cursor: z.int() }));
const KIND: ScreenStateKind<Browse> = {
  name: 'browse',
  save: ({ filter, cursor }) => ({ filter, cursor }),
  restore: (saved, fresh) => ({ ...fresh, ...read(saved) }),
};

function open(disk = new MemoryScreenStates()) {
  const clock = new VirtualClock();
  const problems: Problem[] = [];
  const states = createScreenStates({ clock, screenStates: disk }, (problem) => problems.push(problem));
  return { clock, disk, states, problems };
}

describe('the states of the screens', () => {
  test('are found again at once, each project its own, without what is of one visit', () => {
    const { states } = open();
    states.keep('p', KIND, { filter: 'owl', cursor: 7, open: true });
    expect(states.restore('p', KIND, FRESH)).toEqual({ filter: 'owl', cursor: 7, open: false });
    expect(states.restore('q', KIND, FRESH)).toBe(FRESH);
  });

  test('are on disk half a second later, never at the key itself, and once for many keys', async () => {
    const { states, disk, clock } = open();
    for (let cursor = 0; cursor < 50; cursor += 1) states.keep('p', KIND, { ...FRESH, cursor });
    expect(disk.saves).toBe(0);
    await clock.advance(499);
    expect(disk.saves).toBe(0);
    await clock.advance(1);
    expect(disk.saves).toBe(1);
    expect(open(disk).states.restore('p', KIND, FRESH).cursor).toBe(49);
    states.keep('p', KIND, { ...FRESH, cursor: 49 });
    await clock.advance(500);
    expect(disk.saves).toBe(1);
  });

  test('are on disk when the app ends', () => {
    const { states, disk } = open();
    states.keep('p', KIND, { ...FRESH, filter: 'late' });
    states.close();
    expect(open(disk).states.restore('p', KIND, FRESH).filter).toBe('late');
  });

  test('of another version give what still can be read', () => {
    const { states, disk } = open();
    disk.save('p', 'browse', { filter: 'owl', cursor: 'seven', open: true });
    expect(states.restore('p', KIND, FRESH)).toEqual({ filter: 'owl', cursor: 0, open: false });
    disk.save('q', 'browse', null);
    expect(states.restore('q', KIND, FRESH)).toEqual(FRESH);
  });

  test('that cannot be saved are reported once, and stay while the app runs', async () => {
    const { states, disk, clock, problems } = open();
    disk.save = () => {
      throw new Error('disk full');
    };
    for (const cursor of [1, 2]) {
      states.keep('p', KIND, { ...FRESH, cursor });
      await clock.advance(500);
    }
    expect(problems).toHaveLength(1);
    expect(states.restore('p', KIND, FRESH).cursor).toBe(2);
  });

  test('go with their project', async () => {
    const app = openFakeWorkbench();
    const { id } = app.store.getState().project;
    app.workbench.screenStates.keep(id, KIND, { ...FRESH, cursor: 3 });
    app.workbench.projects.remove(id);
    await app.clock.advance(1_000);
    await app.close();
    expect(app.disk.screenStates.kept.has(id)).toBe(false);
    expect(app.workbench.screenStates.restore(id, KIND, FRESH)).toBe(FRESH);
  });
});
