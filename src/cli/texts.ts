import { readText } from '../services/filesystem/lines.ts';
import { absolutePath } from '../services/filesystem/paths.ts';

/**
 * A text of the command line: as it stands, or with `@` before it the text of the file it names, without the line ends at
 * its end. `@@` is a text that begins with `@`. Throws FileFault, EncodingError.
 */
export async function textOption(given: string): Promise<string> {
  if (!given.startsWith('@')) return given;
  if (given.startsWith('@@')) return given.slice(1);
  const text = await readText(absolutePath(given.slice(1)));
  return text.replace(/[\r\n]+$/, '');
}
