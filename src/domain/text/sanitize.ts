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

/** `text` with keys replaced by their kind and `…`. `known` are exact secrets to mask as well, wherever they stand. `onMasked` is told of each. */
export function redactKeys(text: string, known: readonly string[] = [], onMasked: () => void = () => {}): string {
  const masked = (before: string): string => {
    onMasked();
    return before + MASK;
  };
  const withoutKnown = known
    .filter((key) => key.length >= 4 && text.includes(key))
    .toSorted((a, b) => b.length - a.length)
    .reduce((rest, key) => rest.replaceAll(key, () => masked('')), text);
  return withoutKnown
    .replace(PREFIXED, (_, kind: string) => masked(kind))
    .replace(BEARER, (_, word: string) => masked(word))
    .replace(AFTER_WORDS, (_, word: string, between: string) => masked(word + between));
}

/**
 * Text of models, files and servers is untrusted: a terminal obeys what it is shown. These two functions are the
 * only door by which such text reaches the screen.
 *
 * Control sequences follow ECMA-48 (CSI, and the string sequences DCS, SOS, OSC, PM, APC, each in its 7-bit and its
 * 8-bit form). Bidirectional controls are removed because they can make a line read as something it is not
 * (Unicode TR 36; CVE-2021-42574); invisible formatting and tag characters because they hide text or make
 * terminals disagree about width. ZWJ and variation selectors stay: emoji are built with them.
 */

const STRING_SEQUENCE = '(?:\\x1b[P\\]X^_]|[\\x90\\x98\\x9d-\\x9f])[^\\x07\\x1b\\x80-\\x9f]*(?:\\x07|\\x1b\\\\|\\x9c)';
const CSI_SEQUENCE = '(?:\\x1b\\[|\\x9b)[0-?]*[ -/]*[@-~]';
const ESCAPE_SEQUENCE = '\\x1b[ -/]*[0-~]?';
const SEQUENCES = new RegExp(`${STRING_SEQUENCE}|${CSI_SEQUENCE}|${ESCAPE_SEQUENCE}`, 'g');

const CONTROLS_BUT_NEWLINE = /[\x00-\x09\x0b-\x1f\x7f-\x9f]/g;

const INVISIBLE = new RegExp(
  [
    '\\u00ad|\\u034f|\\u061c|[\\u115f\\u1160]|[\\u17b4\\u17b5]|[\\u180b-\\u180f]|\\u200b|[\\u200e\\u200f]|[\\u202a-\\u202e]',
    '[\\u2060-\\u206f]|\\u3164|\\ufeff|\\uffa0|[\\ufff0-\\ufffb]|[\\u{1d173}-\\u{1d17a}]|[\\u{e0000}-\\u{e007f}]',
  ].join('|'),
  'gu',
);

/** True when nothing of `text` needs a second look; most text is of this kind. */
const PLAIN = /^[\x20-\x7e\n]*$/;

/** Text of several lines, safe to draw: `\n` stays, other line ends become it, tabs become two spaces. */
export function sanitizeText(text: string): string {
  if (PLAIN.test(text)) return text;
  return text
    .toWellFormed()
    .replace(SEQUENCES, '')
    .replace(/\r\n?|[\u2028\u2029\u0085\v\f]/g, '\n')
    .replaceAll('\t', '  ')
    .replace(CONTROLS_BUT_NEWLINE, '')
    .replace(INVISIBLE, '');
}

/** One line, safe to draw: as `sanitizeText`, with each line end one space. */
export function sanitizeLine(text: string): string {
  return sanitizeText(text).replaceAll('\n', ' ');
}
