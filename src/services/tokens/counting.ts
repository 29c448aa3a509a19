import { countText } from '../../domain/chat/tokens.ts';
import type { CountOfBoth } from '../../domain/dataset/plain/look.ts';
import { encodingFor } from '../../domain/provider/models.ts';
import type { BytePairs } from './byte-pairs.ts';
import { readBytePairs } from './encodings.ts';

/** The encoding of a model. */
export const readFor = (model: string): BytePairs => readBytePairs(encodingFor(model));

/** Counts under an encoding. For texts without very long runs. */
export const counterOf = (pairs: BytePairs): CountOfBoth => ({
  text: (text) => pairs.count(withoutMark(text)),
  ascii: (bytes, start, end) => pairs.countAscii(bytes, start, end),
});

/** A byte order mark is no text. */
function withoutMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

/** Tokens of each text, in order, under the encoding of a model; the long runs of a text are counted in pieces. */
export function countTexts(model: string, texts: readonly string[]): readonly number[] {
  const count = counterOf(readFor(model)).text;
  return texts.map((text) => countText(text, count));
}
