import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../../src/domain/text/graphemes.ts';
import { fakeWorkbenchWithRows, renderEvaluate, runEvaluation, SIZES } from './render-evaluate.tsx';

describe('before the first evaluation', () => {
  it('says what to do, and plans with what is there', async () => {
    const desk = fakeWorkbenchWithRows(30);
    const app = await renderEvaluate(desk);
    expect(app.frame()).toContain('No evaluation yet');
    await app.press('n');
    expect(app.frame()).toContain('held-out rows');
    await app.waitFor(/Grader\s+label of a set/);
    await app.waitFor('proposed');
    await app.press('s');
    expect(app.frame()).toContain('First choose a model: m.');
    await app.press('m');
    await app.type('tuned');
    await app.press('enter');
    await app.waitFor('30 items × 1 model');
    await app.press('s', 'y');
    await desk.clock.advance(60_000);
    await app.waitFor('28/30 right');
  });
});

describe('a plan that was not begun', () => {
  it('opens with a grader that fits the targets, says why, and keeps what a person chooses instead', async () => {
    const desk = fakeWorkbenchWithRows(30);
    const app = await renderEvaluate(desk, { columns: 140, rows: 40 });
    await app.press('n');
    await app.waitFor(/Grader proposed, for the targets are 3 labels that\s+/);
    const story = 'Once there was a cat that nobody had ever seen twice in the same place, and so on.';
    desk.workbench.rows.edit('row-00000', { completion: story });
    await app.waitFor(/similar text/);
    await app.press('m');
    await app.type('tuned');
    await app.press('enter', 'a');
    expect(app.frame()).toMatch(/Grader 2\s+contains the target/);
    expect(app.frame()).not.toContain('proposed');
  });
});

describe('answers', () => {
  it.each(SIZES)('are right and wrong by sign and word at %dx%d, within the frame', async (columns, rows) => {
    const desk = fakeWorkbenchWithRows(30);
    await runEvaluation(desk);
    const app = await renderEvaluate(desk, { columns, rows });
    await app.waitFor('→ 93.3%');
    const sound = (): void => {
      const lines = app.lines();
      expect(lines).toHaveLength(rows);
      for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
      for (const line of lines.filter((one) => /^[┃│]/.test(one))) expect(line).toMatch(/[┃│]$/);
    };
    await app.press('enter');
    expect(app.frame()).toContain('✓ right');
    expect(app.frame()).toContain('✗ wrong');
    for (const key of [
      'enter',
      'l',
      'escape',
      's',
      'c',
      'tab',
      'C',
      'S',
      'escape',
      'b',
      'escape',
      'f',
      'escape',
      'E',
    ]) {
      await app.press(key);
      sound();
    }
  });

  it('filter to what failed, and back', async () => {
    const desk = fakeWorkbenchWithRows(30);
    await runEvaluation(desk);
    const app = await renderEvaluate(desk);
    await app.press('enter', 'f');
    await app.type('failed');
    await app.press('enter');
    expect(app.frame()).toContain('Row 1 of 1');
    expect(app.frame()).toContain('▲ failed');
    await app.press('enter');
    expect(app.frame()).toContain('counts for neither right nor wrong');
    await app.press('escape', 'escape');
    expect(app.frame()).toContain('of 30');
  });

  it('open their row, add it to the training side, and copy', async () => {
    const desk = fakeWorkbenchWithRows(12);
    await runEvaluation(desk);
    const app = await renderEvaluate(desk);
    await app.press('enter', '+');
    const rowId = 'row-00000';
    expect(app.frame()).toContain('Train on a row that was measured on?');
    expect(app.frame()).toContain('goes to the training side');
    await app.press('escape');
    expect(desk.workbench.rows.get(rowId)).toMatchObject({ split: 'validation' });
    expect(app.frame()).not.toContain('no longer comparable');
    await app.press('+', 'y');
    expect(desk.workbench.rows.get(rowId)).toMatchObject({ split: 'train', rating: 'accepted' });
    await app.waitFor('no longer comparable: 1 row trained on since');
    expect(desk.workbench.rows.undo()).toBe('a row for training');
    await app.waitFor((frame) => !frame.includes('no longer comparable'));
    expect(desk.workbench.rows.get(rowId)?.split).toBe('validation');
    await app.press('y');
    expect(desk.copied[0]).toContain('Question 0');
    await app.press('e');
    expect(desk.store.getState()).toMatchObject({ screen: 'dataset', openRowId: rowId });
  });

  it('are written as a report', async () => {
    const desk = fakeWorkbenchWithRows(12);
    await runEvaluation(desk);
    const app = await renderEvaluate(desk);
    await app.press('enter', 'E', 'enter', 'enter');
    await app.waitFor('Written to');
    expect([...desk.disk.documents.files.keys()][0]).toMatch(/-evaluation\.md$/);
  });
});

describe('figures', () => {
  it('compare the models and show the rows behind a mistake', async () => {
    const desk = fakeWorkbenchWithRows(60);
    await runEvaluation(desk);
    const app = await renderEvaluate(desk, { columns: 120, rows: 40 });
    await app.press('enter', 's');
    await app.waitFor('tuned is better than base (McNemar exact, p < 0.001)');
    expect(app.frame()).toContain('59 items both answered');
    expect(app.frame()).toContain('chance, one of 3 labels, on 33.3%.');
    expect(app.frame()).toContain('base: 33.9% (23.1–46.6%), too few items to tell from the better of both.');
    expect(app.frame()).toMatch(/base +33\.9% 23\.1–46\.6% +59 +1/);
    await app.press('c');
    await app.waitFor('taken for card lost');
    expect(app.frame()).toContain('3 classes');
    await app.press('enter');
    expect(app.frame()).toMatch(/filter: (top up|transfer) taken for card lost/);
    await app.press('C');
    await app.waitFor('macro F1');
    await app.press('S');
    await app.waitFor('bank 0');
  });
});

describe('judging blind', () => {
  it('hides who is who, keeps verdicts, leaves for later and takes back', async () => {
    const desk = fakeWorkbenchWithRows(4);
    const id = await runEvaluation(desk);
    const app = await renderEvaluate(desk);
    await app.press('enter', 'b');
    expect(app.frame()).not.toMatch(/\bbase\b|\btuned\b/);
    await app.press('left', '=', 's');
    expect(app.frame()).toContain('2 judged');
    expect(app.frame()).toContain('1 left for later');
    expect(desk.workbench.blind.votes(id).map(({ choice }) => choice)).toEqual(['first', 'tie']);
    await app.press('right');
    expect(app.frame()).toContain('s brings those back');
    await app.press('s', 'right', 'v');
    expect(app.frame()).toContain('4 judged');
    expect(app.frame()).toContain('tuned preferred to base');
    await app.press('u');
    expect(desk.workbench.blind.votes(id)).toHaveLength(3);
  });
});
