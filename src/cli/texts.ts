import { readText } from '../services/filesystem/lines.ts';
import { absolutePath } from '../services/filesystem/paths.ts';

/**
 * A text of the command line: as it stands, or with `@` before it the text of the file it names, without the line ends at
 * its end. `@@` is a text that begins with `@`. Throws FileFault, EncodingError.
 */
export async function textOption(given: string): Promise<string> {
  const file = fileOfText(given);
  if (file === null) return given.startsWith('@@') ? given.slice(1) : given;
  const text = await readText(absolutePath(file));
  return text.replace(/[\r\n]+$/, '');
}

/** The file that `textOption` reads such a text from; null where it is the text itself. */
export const fileOfText = (given: string | undefined): string | null =>
  given?.startsWith('@') && !given.startsWith('@@') ? given.slice(1) : null;
