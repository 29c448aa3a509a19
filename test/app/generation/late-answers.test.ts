import { expect, test } from 'vitest';
import type { Provider } from '../../../src/app/runtime/ports.ts';
import { VirtualClock } from '../fakes/clock.ts';
import { type FakeWorkbench, openFakeWorkbench } from '../fakes/fake-workbench.ts';
import { answerOf, fakeProvider } from '../fakes/provider.ts';

/** A server that ignores a cancel: the answer comes all the same. Its clock is the workbench's, set once that is there. */
function deafWorkbench(): FakeWorkbench {
  let clock = new VirtualClock();
  const complete = async () => {
    await clock.sleep(100);
    return answerOf('Late');
  };
  const provider: Provider = fakeProvider({ chat: { complete } });
  const app = openFakeWorkbench({ providers: [provider] });
  clock = app.clock;
  return app;
}

test('an answer that lands after undo does not have the last word', async () => {
  const { workbench, store, clock, disk } = deafWorkbench();
  workbench.generate.start(store.getState().project.plan);
  await clock.advance(5_000);
  const [id = ''] = workbench.rows.ids({});
  workbench.rows.edit(id, { completion: 'Mine' });
  workbench.dataset.regenerate([id]);
  await clock.advance(50);
  const puts = disk.deps.rows.puts;
  workbench.rows.undo();
  await clock.advance(5_000);
  expect(disk.deps.rows.puts).toBeGreaterThan(puts + 1);
  expect(workbench.rows.get(id)?.completion).toBe('Mine');
});

test('an answer that lands after its project was removed leaves no row', async () => {
  const { workbench, store, clock, disk } = deafWorkbench();
  const { id, plan } = store.getState().project;
  workbench.generate.start(plan);
  await clock.advance(50);
  const puts = disk.deps.rows.puts;
  workbench.projects.remove(id);
  await clock.advance(5_000);
  expect(disk.deps.rows.puts).toBeGreaterThan(puts);
  expect(disk.deps.rows.kept.size).toBe(0);
});
