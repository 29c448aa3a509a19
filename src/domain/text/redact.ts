/**
 * Keys never appear in errors, logs or on screen. Servers sometimes say one back ("Incorrect API key provided:
 * sk-..."), so every message of a server passes here before it is kept or shown. What merely looks like a key is
 * masked too: a lost word costs less than a lost key.
 */

const MASK = '…';
const PREFIXED = /\b(sk-|hf_|gsk_|xai-|ghp_|github_pat_|AIza)[A-Za-z0-9_*-]{6,}/g;
const BEARER = /\b(bearer\s+)[A-Za-z0-9._~+/=*-]{8,}/gi;
/** A long token within a few words of "api key", "token" and the like. Azure's keys are 32 hexadecimal digits. */
const AFTER_WORDS =
  /\b(api[-_ ]?key|access[-_ ]?key|access[-_ ]?token|secret|password|authorization)\b([^\n]{0,40}?)[A-Za-z0-9_+/=-]{20,}/gi;

/** `text` with keys replaced by their kind and `…`. `known` are exact secrets to mask as well, wherever they stand. */
export function redactKeys(text: string, known: readonly string[] = []): string {
  const withoutKnown = known
    .filter((key) => key.length >= 4)
    .toSorted((a, b) => b.length - a.length)
    .reduce((masked, key) => masked.replaceAll(key, MASK), text);
  return withoutKnown.replace(PREFIXED, `$1${MASK}`).replace(BEARER, `$1${MASK}`).replace(AFTER_WORDS, `$1$2${MASK}`);
}
