import { execFileSync } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { type App, repository, startApp } from '../../harness/pty.ts';
import { between, randomOf } from '../support/random.ts';
import { inPlace } from '../support/work.ts';
import { type Promises, promises, type Scenario } from '../verdict.ts';

/** Signals that end or stop the app; after each the shell has its terminal as it was. */
const SIGNALS = ['INT', 'TERM', 'HUP', 'TSTP', 'QUIT'] as const;

const ENTER_SCREEN = '\u001b[?1049h';
const LEAVE_SCREEN = '\u001b[?1049l';
const SHOW_CURSOR = '\u001b[?25h';
const HIDE_CURSOR = '\u001b[?25l';

const times = (text: string, part: string): number => text.split(part).length - 1;

/** What is not as the shell had it; each is asked of the terminal itself. */
async function traces(app: App): Promise<readonly string[]> {
  app.type("stty -a | tr ' ;' '\\n\\n' | grep -x -e icanon -e echo | tr '\\n' '+'\r");
  const cooked = await app.waitFor(/^icanon\+echo\+/m).then(
    () => true,
    () => false,
  );
  const raw = app.raw();
  return [
    ...(cooked ? [] : ['keys come one by one']),
    ...(times(raw, ENTER_SCREEN) === times(raw, LEAVE_SCREEN) ? [] : ['the other screen is left on']),
    ...(raw.lastIndexOf(SHOW_CURSOR) > raw.lastIndexOf(HIDE_CURSOR) ? [] : ['the cursor stays hidden']),
  ];
}

/** The app in a shell, at a random moment after its first frame, on a screen of its own. */
async function signalled(signal: string, random: () => number, { hold }: Promises): Promise<void> {
  await inPlace(async ({ home }) => {
    const app = await startApp({ command: 'bash', args: ['--norc', '-i'], home, env: { PS1: 'shell> ' } });
    try {
      await app.waitFor('shell>');
      app.type(`'${process.execPath}' '${repository}/bin/luthier.js'\r`);
      await app.waitFor('Home');
      app.press(String(between(random, 1, 8)));
      await pause(between(random, 0, 200));
      const pid = execFileSync('pgrep', ['-P', String(app.pid)], { encoding: 'utf8' }).trim();
      execFileSync('kill', [`-${signal}`, pid]);
      await app.waitFor(() => (app.raw().split(LEAVE_SCREEN)[1] ?? '').includes('shell> '));
      for (const trace of await traces(app)) hold(false, `after SIG${signal} ${trace}`);
      if (signal !== 'TSTP') return;
      app.type('fg\r');
      await app.waitFor((frame) => frame.startsWith(' luthier'));
      hold(times(app.raw(), ENTER_SCREEN) === 2, 'after fg the screen is not drawn anew');
    } catch (error) {
      hold(false, `SIG${signal}: ${error instanceof Error ? error.message.slice(0, 600) : String(error)}`);
    } finally {
      await app.close();
    }
  });
}

/** The app in a terminal, ended or stopped by every signal. */
export const terminalClean: Scenario = async ({ times: count, seed }) => {
  const [found, random] = [promises(), randomOf(seed)];
  for (let time = 0; time < count; time += 1) await signalled(SIGNALS[time % SIGNALS.length] ?? 'TERM', random, found);
  const what = `the terminal after ${SIGNALS.slice(0, count).join(', ')}`;
  return { what, done: `${count} signals`, calls: null, lost: 0, paidTwice: 0, broken: found.broken };
};
