import { Box, render as inkRender } from 'ink';
import { type ReactNode, useLayoutEffect } from 'react';
import { onTestFinished } from 'vitest';
import type { ThemeName } from '../../src/domain/project/settings.ts';
import { useReachableBindings, useScreenBindings } from '../../src/keys/hooks.tsx';
import type { MousePress } from '../../src/keys/mouse-areas.ts';
import { KeyRouter, type KeyRouterProps } from '../../src/keys/router.tsx';
import { listenForReports } from '../../src/services/terminal/reports.ts';
import { ThemeProvider } from '../../src/theme/theme.tsx';
import { Screen, type Wanted } from './screen.ts';
import { mouseSequence, pasteSequence, sequenceOf } from './sequences.ts';
import { Keyboard, ScreenOutput } from './streams.ts';

export interface RenderOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly theme?: ThemeName;
  /** Stands for `process.env` in the theme; UTF-8 and colour by default. */
  readonly env?: Readonly<Record<string, string>>;
  readonly screenReader?: boolean;
  /** False as in Settings; true by default. */
  readonly animated?: boolean;
  readonly onRefused?: KeyRouterProps['onRefused'];
}

export interface Rendered {
  /** What is on screen now. */
  frame(): string;
  lines(): readonly string[];
  /** Everything written to the terminal so far. */
  raw(): string;
  /** Waits for text, a pattern, or a predicate of the frame; never sleeps. */
  waitFor(wanted: Wanted): Promise<string>;
  /** Presses keys by name, one after the other, and waits until they were handled and drawn. */
  press(...names: readonly string[]): Promise<void>;
  /** Types text in one chunk, as it is: `\r` is Enter. */
  type(text: string): Promise<void>;
  /** A press of the mouse at a cell, from 0, as a terminal in SGR mode reports it. */
  mouse(kind: MousePress['kind'], column: number, row: number): Promise<void>;
  /** A bracketed paste. */
  paste(text: string): Promise<void>;
  resize(columns: number, rows: number): Promise<void>;
  rerender(node: ReactNode): Promise<void>;
  /** The ids of every binding that could be reached so far, disabled ones among them. */
  handled(): ReadonlySet<string>;
  /** Waits until what has happened so far is on screen. */
  settled(): Promise<void>;
  unmount(): void;
}

/** Notes the ids of the bindings that are live, whenever they change. */
function HandledIds({ ids }: { readonly ids: Set<string> }): ReactNode {
  const reachable = useReachableBindings();
  const all = useScreenBindings();
  useLayoutEffect(() => {
    for (const { id } of [...reachable, ...all]) ids.add(id);
  }, [ids, reachable, all]);
  return null;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Draws `node` under theme and key router into an xterm of the given size (80x24), as a real terminal would get it. */
export async function render(node: ReactNode, options: RenderOptions = {}): Promise<Rendered> {
  const { columns = 80, rows = 24, theme = 'dark', env = { LANG: 'en_GB.UTF-8' } } = options;
  const screen = new Screen(columns, rows, true);
  const output = new ScreenOutput(screen, columns, rows);
  const keyboard = new Keyboard();
  const reports = listenForReports(keyboard);
  reports.takeEarly();
  const ids = new Set<string>();
  const wrap = (content: ReactNode): ReactNode => (
    <ThemeProvider name={theme} env={env} animated={options.animated ?? true}>
      <KeyRouter mouse={reports.onMouse} {...(options.onRefused === undefined ? {} : { onRefused: options.onRefused })}>
        <Box flexDirection="column">{content}</Box>
        <HandledIds ids={ids} />
      </KeyRouter>
    </ThemeProvider>
  );
  const app = inkRender(wrap(node), {
    stdout: output,
    stdin: keyboard,
    interactive: true,
    exitOnCtrlC: false,
    patchConsole: false,
    maxFps: 1000,
    alternateScreen: true,
    isScreenReaderEnabled: options.screenReader ?? false,
  });
  const unmount = (): void => app.unmount();
  onTestFinished(unmount);
  const settled = async (): Promise<void> => {
    // Stream, router queue, React: each takes a turn of the event loop, and a key may start them again.
    for (let round = 0; round < 6; round++) await turn();
    await app.waitUntilRenderFlush();
    await new Promise<void>((resolve) => screen.terminal.write('', resolve));
  };
  const send = async (data: string): Promise<void> => {
    keyboard.write(data);
    // The router takes two turns a key.
    for (let round = 0; round < 2 * data.length; round++) await turn();
    await settled();
  };
  await settled();
  return {
    frame: () => screen.frame(),
    lines: () => screen.lines(),
    raw: () => screen.raw(),
    waitFor: (wanted) => screen.waitFor(wanted),
    press: async (...names) => {
      for (const name of names) await send(sequenceOf(name));
    },
    type: send,
    mouse: (kind, column, row) => send(mouseSequence(kind, column, row)),
    paste: (text) => send(pasteSequence(text)),
    resize: async (nextColumns, nextRows) => {
      screen.terminal.resize(nextColumns, nextRows);
      output.resize(nextColumns, nextRows);
      await settled();
    },
    rerender: async (next) => {
      app.rerender(wrap(next));
      await settled();
    },
    handled: () => ids,
    settled,
    unmount,
  };
}
