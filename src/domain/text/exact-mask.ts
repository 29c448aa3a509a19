const MASK = '…';

/** Shorter ones are words such as the `EMPTY` that local servers ask for, and would tear holes into the data. */
const FEWEST_CHARACTERS = 8;

/**
 * Replaces exact keys, as they are and as they stand inside JSON. Unlike `redactKeys` it lets alone what merely looks
 * like a key: it works on training data, where such a text may be what the data is about.
 *
 * A text is masked by itself. What is written in chunks is masked chunk by chunk, and a large chunk piece by piece. That
 * lets no key through in the seam: a chunk is whole lines or a whole row, a piece whole lines, and no key has a line end.
 */
export function createMask(secrets: readonly string[]): (text: string) => string {
  const known = secrets
    .filter((secret) => secret.length >= FEWEST_CHARACTERS)
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)])
    .toSorted((a, b) => b.length - a.length);
  const each = [...new Set(known)];
  return (text) => each.reduce((masked, secret) => masked.replaceAll(secret, MASK), text);
}
