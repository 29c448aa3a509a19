import { describe, expect, it } from 'vitest';
import { type MarkFacts, screenMarks } from '../../../src/screens/root/screen-marks.ts';
import { openFakeWorkbench } from '../../app/fakes/fake-workbench.ts';
import { renderRoot } from './render-root.tsx';

const FACTS: MarkFacts = {
  findings: [],
  templateUnused: false,
  counts: {
    total: 0,
    byStatus: { done: 0, truncated: 0, refused: 0, empty: 0, failed: 0 },
    byRating: { accepted: 0, rejected: 0, unrated: 0 },
    costUsd: 0,
    unpriced: 0,
  },
  generating: null,
  evaluating: null,
  uploading: false,
  jobStatus: null,
  turns: 0,
  answering: false,
  evaluations: 0,
  modelsFailed: false,
};

describe('screenMarks', () => {
  it('marks what waits, what runs, what is done, and what went wrong', () => {
    expect(Object.values(screenMarks(FACTS))).toEqual([null, 'done', 'idle', 'idle', 'idle', 'idle', 'idle', null]);
    const counts = { ...FACTS.counts, total: 4, byStatus: { ...FACTS.counts.byStatus, failed: 1 } };
    const busy = screenMarks({ ...FACTS, counts, generating: 'paused', evaluating: 'running', answering: true });
    expect(busy).toMatchObject({ generate: 'paused', dataset: 'warn', evaluate: 'running', chat: 'running' });
    const over = { jobStatus: 'failed', turns: 2, evaluations: 1, modelsFailed: true } as const;
    const ended = { train: 'error', chat: 'done', evaluate: 'done', settings: 'error' };
    expect(screenMarks({ ...FACTS, ...over })).toMatchObject(ended);
    expect(screenMarks({ ...FACTS, uploading: true, jobStatus: 'succeeded' }).train).toBe('running');
    expect(screenMarks({ ...FACTS, templateUnused: true }).template).toBe('idle');
  });
});

describe('the screen bar', () => {
  it.each([80, 140])('leads to the screen that is clicked, at %i columns', async (columns) => {
    const app = await renderRoot(openFakeWorkbench(), { columns });
    for (const title of ['Settings', 'Template', 'Chat', 'Home']) {
      const bar = app.lines()[1] ?? '';
      await app.mouse('click', bar.indexOf(title), 1);
      expect(app.lines()[0]).toContain(`› ${title}`);
      await app.mouse('click', columns - 1, 1);
      expect(app.lines()[0]).toContain(`› ${title}`);
    }
  });

  it('stands under the header on every screen from 80x20, whole, with the state of each in a sign', async () => {
    const fake = openFakeWorkbench();
    const app = await renderRoot(fake);
    expect(app.lines()[1]).toBe(' 1 Home 2●Template 3○Generate 4○Dataset 5○Train 6○Chat 7○Evaluate 8 Settings');
    for (const digit of ['2', '3', '4', '5', '6', '7', '8', '1']) {
      await app.press(digit);
      expect(app.lines()[1]).toContain('1 Home 2●Template');
      expect(app.lines()).toHaveLength(24);
      expect(app.lines()[23]).toContain('? help');
    }
    await app.resize(120, 30);
    expect(app.lines()[1]).toBe(
      ' 1 Home  2 ● Template  3 ○ Generate  4 ○ Dataset  5 ○ Train  6 ○ Chat  7 ○ Evaluate  8 Settings',
    );
    await app.resize(79, 24);
    expect(app.frame()).not.toContain('7○Evaluate');
    await app.resize(80, 19);
    expect(app.frame()).not.toContain('7○Evaluate');
  });
});

describe('a note', () => {
  it('stands above the hints, wrapped, and fades at the next key', async () => {
    const fake = openFakeWorkbench();
    const app = await renderRoot(fake);
    const hints = app.lines()[23];
    fake.workbench.navigation.note(`Wrote ${'a long path '.repeat(10)}to its end.`);
    await app.waitFor('to its end.');
    expect(app.lines()[23]).toBe(hints);
    expect(app.lines()[21]).toContain('Wrote a long path');
    expect(app.lines()[22]).toContain('to its end.');
    expect(app.frame()).not.toContain('…');
    await app.press('down');
    expect(app.frame()).not.toContain('Wrote');
  });
});

describe('help', () => {
  it('says how much is out of sight, above and below', async () => {
    const app = await renderRoot(openFakeWorkbench());
    await app.press('?');
    expect(app.frame()).toMatch(/↓ \d+ more/);
    await app.press('down');
    expect(app.frame()).toMatch(/↑ 1 more {3}↓ \d+ more/);
    await app.press('pagedown', 'pagedown', 'pagedown');
    expect(app.frame()).toMatch(/↑ \d+ more +┃/);
    expect(app.frame()).not.toMatch(/↓ \d+ more/);
  });
});
