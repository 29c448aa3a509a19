import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from '@lydell/node-pty';
import { frameSvg } from './frame-svg.ts';
import { Screen, type Wanted, type Widths } from './screen.ts';
import { pasteSequence, sequenceOf } from './sequences.ts';

export const repository = new URL('../..', import.meta.url).pathname.replace(/\/$/, '');

export interface AppOptions {
  /** Arguments of `luthier`; none opens the screens. */
  readonly args?: readonly string[];
  /** Another program than the launcher; `args` are then its own. */
  readonly command?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly columns?: number;
  readonly rows?: number;
  readonly widths?: Widths;
  /** The data folder; a new temporary one by default, removed by `close()`. */
  readonly home?: string;
}

export interface App {
  readonly pid: number;
  readonly home: string;
  frame(): string;
  lines(): readonly string[];
  /** The frame as a picture, in the colours that were written. */
  svg(title: string): string;
  /** As `Screen.cells`. */
  cells(): readonly (readonly string[])[];
  /** As `Screen.brokenRows`. */
  brokenRows(): readonly number[];
  /** Everything the program wrote, escape sequences and all. */
  raw(): string;
  /** Waits for text, a pattern or a predicate of the frame. */
  waitFor(wanted: Wanted, timeoutMs?: number): Promise<string>;
  /** Raw bytes, as they are. */
  keys(data: string): void;
  /** Keys by name: `press('down', 'enter', 'ctrl-o')`. */
  press(...names: readonly string[]): void;
  type(text: string): void;
  paste(text: string): void;
  /** Writes on the terminal as another program would that has it too. */
  scribble(text: string): void;
  resize(columns: number, rows: number): void;
  kill(signal?: string): void;
  readonly exited: Promise<{ readonly exitCode: number; readonly signal: number | undefined }>;
  /** Ends the program if it runs, and removes the temporary data folder. */
  close(): Promise<void>;
}

/** The environment a person's terminal gives: no CI, no keys, no colour switches of the test runner. */
function environment(home: string, extra: Readonly<Record<string, string>>): Record<string, string> {
  const dropped =
    /^(CI$|CI_|CONTINUOUS_INTEGRATION$|GITHUB_ACTIONS$|VITEST|NODE_ENV$|NODE_OPTIONS$|NO_COLOR$|FORCE_COLOR$|OPENAI_|WANDB_|NETRC$)/;
  const kept = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined || dropped.test(name) ? [] : [[name, value] as const],
  );
  return {
    ...Object.fromEntries(kept),
    TERM: 'xterm-256color',
    COLORTERM: 'truecolor',
    LANG: 'en_GB.UTF-8',
    LC_ALL: 'en_GB.UTF-8',
    LUTHIER_HOME: home,
    // A key of the person who runs the tests is none of the app's.
    NETRC: join(home, 'no-netrc'),
    ...extra,
  };
}

/** Starts a program in a real pseudo-terminal and shows what a person would see of it. */
export async function startApp(options: AppOptions = {}): Promise<App> {
  const { columns = 80, rows = 24, args = [], cwd = repository } = options;
  const home = options.home ?? mkdtempSync(join(tmpdir(), 'luthier-'));
  const screen = new Screen(columns, rows, false, options.widths);
  const [file, fileArgs] =
    options.command === undefined
      ? [process.execPath, [join(repository, 'bin/luthier.js'), ...args]]
      : [options.command, [...args]];
  const child = spawn(file, fileArgs, {
    name: 'xterm-256color',
    cols: columns,
    rows,
    cwd,
    env: environment(home, options.env ?? {}),
  });
  const { promise: exited, resolve } = Promise.withResolvers<{ exitCode: number; signal: number | undefined }>();
  let running = true;
  child.onData((data) => screen.write(data));
  // A terminal answers when it is asked (cursor position, device attributes); some programs wait for it.
  screen.terminal.onData((answer) => {
    if (running) child.write(answer);
  });
  child.onExit(({ exitCode, signal }) => {
    running = false;
    resolve({ exitCode, signal });
  });
  return {
    pid: child.pid,
    home,
    frame: () => screen.frame(),
    lines: () => screen.lines(),
    svg: (title) => frameSvg(screen.terminal, title),
    cells: () => screen.cells(),
    brokenRows: () => screen.brokenRows(),
    raw: () => screen.raw(),
    waitFor: (wanted, timeoutMs = 20_000) => screen.waitFor(wanted, timeoutMs),
    keys: (data) => child.write(data),
    press: (...names) => {
      for (const name of names) child.write(sequenceOf(name));
    },
    type: (text) => child.write(text),
    paste: (text) => child.write(pasteSequence(text)),
    scribble: (text) => screen.write(text),
    resize: (nextColumns, nextRows) => {
      screen.terminal.resize(nextColumns, nextRows);
      child.resize(nextColumns, nextRows);
    },
    kill: (signal) => child.kill(signal),
    exited,
    close: async () => {
      if (running) child.kill('SIGKILL');
      await exited;
      if (options.home === undefined) rmSync(home, { recursive: true, force: true });
    },
  };
}
