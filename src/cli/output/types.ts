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
  /** One NDJSON record; nothing without `--json`. */
  record(event: string, fields: Readonly<Record<string, unknown>>): void;
  /** A remark on stderr that is not part of the result. */
  note(text: string): void;
  /** Draws or moves the bar; null takes it away. */
  progress(progress: Progress | null): void;
}

/** The little of a stream that is written to. */
export interface Sink {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}
