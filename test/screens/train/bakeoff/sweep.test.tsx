import { expect, it } from 'vitest';
import { fakeWorkbenchWith, renderTrain } from '../render-train.tsx';

it('a sweep and early stop are set by keys, and what they make is counted and quoted before anything is asked for', async () => {
  const fake = fakeWorkbenchWith([], 16);
  const app = await renderTrain(fake, { columns: 80, rows: 24 });
  await app.press('escape', 'b', 'a');
  await app.type('embedded:practice-small\r');
  await app.waitFor('Values: as listed. Rows: as listed. Early stop: off.');
  await app.press('v');
  await app.type('epoch=1');
  await app.waitFor('names no setting');
  await app.press('escape', 'escape', 'v');
  await app.type('epochs=1,3\r');
  await app.waitFor('Bake-off: 1 target, 2 with the sweep');
  await app.press('r');
  await app.type('120%');
  await app.waitFor('is no share of the rows');
  await app.press('escape', 'escape', 'r');
  await app.type('50%,100%\r');
  await app.press('e');
  await app.waitFor('Values: epochs=1,3. Rows: 50%, 100%. 4 targets in all. Early stop: on.');
  expect(fake.disk.bakeoffs.list(null)).toEqual([]);
  await app.press('s');
  const question = await app.waitFor('Create 4 jobs?');
  expect(question).toContain('Training: ');
  await app.press('enter');
  await app.waitFor('4 targets, ');
  const [begun] = fake.disk.bakeoffs.list(null);
  expect(begun?.stopBehind).toBe(true);
  expect(begun?.targets.map(({ hyperparameters, share }) => [hyperparameters.nEpochs, share])).toEqual([
    [1, 0.5],
    [1, 1],
    [3, 0.5],
    [3, 1],
  ]);
});

it('a value that the provider refuses, or two targets that become the same, is said and begins nothing', async () => {
  const app = await renderTrain(fakeWorkbenchWith([], 16), { columns: 80, rows: 24 });
  await app.press('escape', 'b', 'a');
  await app.type('embedded:practice-small\r');
  await app.press('v');
  await app.type('learning_rate=1e-5\r');
  await app.waitFor('take a learning-rate multiplier');
  await app.press('v', ...Array<string>(30).fill('backspace'));
  await app.type('epochs=2\r');
  await app.press('a');
  await app.type('embedded:practice-small,epochs=1\r');
  await app.waitFor(/is named twice\./);
});
