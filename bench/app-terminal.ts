import { setTimeout as sleep } from 'node:timers/promises';
import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { createEngineLauncher } from '../src/services/engine/launcher.ts';
import { luthier, root, terminalEnv } from './measure.ts';

/** What a frame shows. */
export type Wanted = string | RegExp | ((frame: string) => boolean);

/** The app in a pseudo-terminal of 120 columns and 36 rows. */
export interface AppTerminal {
  readonly pid: number;
  /** Milliseconds from keys to the first frame after them that is as wanted. Throws where there is none in time. */
  press(keys: string, wanted: Wanted, limitMs?: number): Promise<number>;
  /** The frame as text, a line a row. */
  frame(): string;
  kill(signal: string): void;
  /** How it ended by itself; null while it runs. */
  exit(): number | null;
  /** Ends it, and the engine that it started. */
  stop(): Promise<void>;
}

export interface AppTerminalOptions {
  readonly home: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Of Node, before the launcher. */
  readonly args?: readonly string[];
}

const KEY_MS = 10_000;
const [COLUMNS, ROWS] = [120, 36];

export function startInTerminal({ home, env = {}, args = [] }: AppTerminalOptions): AppTerminal {
  const all = { ...terminalEnv(home), ...env };
  const terminal = spawn(process.execPath, [...args, luthier], {
    cols: COLUMNS,
    rows: ROWS,
    cwd: root,
    env: Object.fromEntries(Object.entries(all).map(([name, value]) => [name, value ?? ''])),
  });
  const screen = new xterm.Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true });
  const frame = (): string => {
    const { active } = screen.buffer;
    return Array.from({ length: ROWS }, (_, row) => active.getLine(row)?.translateToString(true) ?? '').join('\n');
  };
  let exit: number | null = null;
  let heard = (): void => {};
  const gone = new Promise<void>((resolve) => {
    terminal.onExit(({ exitCode }) => {
      exit = exitCode;
      resolve();
    });
  });
  // A frame writes only what differs from the one before, so that a text is not in its bytes.
  terminal.onData((text) => screen.write(text, () => heard()));
  return {
    pid: terminal.pid,
    async press(keys, wanted, limitMs = KEY_MS) {
      const started = performance.now();
      const shown = new Promise<void>((resolve) => {
        heard = () => {
          if (isShown(wanted, frame())) resolve();
        };
      });
      terminal.write(keys);
      const late = sleep(limitMs, 'late', { ref: false });
      if ((await Promise.race([shown, late])) === 'late') throw new Error(`“${wanted}” is not shown:\n${frame()}`);
      return performance.now() - started;
    },
    frame,
    kill: (signal) => terminal.kill(signal),
    exit: () => exit,
    async stop() {
      terminal.kill('SIGTERM');
      await gone;
      await createEngineLauncher({ home }).stop();
    },
  };
}

function isShown(wanted: Wanted, frame: string): boolean {
  if (typeof wanted === 'string') return frame.includes(wanted);
  return wanted instanceof RegExp ? wanted.test(frame) : wanted(frame);
}
