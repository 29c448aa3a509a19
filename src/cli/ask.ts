import { createInterface } from 'node:readline/promises';
import { sanitizeText } from '../domain/text/sanitize.ts';
import type { Ask } from './context.ts';

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
