import { sanitizeLine, sanitizeText } from '../../domain/text/sanitize.ts';
import { colouredLine, painted } from './colour.ts';
import { clip, clipRight, wrapLine } from './text-layout.ts';

/** How far something has come, for a bar and for a program that reads along. */
export interface Progress {
  /** What runs, in one or two words; a new label begins a new bar. */
  readonly label: string;
  /** 0 to 1; null when the end is unknown. */
  readonly fraction: number | null;
  /** What stands beside the bar. */
  readonly text: string;
  /** The fields of the NDJSON record. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/**
 * Where a command speaks. People get lines on stdout and a bar on stderr; under `--json` programs get one
 * record a line on stdout and nothing else. Everything is stripped of control sequences on the way out.
 */
export interface Output {
  readonly json: boolean;
  /** Columns of the terminal, 100 where there is none. */
  readonly width: number;
  line(text?: string): void;
  heading(text: string): void;
  /** A piece of text as it arrives, with no line break of its own. */
  stream(text: string): void;
  /** A text in pieces, some of them marked: by colour and underline where there are any, else by brackets. */
  marked(pieces: readonly { readonly text: string; readonly marked: boolean }[]): void;
  /** One NDJSON record; nothing without `--json`. */
  record(event: string, fields: Readonly<Record<string, unknown>>): void;
  /** A remark on stderr that is not part of the result. */
  note(text: string): void;
  /** Draws or moves the bar; null takes it away. */
  progress(progress: Progress | null): void;
  /** Draws lines that change in one place, at the end of what was said; null takes them away. Nothing where that cannot be drawn. */
  block(lines: readonly string[] | null): void;
  /** Whether stderr can show again in one place what changes. */
  readonly redraws: boolean;
  /** Shows whom the command waits for, where that can be drawn again; null takes it away. */
  waiting(text: string | null): void;
}

/** The little of a stream that is written to. */
export interface Sink {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const BAR_WIDTH = 24;

/** `██████░░░░  62%  generate  842 / 1,296 …`, cut to `width` so that it never wraps. */
export function barLine(progress: Progress, width: number): string {
  const filled = progress.fraction === null ? 0 : Math.round(Math.min(1, Math.max(0, progress.fraction)) * BAR_WIDTH);
  const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
  const percent = progress.fraction === null ? '   …' : `${String(Math.floor(progress.fraction * 100)).padStart(3)}%`;
  return ` ${bar} ${percent}  ${clip(`${progress.label}  ${progress.text}`, Math.max(1, width - BAR_WIDTH - 9))}`;
}

export interface Bar {
  draw(progress: Progress): void;
  clear(): void;
  /** Before the bar's own words, or alone where there is no bar. */
  wait(text: string | null): void;
}

/** One line that redraws itself. */
function terminalBar(sink: Sink, inColour: boolean): Bar {
  let shown = false;
  let last: Progress | null = null;
  let waiting: string | null = null;
  const write = (line: string): void => {
    sink.write(`\r\x1b[2K${inColour ? line.replace(/^ [█░]+/, (cells) => painted(cells, 'accent')) : line}`);
    shown = true;
  };
  const clear = (): void => {
    if (shown) sink.write('\r\x1b[2K');
    shown = false;
  };
  const show = (): void => {
    const width = sink.columns ?? 80;
    if (last !== null) write(barLine(waiting === null ? last : { ...last, text: `${waiting} · ${last.text}` }, width));
    else if (waiting === null) clear();
    else write(clip(waiting, width - 1));
  };
  return {
    draw(progress) {
      last = progress;
      show();
    },
    clear() {
      last = null;
      clear();
    },
    wait(text) {
      waiting = text;
      show();
    },
  };
}

/** Some lines that redraw themselves, at the end of what was written. */
function terminalBlock(sink: Sink): (lines: readonly string[] | null) => void {
  let shown = 0;
  return (lines) => {
    const width = (sink.columns ?? 80) - 1;
    const back = shown === 0 ? '' : `\x1b[${shown}A\r\x1b[0J`;
    shown = lines?.length ?? 0;
    const text = back + (lines ?? []).map((line) => `${clipRight(line, width)}\n`).join('');
    if (text !== '') sink.write(text);
  };
}

/** Where nothing can be redrawn (a file, a pipe, a log): a plain line at the start and every tenth of the way. */
function plainBar(sink: Sink): Bar {
  let label = '';
  let tenth = -1;
  return {
    draw(progress) {
      if (progress.label !== label) tenth = -1;
      label = progress.label;
      const now = progress.fraction === null ? 0 : Math.floor(progress.fraction * 10);
      if (now <= tenth) return;
      tenth = now;
      const percent = progress.fraction === null ? '' : ` ${now * 10}%`;
      sink.write(`${progress.label}${percent}  ${progress.text}\n`);
    },
    clear() {},
    wait() {},
  };
}

export interface OutputOptions {
  readonly json: boolean;
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly colour: { readonly stdout: boolean; readonly stderr: boolean };
}

/** What JSON leaves as it is but a terminal may act on: DEL, C1 controls, line separators, direction marks. */
const UNSAFE_IN_JSON = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/** One record as one line of JSON that says the same and holds nothing a terminal would obey. */
export function ndjson(event: string, fields: Readonly<Record<string, unknown>>): string {
  const line = JSON.stringify({ event, ...fields }, (_, value) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
  return line.replace(UNSAFE_IN_JSON, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const MARKED_BY_COLOUR = ['\x1b[4;32m', '\x1b[24;39m'] as const;
const MARKED_BY_BRACKETS = ['⟦', '⟧'] as const;

export function createOutput({ json, stdout, stderr, colour }: OutputOptions): Output {
  const bar = stderr.isTTY === true ? terminalBar(stderr, colour.stderr) : plainBar(stderr);
  const block = stderr.isTTY === true && !json ? terminalBlock(stderr) : () => {};

  // Of an answer that streams to the same terminal, nothing may be drawn over.
  let inLine = false;

  const say = (text: string): void => {
    if (json) return;
    bar.clear();
    block(null);
    stdout.write(text);
    if (text !== '') inLine = !text.endsWith('\n');
  };
  /** Lines as they are set: where a person reads, between words and in colour; elsewhere as they are. */
  const set = (text: string, sink: Sink, inColour: boolean): string => {
    const { columns } = sink;
    const safe = sanitizeText(text).split('\n');
    const lines = sink.isTTY === true && columns !== undefined ? safe.flatMap((line) => wrapLine(line, columns)) : safe;
    return `${(inColour ? lines.map(colouredLine) : lines).join('\n')}\n`;
  };
  return {
    json,
    width: stdout.columns ?? 100,
    line: (text = '') => say(set(text, stdout, colour.stdout)),
    heading: (text) => {
      const lines = set(text, stdout, false).trimEnd();
      say(`\n${colour.stdout ? painted(lines, 'heading') : lines}\n`);
    },
    stream: (text) => say(sanitizeText(text)),
    marked(pieces) {
      const [from, to] = colour.stdout ? MARKED_BY_COLOUR : MARKED_BY_BRACKETS;
      const shown = pieces.map(({ text, marked }) =>
        marked ? `${from}${sanitizeText(text)}${to}` : sanitizeText(text),
      );
      say(`${shown.join('')}\n`);
    },
    record(event, fields) {
      if (json) stdout.write(`${ndjson(event, fields)}\n`);
    },
    note(text) {
      bar.clear();
      block(null);
      stderr.write(set(text, stderr, colour.stderr));
    },
    progress(progress: Progress | null) {
      if (progress === null) bar.clear();
      else if (json) stdout.write(`${ndjson('progress', { operation: progress.label, ...progress.fields })}\n`);
      else bar.draw({ ...progress, label: sanitizeLine(progress.label), text: sanitizeLine(progress.text) });
    },
    block: (lines) => block(lines?.map(sanitizeLine) ?? null),
    redraws: stderr.isTTY === true,
    waiting(text) {
      if (!inLine) bar.wait(text === null ? null : sanitizeLine(text));
    },
  };
}
