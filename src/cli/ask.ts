import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { sanitizeText } from '../domain/text/sanitize.ts';
import type { Ask, AskHidden } from './context.ts';

/** Asks on a terminal; anything but a plain yes is a no. */
export const askOn =
  (input: NodeJS.ReadableStream, output: NodeJS.WritableStream, signal: AbortSignal): Ask =>
  async (question) => {
    const lines = createInterface({ input, output });
    // While a line is typed the terminal hands Ctrl-C over as a key.
    lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
    try {
      return /^y(?:es)?$/i.test((await lines.question(`${sanitizeText(question)} [y/N] `, { signal })).trim());
    } catch (error) {
      if (signal.aborted) return false;
      throw error;
    } finally {
      lines.close();
    }
  };

/** Nothing of what is typed is shown, neither its length. */
const nowhere = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() });

/** Asks on a terminal for one line, which is not shown. Rejects when it is interrupted. */
export const askHiddenOn =
  (input: NodeJS.ReadableStream, output: NodeJS.WritableStream, signal: AbortSignal): AskHidden =>
  async (question) => {
    const lines = createInterface({ input, output: nowhere(), terminal: true });
    lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
    output.write(`${sanitizeText(question)} `);
    try {
      return (await lines.question('', { signal })).trim();
    } finally {
      output.write('\n');
      lines.close();
    }
  };

/** The first line of what is piped in; empty where there is none. */
export async function firstLineOf(input: NodeJS.ReadableStream, signal: AbortSignal): Promise<string> {
  const lines = createInterface({ input, signal });
  try {
    for await (const line of lines) return line.trim();
    return '';
  } finally {
    lines.close();
  }
}
