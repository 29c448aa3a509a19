import { describe, expect, it } from 'vitest';
import {
  done,
  failed,
  fakeWorkbenchWith,
  renderTrain,
  running,
  SIZES,
  type StoredJob,
  TUNED,
} from './render-train.tsx';

/** The examples are as old as their module, which other tests read before. */
function ofTwoMinutesAgo({ job, ...stored }: StoredJob): StoredJob {
  const later = Math.floor(Date.now() / 1000) - 120 - job.createdAt;
  const finishedAt = job.finishedAt === null ? null : job.finishedAt + later;
  return { ...stored, job: { ...job, createdAt: job.createdAt + later, finishedAt } };
}

describe('jobs', () => {
  it('are listed with status, figures and age, the important ones at every size', async () => {
    const versioned = { ...done, record: { data: { training: 'a1b2c3d4', validation: '00ff00ff' } } };
    const app = await renderTrain(fakeWorkbenchWith([versioned, running, failed].map(ofTwoMinutesAgo)));
    await app.press('escape');
    for (const [columns, rows] of SIZES) {
      await app.resize(columns, rows);
      expect(app.frame()).toContain('3 jobs');
      expect(app.frame()).toContain('◐ running 60%');
      expect(app.frame()).toContain('✓ succeeded');
      expect(app.frame()).toContain('0.367');
      expect(app.frame()).toContain('2 min');
      if (columns >= 140)
        expect(app.frame()).toMatch(
          /practice-small +ft:pract\S*abcd1234 +a1b2c3d4 +13\+3 +auto +0\.300 +full 0\.700 +batch \d+\.\d% +\$0\.00 /,
        );
    }
    await app.resize(150, 40);
    expect(app.frame()).toMatch(/ft:pract\S*abcd1234 .* batch \d+\.\d% +\$0\.00 +00:42 /);
  });

  it('are compared when two are marked, and only then', async () => {
    const app = await renderTrain(fakeWorkbenchWith([done, running]));
    await app.press('escape', 'space', 'm');
    expect(app.frame()).toContain('mark two jobs or more with Space first');
    await app.press('down', 'space', 'm');
    for (const [columns, rows] of SIZES) {
      await app.resize(columns, rows);
      expect(app.frame()).toContain('Batch validation loss');
      expect(app.frame()).toContain('2 jobs compared');
      expect(app.frame()).toContain('● dnd 1111');
      expect(app.frame()).toContain('◆ dnd 2222');
    }
    await app.press('m');
    expect(app.frame()).toContain('Full validation loss');
    await app.press('down', 'enter');
    expect(app.frame()).toContain(TUNED);
    await app.press('escape');
    expect(app.frame()).toContain('2 jobs · 2 marked');
  });

  it('show what was set differently in two of them, at every size', async () => {
    const asked = { nEpochs: 'auto', batchSize: 4, learningRateMultiplier: 1 } as const;
    const one: StoredJob = {
      job: { ...done.job, hyperparameters: { ...asked, nEpochs: 7 } },
      events: done.events ?? [],
      record: { asked, data: { training: 'a1b2c3d4', validation: null } },
    };
    const other: StoredJob = {
      job: { ...running.job, hyperparameters: { nEpochs: 3, batchSize: 4, learningRateMultiplier: 1 } },
      record: { trainRows: 99, data: { training: 'ffff0000', validation: null } },
    };
    const app = await renderTrain(fakeWorkbenchWith([one, other]));
    await app.press('escape', 'space', 'down', 'space', 'm', 'd');
    for (const [columns, rows] of SIZES) {
      await app.resize(columns, rows);
      expect(app.frame()).toContain('What differs');
      expect(app.frame()).toMatch(/setting +● dnd 1111 +◆ dnd 2222/);
      expect(app.frame()).toMatch(/Training data +ffff0000 +a1b2c3d4/);
    }
    expect(app.frame()).toMatch(/Rows trained on +99 +13/);
    expect(app.frame()).toMatch(/Epochs +3 +auto: 7/);
    expect(app.frame()).not.toContain('Batch size');
    await app.press('d');
    expect(app.frame()).toContain('2 jobs compared');
  });

  it('say so when nothing was set differently', async () => {
    const twin: StoredJob = { job: { ...done.job, id: 'ftjob-dddd4444' } };
    const app = await renderTrain(fakeWorkbenchWith([done, twin]));
    await app.press('space', 'down', 'space', 'm', 'd');
    expect(app.frame()).toContain('the same base, data and settings');
  });

  it('say what to do where there are none', async () => {
    const app = await renderTrain(fakeWorkbenchWith([], 0));
    expect(app.frame()).toContain('3 generates rows');
    await app.press('n');
    expect(app.frame()).toContain('New job at');
    await app.press('s');
    expect(app.frame()).toContain('there are no rows yet');
  });
});
