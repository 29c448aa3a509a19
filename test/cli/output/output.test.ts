import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createOutput, ndjson } from '../../../src/cli/output/output.ts';

function capture(options: { json: boolean; tty?: boolean }) {
  const written = { out: '', err: '' };
  const output = createOutput({
    json: options.json,
    colour: { stdout: options.tty === true, stderr: options.tty === true },
    stdout: { isTTY: options.tty === true, columns: 60, write: (text) => (written.out += text) },
    stderr: { isTTY: options.tty === true, columns: 60, write: (text) => (written.err += text) },
  });
  return { output, written };
}

/** What the program itself may send to a terminal: line breaks, its colours, and the bar's redraw. */
const OWN = /\x1b\[(?:1;36|22;39|32|39|1;31|33|36)m|\r\x1b\[2K|\n/g;
const CONTROL = /[\x00-\x1f\x7f-\x9f]/;

const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\x1b]0;title\x07', '\x1b[2J\x1b[H', '\x9b31m', '\x1b', 'a\rb', '\x1bP1;2q\x1b\\', '\u202egnp.exe'),
);

describe('output', () => {
  it('lets nothing a terminal obeys through, whatever is said', () => {
    fc.assert(
      fc.property(hostile, hostile, (one, two) => {
        const { output, written } = capture({ json: false, tty: true });
        output.line(one);
        output.heading(two);
        output.stream(one);
        output.note(two);
        output.progress({ label: one, fraction: 0.5, text: two, fields: {} });
        expect(written.out.replace(OWN, '')).not.toMatch(CONTROL);
        expect(written.err.replace(OWN, '')).not.toMatch(CONTROL);
      }),
    );
  });

  it('writes records that say the same and hold nothing a terminal obeys', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const line = ndjson('said', { text });
        expect(line).not.toMatch(CONTROL);
        expect(JSON.parse(line)).toEqual({ event: 'said', text });
      }),
    );
  });

  it('sets long lines between words on a terminal, and leaves them whole in a file', () => {
    const text = '  ✓ a line that is longer than sixty columns and must not be cut in the middle of a word';
    const terminal = capture({ json: false, tty: true });
    terminal.output.line(text);
    const lines = terminal.written.out
      .replaceAll(OWN, (own) => (own === '\n' ? own : ''))
      .trimEnd()
      .split('\n');
    expect(lines).toEqual([
      '  ✓ a line that is longer than sixty columns and must not',
      '    be cut in the middle of a word',
    ]);
    expect(terminal.written.out).toContain('\x1b[32m✓\x1b[39m');
    const file = capture({ json: false });
    file.output.line(text);
    file.output.note(text);
    expect([file.written.out, file.written.err]).toEqual([`${text}\n`, `${text}\n`]);
  });

  it('keeps to records on stdout under --json', () => {
    const { output, written } = capture({ json: true });
    output.line('for people');
    output.heading('for people');
    output.stream('for people');
    output.record('row', { cells: 12n });
    output.progress({ label: 'generate', fraction: 0.5, text: 'half', fields: { done: 8 } });
    expect(written.out).toBe('{"event":"row","cells":"12"}\n{"event":"progress","operation":"generate","done":8}\n');
    expect(written.err).toBe('');
  });

  it('never lets the bar wrap, at any width, with wide characters', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 40, max: 200 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (columns, fraction) => {
          let drawn = '';
          const sink = { isTTY: true, columns, write: (text: string) => (drawn += text) };
          const output = createOutput({
            json: false,
            colour: { stdout: false, stderr: false },
            stdout: sink,
            stderr: sink,
          });
          output.progress({ label: 'generate', fraction, text: '漢字'.repeat(100), fields: {} });
          const line = drawn.replace('\r\x1b[2K', '');
          const wide = [...line].reduce((sum, unit) => sum + (/[漢字]/.test(unit) ? 2 : 1), 0);
          expect(wide).toBeLessThanOrEqual(columns);
        },
      ),
    );
  });

  it('takes the bar away before a line, so that they never share one', () => {
    const { output, written } = capture({ json: false, tty: true });
    output.progress({ label: 'generate', fraction: 0.5, text: '', fields: {} });
    output.line('a row');
    expect(written.err.endsWith('\r\x1b[2K')).toBe(true);
    expect(written.out).toBe('a row\n');
  });

  it('draws every tenth as a line where there is no terminal', () => {
    const { output, written } = capture({ json: false });
    for (let step = 0; step <= 100; step += 1) {
      output.progress({ label: 'generate', fraction: step / 100, text: `${step} of 100`, fields: {} });
    }
    expect(written.err.trimEnd().split('\n')).toHaveLength(11);
    expect(written.err).not.toContain('\x1b');
  });
});
