import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { newHome, openApp, quit, see, seeOver } from './support/luthier.ts';

const inOneLine = (frame: string): string => frame.replaceAll(/[│┃\s]+/g, ' ');

it('trains two targets at once by keys at 80 x 24, goes on after a kill, and shows which came out best', async () => {
  const home = newHome();
  const size = { columns: 80, rows: 24 };
  const app = await openApp({ home, ...size });
  await see(app, 'Next: generate the dataset (Enter)');
  app.press('n');
  await seeOver(app, 'Start a project from');
  app.press('j', 'j');
  await seeOver(app, /❯ NDA clauses/);
  app.press('enter');
  await seeOver(app, 'Its name');
  app.press('enter');
  await see(app, /● Dataset +120 rows/);
  app.press('5');
  await see(app, 'New job at');
  app.press('b');
  await see(app, 'Target 1 of the bake-off');
  app.press('escape');
  await see(app, '0 jobs');
  app.press('b');
  await see(app, 'Bake-off: 1 target');
  app.press('a');
  await seeOver(app, 'Add a target');
  app.type('embedded:practice-small,epochs=1,seed=7');
  app.press('enter');
  await see(app, 'Bake-off: 2 targets');
  app.press('m');
  await seeOver(app, 'still counts as no worse');
  app.type('20%');
  app.press('enter');
  await see(app, 'Not worse than the best by: 20%');

  app.press('s');
  const question = await seeOver(app, 'Create 2 jobs?');
  expect(inOneLine(question)).toMatch(
    /Training: \$0\.00\. Measuring: \d+ calls, up to \$0\.00\. embedded:practice-small, each with 1 \$0\.00 epochs auto, no seed 2 \$0\.00 1 epoch, seed 7/,
  );
  app.press('enter');
  // Jobs of the practice engine may have ended before a frame of them was drawn.
  await see(app, /2 targets, (?:\d going on|measuring|all ended)/);
  app.kill('SIGKILL');
  await app.exited;

  const second = await openApp({ home, ...size });
  // Where a person was is kept a moment later than what they paid for: the kill may have come between.
  const there = await see(second, /New job at|Bake-off: \d target|2 targets, (all ended|measuring|\d going on)/);
  if (there.includes('New job at')) {
    second.press('b');
    await see(second, /Bake-off: \d targets?|Target 1 of the bake-off/);
    if (second.frame().includes('Target 1')) second.press('escape', 'b');
  }
  if (!/2 targets, /.test(there)) {
    await see(second, /Bake-off: \d targets?/);
    second.press('o');
    await seeOver(second, 'Open a bake-off');
    second.press('enter');
  }
  await see(second, /2 targets, (all ended|measuring|\d going on)/);
  await see(second, /validation loss: on/);
  second.press('r');
  await see(
    second,
    (frame) => /2 targets, all ended/.test(frame) && (frame.match(/✓ succeeded/g) ?? []).length === 2,
    60_000,
  );
  second.press('enter');
  await see(second, (frame) => /3 models on \d+ held-out rows/.test(frame), 60_000);
  const best = await see(
    second,
    (frame) => /1 tuned +\d+\.\d%/.test(frame) && /(Best|Highest): embedded:practice-small/.test(inOneLine(frame)),
    60_000,
  );
  expect(best).toMatch(/base 1\+2 +\d+\.\d% +[\d.]+–[\d.]+% +\$0\.00 +\$0\.00/);
  second.press('E');
  await seeOver(second, 'Export as');
  second.press('enter');
  await seeOver(second, 'Write to');
  second.press('enter');
  await see(second, 'Written to');
  const out = join(home, 'exports', 'nda-clauses-bakeoff.md');
  expect(readFileSync(out, 'utf8')).toMatch(/# Bake-off: [\s\S]*\| 2 tuned \|/);
  await quit(second);
}, 180_000);
