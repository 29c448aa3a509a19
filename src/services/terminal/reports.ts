/** A click of the first button, or a turn of the wheel; place from 0. */
export interface MouseReport {
  readonly kind: 'click' | 'wheel-up' | 'wheel-down';
  readonly column: number;
  readonly row: number;
}

export interface TerminalReports {
  /** Gives what ends it. */
  onMouse(listener: (report: MouseReport) => void): () => void;
  /** Called when what the terminal says of its background is another; gives what ends it. */
  onBackground(listener: () => void): () => void;
  /** As the terminal answered; null before it did. */
  background(): 'dark' | 'light' | null;
  /** Whether another window has the focus. False until the terminal says so: not all do. */
  isAway(): boolean;
  /**
   * Takes what has come so far before anyone reads the keyboard: an answer that is there by the first frame is in it. Keys stay
   * for who reads next.
   */
  takeEarly(): void;
}

/** The input of a terminal, in UTF-8. */
interface Input {
  read(size?: number): unknown;
  unshift(chunk: string, encoding: 'utf8'): void;
  on(event: 'readable', listener: () => void): unknown;
  off(event: 'readable', listener: () => void): unknown;
  setEncoding(encoding: 'utf8'): unknown;
}

/** Asks for the colour of the background, by xterm's OSC 11. A terminal that does not know it says nothing. */
export const ASK_BACKGROUND = '\u001b]11;?\u001b\\';

/** Mouse (SGR, mode 1006), focus (mode 1004), colour of the background (OSC 11), ended by BEL or ST. */
const REPORT = /\u001b\[<(\d+);(\d+);(\d+)([Mm])|\u001b\[([IO])|\u001b\]11;rgba?:([\da-f/]+)(?:\u0007|\u001b\\)/gi;
/** The start of one whose end has not come yet. Esc and Esc [ alone are keys. */
const PART = /\u001b(?:\[<[\d;]*|\]1?1?(?:;[^\u0007\u001b]*\u001b?)?)$/;

/** Of the four low bits of a button, with shift, meta and control (4, 8, 16) left aside. */
const MODIFIERS = 4 | 8 | 16;
const BUTTONS: Readonly<Record<number, MouseReport['kind']>> = { 0: 'click', 64: 'wheel-up', 65: 'wheel-down' };

/** Dark or light by its luminance (ITU-R BT.709), from channels of one to four hex digits each; null when it is no colour. */
function backgroundOf(colour: string): 'dark' | 'light' | null {
  const channels = colour.split('/').slice(0, 3);
  const [red = 0, green = 0, blue = 0] = channels.map(
    (digits) => Number.parseInt(digits, 16) / (16 ** digits.length - 1),
  );
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  if (channels.length < 3 || Number.isNaN(luminance)) return null;
  return luminance > 0.5 ? 'light' : 'dark';
}

/** Takes what the terminal reports of itself out of `input`, so that whoever reads the keyboard gets keys alone. */
export function listenForReports(input: Input): TerminalReports {
  const mouse = new Set<(report: MouseReport) => void>();
  const backgrounds = new Set<() => void>();
  let background: 'dark' | 'light' | null = null;
  let away = false;
  let part = '';

  function take(found: RegExpMatchArray): void {
    const [, button, column, row, press, focus, colour] = found;
    if (focus !== undefined) away = focus === 'O';
    if (colour !== undefined) {
      const said = backgroundOf(colour);
      if (said === null || said === background) return;
      background = said;
      for (const listener of [...backgrounds]) listener();
    }
    const kind = press === 'M' ? BUTTONS[Number(button) & ~MODIFIERS] : undefined;
    if (kind === undefined) return;
    for (const listener of [...mouse]) listener({ kind, column: Number(column) - 1, row: Number(row) - 1 });
  }

  function keysOf(chunk: string): string {
    const text = part + chunk;
    part = PART.exec(text)?.[0] ?? '';
    const whole = part === '' ? text : text.slice(0, -part.length);
    for (const found of whole.matchAll(REPORT)) take(found);
    return whole.replaceAll(REPORT, '');
  }

  input.setEncoding('utf8');
  const read = input.read.bind(input);
  input.read = (size?: number): unknown => {
    const chunk: unknown = read(size);
    return typeof chunk === 'string' ? keysOf(chunk) : chunk;
  };
  // While someone waits for it, the stream takes in what the terminal sends.
  const waiting = (): void => {};
  input.on('readable', waiting);

  const listening = <T>(listeners: Set<T>, listener: T): (() => void) => {
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  };
  return {
    onMouse: (listener) => listening(mouse, listener),
    onBackground: (listener) => listening(backgrounds, listener),
    background: () => background,
    isAway: () => away,
    takeEarly() {
      const early: unknown = input.read();
      input.off('readable', waiting);
      if (typeof early === 'string' && early !== '') input.unshift(early, 'utf8');
    },
  };
}
