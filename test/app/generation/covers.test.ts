import { expect, test } from 'vitest';
import { liveOperations } from '../../../src/app/core/state.ts';
import { settle } from '../fakes/clock.ts';
import { openFakeWorkbench } from '../fakes/fake-workbench.ts';

/** A cover of these takes many times as long as the work that is done between two keys, on any machine. */
const slots = Array.from({ length: 8 }, (_, slot) => ({
  name: `s${slot}`,
  values: Array.from({ length: 16 }, (__, value) => `${slot}.${value}`),
}));

test('a cover that no quote was waited for is built beside the keys, and then the run starts, once', async () => {
  const { workbench, store, clock } = openFakeWorkbench();
  const prompt = slots.map(({ name }) => `{${name}}`).join(' ');
  workbench.projects.update((project) => ({
    ...project,
    template: { ...project.template, system: '', teacherPrompt: prompt, studentPrompt: prompt, slots },
  }));
  const plan = { ...store.getState().project.plan, cells: { kind: 't-wise', strength: 3, seed: 1 } } as const;
  workbench.generate.start(plan);
  workbench.generate.start(plan);
  expect(liveOperations(store.getState())).toEqual([]);
  while (liveOperations(store.getState()).length === 0) await settle();
  await settle();
  const [run, ...others] = liveOperations(store.getState());
  expect(others).toEqual([]);
  expect(store.getState().notice).toMatchObject({ text: expect.stringMatching(/going on/) });
  const quote = await workbench.generate.quote(plan);
  expect(run?.detail).toMatchObject({ total: quote.ok ? quote.value.selected : 'no quote' });
  if (run !== undefined) workbench.navigation.cancelOperation(run.id);
  await clock.advance(5_000);
});

test('a cover that is too large is a problem in the quote, and a run of it ends with the same words', async () => {
  const { workbench, store, clock } = openFakeWorkbench();
  const large = slots.map((slot) => ({ ...slot, values: Array.from({ length: 60 }, (_, at) => `${slot.name}.${at}`) }));
  const prompt = slots.map(({ name }) => `{${name}}`).join(' ');
  workbench.projects.update((project) => ({
    ...project,
    template: { ...project.template, system: '', teacherPrompt: prompt, studentPrompt: prompt, slots: large },
  }));
  const plan = { ...store.getState().project.plan, cells: { kind: 't-wise', strength: 3, seed: 1 } } as const;
  const quote = await workbench.generate.quote(plan);
  expect(quote).toMatchObject({ ok: false, problem: { what: expect.stringContaining('at most 3,000,000') } });
  workbench.generate.start(plan);
  await clock.advance(1_000);
  expect(JSON.stringify(store.getState().notice)).toContain('at most 3,000,000');
});
