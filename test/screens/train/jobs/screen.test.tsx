import { describe, expect, it } from 'vitest';
import { deskWith, done, failed, open, running, SIZES, TUNED } from '../bench.tsx';

describe('jobs', () => {
  it('are listed with status, figures and age, the important ones at every size', async () => {
    const app = await open(deskWith([done, running, failed]));
    await app.press('escape');
    for (const [columns, rows] of SIZES) {
      await app.resize(columns, rows);
      expect(app.frame()).toContain('3 jobs');
      expect(app.frame()).toContain('◐ running 60%');
      expect(app.frame()).toContain('✓ succeeded');
      expect(app.frame()).toContain('0.367');
      expect(app.frame()).toContain('2 min');
      if (columns >= 140)
        expect(app.frame()).toMatch(/practice-small +ft:practice-small\S+ +13\+3 +auto +0\.300 .*\$0\.00/);
    }
  });

  it('are compared when two are marked, and only then', async () => {
    const app = await open(deskWith([done, running]));
    await app.press('escape', 'space', 'm');
    expect(app.frame()).toContain('mark two jobs or more with Space first');
    await app.press('down', 'space', 'm');
    for (const [columns, rows] of SIZES) {
      await app.resize(columns, rows);
      expect(app.frame()).toContain('Validation loss');
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

  it('say what to do where there are none', async () => {
    const app = await open(deskWith([], 0));
    expect(app.frame()).toContain('3 generates rows');
    await app.press('n');
    expect(app.frame()).toContain('New job at');
    await app.press('s');
    expect(app.frame()).toContain('there are no rows yet');
  });
});
