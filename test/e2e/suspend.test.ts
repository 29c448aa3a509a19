import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { type App, repository } from '../harness/pty.ts';
import { newHome, openApp, see } from './support/luthier.ts';

const ENTER_SCREEN = '\u001b[?1049h';
const LEAVE_SCREEN = '\u001b[?1049l';

/** The app as a job of a shell, as a person starts it. */
async function openInShell(): Promise<App> {
  const app = await openApp({ command: 'bash', args: ['--norc', '-i'], home: newHome(), env: { PS1: 'shell> ' } });
  await app.waitFor('shell>');
  app.type(`'${process.execPath}' '${repository}/bin/luthier.js' --mouse\r`);
  await see(app, 'Home');
  return app;
}

/** The process of the app. */
const jobOf = (shell: App): string => execFileSync('pgrep', ['-P', String(shell.pid)], { encoding: 'utf8' }).trim();

const times = (text: string, part: string): number => text.split(part).length - 1;

/** A shell that has the terminal as it was: what is typed is seen, and lines come to it whole. */
async function expectShell(app: App): Promise<void> {
  await app.waitFor(/Stopped/);
  app.type("stty -a | tr ' ;' '\\n\\n' | grep -x -e icanon -e echo | tr '\\n' '+'\r");
  await app.waitFor(/^icanon\+echo\+/m);
  expect(times(app.raw(), LEAVE_SCREEN)).toBeGreaterThan(0);
  // Clicks and the wheel are the shell's own again, and so is the focus.
  for (const mode of [1000, 1006, 1004])
    expect(app.raw().lastIndexOf(`\u001b[?${mode}l`)).toBeGreaterThan(app.raw().lastIndexOf(`\u001b[?${mode}h`));
  expect(app.raw().lastIndexOf('\u001b[?25h')).toBeGreaterThan(app.raw().lastIndexOf('\u001b[?25l'));
}

async function bringBack(app: App): Promise<void> {
  const before = times(app.raw(), ENTER_SCREEN);
  app.type('fg\r');
  await see(app, 'Home');
  await app.waitFor(() => times(app.raw(), ENTER_SCREEN) > before);
  expect(app.raw().lastIndexOf('\u001b[?1000h')).toBeGreaterThan(app.raw().lastIndexOf('\u001b[?1000l'));
  app.press('5');
  await see(app, 'Train');
  app.press('1');
  await see(app, 'Home');
}

describe.skipIf(process.platform === 'win32')('Ctrl-Z', () => {
  it('gives the terminal back to the shell, and fg brings the whole screen back, again and again', async () => {
    const app = await openInShell();
    for (let again = 0; again < 2; again += 1) {
      app.press('ctrl-z');
      await expectShell(app);
      await bringBack(app);
      app.type('\u001b');
    }
    app.press('?');
    await app.waitFor('type to find a key');
    app.type('shell');
    await app.waitFor('Go back to the shell for a while');
    app.press('ctrl-z');
    await expectShell(app);
    app.type('clear; fg\r');
    await app.waitFor('Go back to the shell for a while');
  }, 60_000);

  it('does the same for a SIGTSTP, and SIGCONT alone paints the screen anew', async () => {
    const app = await openInShell();
    execFileSync('kill', ['-TSTP', jobOf(app)]);
    await expectShell(app);
    await bringBack(app);
    const before = times(app.raw(), ENTER_SCREEN);
    execFileSync('kill', ['-CONT', jobOf(app)]);
    await app.waitFor(() => times(app.raw(), ENTER_SCREEN) === before + 1);
    await see(app, 'Home');
    execFileSync('kill', ['-STOP', jobOf(app)]);
    await app.waitFor(/Stopped/);
    await bringBack(app);
  }, 60_000);

  it('changes nothing where no shell could bring it back', async () => {
    const app = await openApp();
    await see(app, 'Home');
    app.press('ctrl-z');
    await app.waitFor(() => times(app.raw(), ENTER_SCREEN) === 2);
    app.press('5');
    await see(app, 'Train');
  });
});
