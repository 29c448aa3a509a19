import { describe, expect, it } from 'vitest';
import { createTranscripts } from '../../src/services/store/transcripts.ts';
import type { App } from '../harness/pty.ts';
import { newHome, openApp, quit, see, seeOver } from './support/luthier.ts';
import { currentProject, withDatabase } from './support/seed.ts';

const UNSEEN = ['mermaid', 'monk', 'sling', 'crab'];

/** What the left of the answers side by side says, from its last lines to its first. */
async function readLeftAnswer(app: App): Promise<string> {
  const left = (frame: string): string =>
    frame
      .split('\n')
      .slice(2, -1)
      .map((line) => line.split(/[│┃╭┏]/)[0] ?? '')
      .join('\n');
  const end = app.frame();
  if (left(end).includes('Name:')) return left(end);
  app.press('pageup');
  return left(await see(app, (frame) => left(frame).includes('Name:'))) + left(end);
}

const sizes = [
  { columns: 80, rows: 24, other: [140, 40] },
  { columns: 140, rows: 40, other: [80, 24] },
] as const;

describe.each(sizes)('from Home to the tuned model at $columns x $rows', ({ columns, rows, other }) => {
  it('goes by keys alone, Enter by Enter, through a resize', async () => {
    const home = newHome();
    const app = await openApp({ home, columns, rows });

    await see(app, 'Next: generate the dataset (Enter)');
    await see(app, /● Template +4 slots · 16 combinations/);
    await see(app, /○ Dataset +no rows yet of 16 combinations/);
    expect(app.lines()[0]).toMatch(/luthier D&D characters › Home .*practice engine.*\$0\.00$/);
    app.press('enter');

    await see(app, /practice-writer.*practice engine/);
    await see(app, '16 to generate');
    app.press('s');
    await seeOver(app, 'Generate with practice-writer?');
    app.press('enter');
    await see(app, /✓ done.*█/);
    await see(app, /16 \/ 16 +100%/);
    await see(app, 'failed 0');
    await see(app, /✓ \d+ tokens +Name: /);

    app.press('1');
    await see(app, 'Next: review and check the rows (Enter)');
    app.press('enter');
    await see(app, 'Row 1 of 16');
    app.press('a', 'a', 'a', 'x');
    await see(app, /3 accepted/);
    await see(app, /1 rejected/);
    app.press('u');
    await see(app, (frame) => !frame.includes('1 rejected'));

    app.resize(other[0], other[1]);
    await see(app, /3 accepted/);
    app.press('c');
    await see(app, '✓ 16 examples, 0 errors, 0 warnings: ready to train');
    app.resize(columns, rows);
    await see(app, 'ready to train');
    app.press('t');

    await see(app, /New job at Embedded engine/);
    await see(app, /12 to train on, 4 held out/);
    app.press('s');
    await seeOver(app, 'Start this job?');
    app.press('enter');
    await see(app, /✓ succeeded +ft:practice-small:/, 60_000);
    await see(app, 'The job has successfully completed');
    await see(app, /train \d.*valid \d/);
    app.press('enter');

    await see(app, /ft:.* × practice-small +practice engine/);
    app.press('enter');
    await see(app, '┏━ Message');
    app.type(UNSEEN.join(', '));
    await see(app, UNSEEN.join(', '));
    app.resize(other[0], other[1]);
    await see(app, UNSEEN.join(', '));
    app.resize(columns, rows);
    await see(app, UNSEEN.join(', '));
    app.press('enter');
    await see(app, (frame) => frame.match(/first token/g)?.length === 2);
    app.press('escape');
    await see(app, 'r regenerate');
    const shown = await readLeftAnswer(app);
    for (const word of UNSEEN) expect(shown.toLowerCase()).toContain(word);
    expect(shown).toMatch(/practice engine · \d+ tokens/);

    app.press('1');
    await see(app, /● Chat +ft:practice-small:\S+ · 1 exchange/);
    await quit(app);

    const [turn] = withDatabase(home, (database) => createTranscripts(database).turns(currentProject(home)));
    const [tuned, base] = turn?.replies ?? [];
    expect(tuned?.model).toMatch(/^ft:practice-small:/);
    expect(base?.model).toBe('practice-small');
    for (const word of UNSEEN) expect(tuned?.text.toLowerCase()).toContain(word);
    expect(tuned?.text).toMatch(/^Name: .+\nAppearance: .+\nBackground: .+\nPersonality: .+$/s);
  }, 90_000);
});
