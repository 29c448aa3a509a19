import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../../src/domain/text/graphemes.ts';
import { fakeWorkbenchWithRows, renderEvaluate, runEvaluation, SIZES } from './render-evaluate.tsx';

describe('an evaluation and W&B', () => {
  it('stands in a row of its own above the answers at every size', async () => {
    const desk = fakeWorkbenchWithRows(30);
    await runEvaluation(desk);
    const app = await renderEvaluate(desk);
    await app.press('enter');
    for (const [columns, rows] of SIZES) {
      await app.resize(columns, rows);
      expect(app.lines()[2]).toMatch(/^ W&B ○ here {2}on this machine: \/wandb\/o.* {2}w sends it$/);
      expect(app.frame()).toContain('✓ right');
      for (const line of app.lines()) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
      expect(app.lines()).toHaveLength(rows);
    }
  });

  it('is sent from list, answers and figures, and asks before it writes over', async () => {
    const desk = fakeWorkbenchWithRows(12);
    const id = await runEvaluation(desk);
    const { tracker } = desk.disk;
    const app = await renderEvaluate(desk, { columns: 100, rows: 30 });
    expect(app.frame()).toMatch(/begun +W&B/);
    expect(app.frame()).toContain('○ here');
    await app.press('w');
    await desk.clock.advance(1_000);
    await app.waitFor('✓ synced');
    await app.press('Y');
    expect(desk.copied).toEqual([`https://wandb.ai/team/proj/runs/${id}`]);
    await app.press('w', 'n', 'enter');
    await app.waitFor(/W&B ✓ synced {2}https:/);
    await app.press('w');
    expect(app.frame()).toContain('Send it to W&B again?');
    await app.press('y');
    await desk.clock.advance(1_000);
    expect(tracker.uploads.map(({ overwrite }) => overwrite)).toEqual([false, true]);
    await app.press('s', 'Y', 'w', 'y');
    await desk.clock.advance(1_000);
    expect(desk.copied).toHaveLength(2);
    expect(tracker.uploads).toHaveLength(3);
  });

  it('has nothing to send before there is one; its column stays where the grader goes', async () => {
    const desk = fakeWorkbenchWithRows(12);
    const app = await renderEvaluate(desk);
    await app.press('w');
    expect(app.lines().at(-2)).toContain('sync to tracker: there is no evaluation yet');
    await runEvaluation(desk);
    await app.settled();
    await app.waitFor(/begun/);
    expect(app.frame()).toMatch(/begun +W&B/);
    expect(app.frame()).not.toMatch(/ grader /);
  });

  it('stays where it is while tracking is disabled', async () => {
    const desk = fakeWorkbenchWithRows(12);
    desk.disk.tracking.env.WANDB_MODE = 'disabled';
    await runEvaluation(desk);
    const app = await renderEvaluate(desk);
    await app.press('enter', 'w');
    expect(app.lines().at(-2)).toContain('tracking is disabled');
    expect(app.frame()).toContain('W&B — tracking is disabled: Settings (8)');
  });
});
