import { once } from 'node:events';
import xterm from '@xterm/headless';
import { graphemeWidths } from './widths.ts';

export type Wanted = string | RegExp | ((frame: string) => boolean);

const matches = (frame: string, wanted: Wanted): boolean =>
  typeof wanted === 'string' ? frame.includes(wanted) : wanted instanceof RegExp ? wanted.test(frame) : wanted(frame);

/** How a terminal counts cells: by clusters, as today's do, or by xterm's own table, for which a family is four glyphs. */
export type Widths = 'graphemes' | 'code points';

/** A terminal in memory: takes what an app writes, shows what a person would see. */
export class Screen {
  readonly terminal: xterm.Terminal;
  private received = '';

  constructor(columns: number, rows: number, convertEol: boolean, widths: Widths = 'graphemes') {
    this.terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol, scrollback: 200 });
    if (widths === 'code points') return;
    this.terminal.unicode.register(graphemeWidths);
    this.terminal.unicode.activeVersion = graphemeWidths.version;
  }

  write(data: string, done?: () => void): void {
    this.received += data;
    this.terminal.write(data, done);
  }

  /** Everything written so far, escape sequences and all. */
  raw(): string {
    return this.received;
  }

  /** The visible rows, without spaces at their ends. */
  lines(): readonly string[] {
    const { active } = this.terminal.buffer;
    // After shrinking, xterm keeps the cells right of the edge for a while; nobody sees them.
    const { cols } = this.terminal;
    return Array.from(
      { length: this.terminal.rows },
      (_, row) => active.getLine(active.viewportY + row)?.translateToString(true, 0, cols) ?? '',
    );
  }

  /** What stands in each column of each visible row; the second half of a wide glyph is empty. */
  cells(): readonly (readonly string[])[] {
    const { active } = this.terminal.buffer;
    return Array.from({ length: this.terminal.rows }, (_, row) => {
      const line = active.getLine(active.viewportY + row);
      return Array.from({ length: this.terminal.cols }, (__, column) => line?.getCell(column)?.getChars() ?? '');
    });
  }

  /** Visible rows the terminal had to break because they were longer than it is wide. */
  brokenRows(): readonly number[] {
    const { active } = this.terminal.buffer;
    const rows = Array.from({ length: this.terminal.rows }, (_, row) => row);
    return rows.filter((row) => active.getLine(active.viewportY + row)?.isWrapped === true);
  }

  frame(): string {
    return this.lines().join('\n');
  }

  /** Waits for a frame that is whole, looking again after every write; the error shows the last one. */
  async waitFor(wanted: Wanted, timeoutMs = 10_000): Promise<string> {
    const limit = AbortSignal.timeout(timeoutMs);
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const look = (): void => {
      // Of a frame half written, a terminal that knows synchronised output shows nothing yet.
      if (this.terminal.modes.synchronizedOutputMode) return;
      const frame = this.frame();
      if (matches(frame, wanted)) resolve(frame);
    };
    const subscription = this.terminal.onWriteParsed(look);
    look();
    once(limit, 'abort').then(() =>
      reject(new Error(`never saw ${String(wanted)} within ${timeoutMs} ms; the screen was:\n${this.frame()}`)),
    );
    try {
      return await promise;
    } finally {
      subscription.dispose();
    }
  }
}
