import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { App } from '../harness/pty.ts';
import { newHome, openApp, quit, see, seeOver } from './support/luthier.ts';
import { differences, type Frame, type FreePanels, shapeOf, toldFrame, withFrames } from './support/tutorial-frames.ts';

type Take = (free?: FreePanels) => void;
type Wanted = string | RegExp;

/** Waits until all of it is on screen, the keys of the footer among it, and nothing runs any more. */
const all =
  (...wanted: readonly Wanted[]) =>
  (frame: string): boolean =>
    !(frame.split('\n', 1)[0] ?? '').includes('◐') &&
    wanted.every((one) => (typeof one === 'string' ? frame.includes(one) : one.test(frame)));

/** Plans a job, starts it and waits for its model. */
async function train(app: App, take: Take): Promise<void> {
  await see(app, all('to train on', ' s start '));
  take();
  app.press('s');
  await seeOver(app, 'Start this job?');
  app.press('y');
  await see(app, all(/✓ succeeded +ft:practice-small:/, 'is ready.', 't talk to it', '● The job has'), 60_000);
  take([/^Loss/]);
}

/** Plans an evaluation and asks all of it. */
async function measure(app: App, take: Take): Promise<void> {
  app.press('7');
  await see(app, 'n measures the tuned model against its base');
  app.press('n');
  await see(app, all('requests to send', 'Grader proposed', 'm models'));
  take();
  app.press('s');
  await seeOver(app, 'Start the evaluation?');
  app.press('y');
  await see(app, all('answers received', 'Enter whole row'), 60_000);
}

async function characters(app: App, take: Take): Promise<void> {
  await see(app, all(/16 combinations · ~[\d,]+ tokens/, 'p projects'));
  take();
  app.press('2');
  await see(app, all(/teacher \d+ \+ student \d+ tokens/, '16 combinations   $0.00', 't test call'));
  take();
  app.press('3');
  await see(app, '16 to generate');
  app.press('s');
  await seeOver(app, all(/Generate with \S+\?/, /^ y start/m));
  take();
  app.press('y');
  await see(app, all(/^ Generate with \S+: 16 rows generated\./m, 'n new run'), 60_000);
  take([/^Latest/]);
  app.press('4');
  await see(app, all('Row 1 of 16', 'a accept'));
  take([/^Row/, /^[0-9a-f]{8}$/]);
  app.press('c');
  await see(app, all('ready to train', 'c check again'));
  take();
  app.press('5');
  await train(app, take);
  app.press('t');
  await see(app, 'Nothing was said yet.');
  app.press('f');
  await see(app, 'Slots, sent alone');
  app.press('enter');
  await see(app, (frame) => frame.split('first token').length === 3);
  app.press('escape');
  await see(app, all('─ Message ', 'r regenerate', '+ keep as row'));
  take();
  await measure(app, take);
  app.press('s');
  await see(app, all('McNemar', 'Enter show rows', 'Tab next pane'));
  take([/^Compared/]);
}

async function contracts(app: App, take: Take): Promise<void> {
  await see(app, 'Next: generate the dataset (Enter)');
  app.press('T');
  await see(app, '─ Activity ');
  app.press('n');
  await seeOver(app, 'Start a project from');
  app.press('j', 'j');
  await seeOver(app, /❯ NDA clauses/);
  app.press('enter');
  await seeOver(app, 'Its name');
  app.press('enter');
  await see(app, all(/● Dataset +120 rows/, '120 rows added.', 'Enter next step', 'spent'));
  take();
  app.press('4');
  await see(app, 'Row 1 of 120');
  app.press('p');
  await see(app, 'Size as');
  app.press('j', 'enter');
  await see(app, 'Enter done');
  app.press('ctrl-u');
  await see(app, (frame) => !/Train on +\d/.test(frame));
  app.type('25');
  app.press('enter');
  await see(app, all(/❯ Train on +25 %/, 'Then: 30 train, 90 validation', 's assign'));
  take();
  app.press('s');
  await seeOver(app, 'Assign this split?');
  app.press('y');
  await see(app, 'Now: 30 train, 90 validation');
  app.press('5');
  await train(app, take);
  await measure(app, take);
  await see(app, all(/✓ right +(Yes|No)/));
  take([/^Row/, /^Line/]);
  app.press('s');
  await see(app, all('McNemar', 'Enter show rows', 'Tab next pane'));
  take([/^Compared/]);
}

it.each([
  ['tutorial-characters.md', characters],
  ['tutorial-contracts.md', contracts],
] as const)(
  'the frames of %s are those of the app as it is now; -u takes them anew',
  async (file, go) => {
    const app = await openApp({ home: newHome(), columns: 100, rows: 30 });
    const frames: Frame[] = [];
    await go(app, (free = []) => frames.push({ text: toldFrame(app.lines()), free }));
    await quit(app);
    const path = `../../docs/${file}`;
    const tutorial = readFileSync(new URL(path, import.meta.url), 'utf8');
    const found = differences(tutorial, frames);
    const next = found.length === 0 ? tutorial : withFrames(tutorial, frames);
    await expect(next).toMatchFileSnapshot(path, found.join('\n'));
  },
  120_000,
);

it('a frame differs by its words and panels, not by what a session draws', () => {
  const frame = (title: string, row: string, name: string): string =>
    [
      ` luthier P › ${title}`,
      `┏━ Row 1 of 2 ━━━━━┓`,
      `┃ ${row.padEnd(17)}┃`,
      `┃ ${name.padEnd(17)}┃`,
      '┗━━━━━━━━━━━━━━━━━━┛',
    ].join('\n');
  const shape = (text: string, free: FreePanels = []): string => shapeOf(text, free).join('\n');
  const one = frame('Train', 'loss 0.25 ⣀⡠', 'ft:a:b:Xy12Zw');
  expect(shape(one)).toBe(shape(frame('Train', 'loss 12.5 ⠉', 'ft:a:b:Qq98Ab')));
  expect(shape(one)).not.toBe(shape(frame('Train', 'gain 0.25 ⣀⡠', 'ft:a:b:Xy12Zw')));
  expect(shape(one)).not.toBe(shape(frame('Trains', 'loss 0.25 ⣀⡠', 'ft:a:b:Xy12Zw')));
  expect(shape(one, [/^Row/])).toBe(shape(frame('Train', 'loss 0.25', 'a long tale'), [/^Row/]));
  const tutorial = `one\n\`\`\`\n${one}\n\`\`\`\ntwo`;
  const other = frame('Train', 'loss 12.5 ⠉', 'ft:a:b:Qq98Ab');
  expect(differences(tutorial, [{ text: other, free: [] }])).toEqual([]);
  const gain = [{ text: other.replace('loss', 'gain'), free: [] }];
  expect(differences(tutorial, gain)).toEqual(['frame 1 tells: loss #', 'frame 1 is now: gain #']);
  expect(withFrames(tutorial, gain)).toContain('gain 12.5');
  expect(() => differences('```\n luthier P\n```\n', [])).toThrow('has 1 frames');
});
