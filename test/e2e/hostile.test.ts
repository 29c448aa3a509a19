import { expect, it } from 'vitest';
import type { App } from '../harness/pty.ts';
import { newHome, openApp, quit, see, seeOver } from './support/luthier.ts';
import { seedHome } from './support/seed.ts';
import { SERVER_MODEL, startServer } from './support/server.ts';
import { generate } from './support/steps.ts';

/** What a model might say to take the terminal over, whole, torn apart and badly written. */
const HOSTILE: readonly string[] = [
  'CSI \x1b[2J\x1b[666;1H\x1b[31mred\x1b[?1049l\x1b[?25h CSI-END',
  'OSC title \x1b]0;STOLEN-TITLE\x07 and \x1b]2;STOLEN-TITLE\x1b\\ OSC-END',
  'OSC 52 \x1b]52;c;U1RPTEVOLUNMSVBCT0FSRA==\x07 CLIP-END',
  'OSC 8 \x1b]8;;http://stolen.example/\x1b\\link\x1b]8;;\x1b\\ LINK-END',
  'DCS \x1bP1;STOLEN-DCS\x1b\\ APC \x1b_STOLEN-APC\x1b\\ PM \x1b^STOLEN-PM\x1b\\ DCS-END',
  'C1 \u009b31m\u009b2J \u009d0;STOLEN-C1\u009c \u0090STOLEN\u009c C1-END',
  'half a sequence \x1b[ and a lone \x1b',
  'bells \x07\x07 and back\b\b\bspace \r over \v and \f \x0e\x0f SHIFT-END',
  'bidi \u202eSDRAWKCAB\u202c \u2066isolated\u2069 hidden\u200b\u{e0041} BIDI-END',
  `wide ${'小貓精靈'.repeat(60)} WIDE-END`,
  `emoji ${'👩‍👩‍👧‍👦👍🏽🏳️‍🌈🇬🇧'.repeat(30)} EMOJI-END`,
  `combining ${'e\u0301\u0323\u0324'.repeat(200)} MARKS-END`,
  `one line of 100 kB ${'x'.repeat(100_000)} LONG-END`,
  `many lines ${'\r\n\u2028\u2029line'.repeat(300)} LINES-END`,
  `عربي ومعه עברית ${'กำ क्ष 🇬 '.repeat(20)} SCRIPTS-END`,
  'ordinary, but the last ORDINARY-END',
];

const FORBIDDEN = [
  /\x1b[\]PX^_]/,
  /\x1b\[(?:666|31mred)/,
  /\x1b\[\d*m?red/,
  /[\x80-\x9f]/,
  /[\x07\x08\x0b\x0c\x0e\x0f]/,
  /[\u202a-\u202e\u2066-\u2069\u200b\u2028\u2029]/,
  /\u{e0041}/u,
];

const idIn = (frame: string): string => /[ ─━]([0-9a-f]{8}) /.exec(frame)?.[1] ?? '';

/** The app's own question for the background, see `services/terminal/reports`. */
const OWN = '\u001b]11;?\u001b\\';

/** The app leaves the alternate screen at its end, once; nothing of a model may. */
function expectClean(app: App): void {
  const raw = app.raw().replaceAll(OWN, '');
  for (const pattern of FORBIDDEN) expect(pattern.exec(raw)?.[0]).toBeUndefined();
  expect(raw.match(/\x1b\[\?1049l/g) ?? []).toHaveLength(1);
}

it.each([
  [80, 24],
  [140, 40],
] as const)(
  'draws whatever a model says inside its borders and obeys none of it, at %i x %i',
  async (columns, rows) => {
    const server = await startServer(
      (_, nth) => ({ text: HOSTILE[(nth - 1) % HOSTILE.length] ?? '' }),
      [SERVER_MODEL, 'evil\x1b]0;STOLEN-MODEL\x07\x1b[2Jmodel', '小'.repeat(80)],
    );
    const home = newHome();
    await seedHome(home, { baseUrl: server.url });
    const app = await openApp({ home, columns, rows, env: { OPENAI_API_KEY: 'sk-of-the-test' } });
    await see(app, '› Home');
    await generate(app);
    await see(app, '16 / 16');

    app.press('4');
    await see(app, 'Row 1 of 16');
    app.press('enter');
    const seen = new Set<string>();
    for (let at = 1; at <= HOSTILE.length; at++) {
      // The id of a row is the title of its detail.
      await see(app, (frame) => !seen.has(idIn(frame)));
      seen.add(idIn(app.frame()));
      app.press('pagedown', 'G');
      if (at < HOSTILE.length) app.press('l');
    }
    app.press('escape');
    await see(app, 'Row 16 of 16');
    app.press('c');
    await see(app, /16 examples/, 60_000);
    app.press('escape', 'b');
    await see(app, 'Slot values of 16 rows');
    app.press('escape');

    app.press('6');
    await see(app, '› Chat');
    for (const [nth, words] of HOSTILE.entries()) {
      app.press('enter');
      await see(app, '┏━ Message');
      app.type(`question ${nth} ${words.includes('END') ? '' : '?'}`);
      app.press('enter');
      await see(app, (frame) => /first token/.test(frame) && server.asked.length === 17 + nth);
      app.press('escape');
      await see(app, 'regenerate');
      app.press('pageup', 'pageup', 'G');
    }
    app.press('m');
    await seeOver(app, /evil.*model/);
    app.press('escape');

    app.press('8', 'tab');
    await see(app, '› Settings');
    await quit(app);
    expectClean(app);
    await server.close();
  },
  120_000,
);
