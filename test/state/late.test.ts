import { expect, test } from 'vitest';
import type { Provider } from '../../src/operations/ports.ts';
import { VirtualClock } from '../operations/fakes/clock.ts';
import { answerOf, fakeProvider } from '../operations/fakes/provider.ts';
import { type Desk, openDesk } from './fakes/desk.ts';

/** A server that hears no cancelling: the answer comes all the same. Its clock is the desk's, set once that is there. */
function deafDesk(): Desk {
  let clock = new VirtualClock();
  const complete = async () => {
    await clock.sleep(100);
    return answerOf('Late');
  };
  const provider: Provider = fakeProvider({ chat: { complete } });
  const desk = openDesk({ providers: [provider] });
  clock = desk.clock;
  return desk;
}

test('an answer that lands after undo does not have the last word', async () => {
  const { workbench, store, clock, disk } = deafDesk();
  workbench.generate.start(store.getState().project.plan);
  await clock.advance(5_000);
  const [id = ''] = workbench.rows.ids({});
  workbench.rows.edit(id, { completion: 'Mine' });
  workbench.dataset.regenerate([id]);
  await clock.advance(50);
  const puts = disk.bench.rows.puts;
  workbench.rows.undo();
  await clock.advance(5_000);
  expect(disk.bench.rows.puts).toBeGreaterThan(puts + 1);
  expect(workbench.rows.get(id)?.completion).toBe('Mine');
});

test('an answer that lands after its project was removed leaves no row', async () => {
  const { workbench, store, clock, disk } = deafDesk();
  const { id, plan } = store.getState().project;
  workbench.generate.start(plan);
  await clock.advance(50);
  const puts = disk.bench.rows.puts;
  workbench.projects.remove(id);
  await clock.advance(5_000);
  expect(disk.bench.rows.puts).toBeGreaterThan(puts);
  expect(disk.bench.rows.kept.size).toBe(0);
});
