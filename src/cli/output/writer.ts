import { sanitizeLine, sanitizeText } from '../../domain/text/sanitize.ts';
import { plainBar, terminalBar } from './bar.ts';
import type { Output, Progress, Sink } from './types.ts';

export interface OutputOptions {
  readonly json: boolean;
  readonly stdout: Sink;
  readonly stderr: Sink;
  /** Bold headings: a terminal that has not asked for NO_COLOR. */
  readonly bold: boolean;
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

export function createOutput({ json, stdout, stderr, bold }: OutputOptions): Output {
  const bar = stderr.isTTY === true ? terminalBar(stderr) : plainBar(stderr);

  const say = (text: string): void => {
    if (json) return;
    bar.clear();
    stdout.write(text);
  };
  return {
    json,
    width: stdout.columns ?? 100,
    line: (text = '') => say(`${sanitizeText(text)}\n`),
    heading: (text) => say(bold ? `\n\x1b[1m${sanitizeText(text)}\x1b[22m\n` : `\n${sanitizeText(text)}\n`),
    stream: (text) => say(sanitizeText(text)),
    record(event, fields) {
      if (json) stdout.write(`${ndjson(event, fields)}\n`);
    },
    note(text) {
      bar.clear();
      stderr.write(`${sanitizeText(text)}\n`);
    },
    progress(progress: Progress | null) {
      if (progress === null) bar.clear();
      else if (json) stdout.write(`${ndjson('progress', { operation: progress.label, ...progress.fields })}\n`);
      else bar.draw({ ...progress, label: sanitizeLine(progress.label), text: sanitizeLine(progress.text) });
    },
  };
}
