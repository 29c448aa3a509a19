import { describe, expect, it } from 'vitest';
import type { App } from '../harness/pty.ts';
import { newHome, openApp, quit, see, seeOver } from './support/luthier.ts';

const sizes = [
  { columns: 80, rows: 24 },
  { columns: 140, rows: 40 },
] as const;

/** Share of right answers in per cent, of the line that holds `name`. */
const accuracyOf = (frame: string, name: string): number => {
  const line = frame.split('\n').find((one) => one.includes(name) && /\d%/.test(one)) ?? '';
  return Number(/([\d.]+)%/.exec(line)?.[1]);
};

const P_VALUE = /McNemar exact, p [=<] ([\d.]+)\)/;
/** Sentences that a border breaks, whole again. */
const inOneLine = (frame: string): string => frame.replaceAll(/[│┃\s]+/g, ' ');

/** Presses a key, each time when the last press is on screen, until the frame is as wanted; ten times at most. */
async function pressUntil(app: App, key: string, wanted: RegExp): Promise<void> {
  for (let press = 0; press < 10 && !wanted.test(app.frame()); press++) {
    const before = app.frame();
    app.press(key);
    await see(app, (frame) => frame !== before);
  }
  await see(app, wanted);
}

describe.each(sizes)('the second tutorial by keys at $columns x $rows', (size) => {
  it('goes from the clauses to a tuned model that is measured against its baseline', async () => {
    const app = await openApp({ home: newHome(), ...size });
    await see(app, 'Next: generate the dataset (Enter)');
    app.press('n');
    await seeOver(app, 'Start a project from');
    app.press('j', 'j');
    await seeOver(app, /❯ NDA clauses/);
    app.press('enter');
    await seeOver(app, 'Its name');
    app.press('enter');
    await see(app, /● Dataset +120 rows/);
    await see(app, 'Next: review and check the rows (Enter)');
    app.press('enter');
    await see(app, 'Row 1 of 120');

    app.press('p');
    await see(app, 'Size as');
    app.press('l');
    await see(app, 'count of rows');
    app.press('j', 'enter');
    await see(app, 'Enter done');
    app.press('ctrl-u');
    await see(app, (frame) => !/Train on +\d/.test(frame));
    app.type('30');
    await see(app, /Train on +30/);
    app.press('enter');
    // Whole documents are proposed; by label exactly 30 can be had.
    await see(app, (frame) => !frame.includes('Enter done'));
    app.press('j', 'h');
    await see(app, 'Then: 30 train, 90 validation');
    await see(app, /Yes +15 +45/);
    app.press('s');
    await seeOver(app, 'Assign this split?');
    app.press('enter');
    await see(app, 'Now: 30 train, 90 validation');
    app.press('escape');
    await see(app, 'Row 1 of 120');
    app.press('t');

    await see(app, 'of the dataset: 30 train, 90 held out');
    await see(app, /30 to train on, 90 held out/);
    // Seeds are given, so that the figures below are the same in every run.
    await pressUntil(app, 'j', /❯ Seed +any/);
    app.press('l');
    await see(app, /❯ Seed +\d/);
    app.press('s');
    await seeOver(app, 'Start this job?');
    app.press('enter');
    await see(app, /✓ succeeded +ft:practice-small:/, 60_000);

    app.press('7');
    await see(app, 'n measures the tuned model against its base');
    app.press('n');
    await see(app, /practice-small \(baseline\), ft:practice-smal/);
    await see(app, /90 items × 2 models *[│┃]/);
    await see(app, /180 requests to send *[│┃]/);
    await see(app, 'Grader proposed');
    await pressUntil(app, 'j', /❯ Seed +none/);
    app.press('l');
    await see(app, /❯ Seed +\d/);
    await see(app, /180 requests to send *[│┃]/);
    app.press('s');
    await seeOver(app, 'Start the evaluation?');
    app.press('enter');
    await see(app, '180 answers received', 60_000);
    await see(app, /✓ right +(Yes|No)/);
    app.press('s');
    const summary = await see(app, (frame) => P_VALUE.test(inOneLine(frame)));
    expect(Number(P_VALUE.exec(inOneLine(summary))?.[1])).toBeLessThan(0.05);
    const tuned = accuracyOf(summary, 'ft:');
    expect(tuned).toBeGreaterThan(accuracyOf(summary, 'practice-small '));

    app.press('1');
    await see(app, (frame) => frame.includes(`→ ${tuned.toFixed(1)}% right of 90 items`));
    await quit(app);
  }, 120_000);
});
