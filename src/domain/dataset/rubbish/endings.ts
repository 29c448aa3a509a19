import { parseJson } from '../../common/json.ts';
import { jsonFault } from '../../common/json-fault.ts';
import { once } from '../../common/once.ts';

/** Characters at the end of an answer that say whether it was cut; the last sentence is within them. */
const LOOKED_AT = 500;
/** Words of a sentence that has no end mark, from which it is one and no signature, label or heading. */
const FRAGMENT_WORDS = 3;
const LINE_WORDS = 6;
const DANGLING_WORDS = 8;
/** Words of an only sentence from which it has an end mark, or is cut. */
const LONG_WORDS = 25;

const unicodePatterns = once(() => ({
  /** A full stop, question or exclamation mark after a lower-case letter, a digit or a bracket: not that of an initial. */
  sentenceEnd:
    /(?<=[\p{Ll}\p{N}\p{Lo})\]"”’])[.!?…]+["'”’»)\]*_]*\s+(?=["'“‘«(*_]*[\p{Lu}\p{Lo}])|[。！？।]["”’」』）]*/gu,
  /** Letters, numbers and what stands within a sentence: no code, no address, no formula. */
  prose: /^[\p{L}\p{M}\p{N}\s'’"“”„«»()*_,;:%€$£&–—-]+$/u,
  endsOpen: /(?:[\p{L}\p{M}\p{N},;:–—-])$/u,
  /** Words that nothing ends with, the name of a choice aside. */
  dangling:
    /(?:^|[\s(])(?:the|(?<!\b(?:is|be|option|answer|choice|letter)\s)a|an|and|or|but|because|whose|its|their|your|my|der|die|das|und|oder|le|les|et|el|los|las|y)$/iu,
  /** Words that begin a sentence and are none. */
  opener:
    /^(?:he|she|it|they|we|i|you|his|her|its|their|our|my|your|the|an?|this|these|those|there|some|since|when|while|if|as|after|before|in|on|at|but|and|or|so)\b/iu,
  /** A line as `Name: Ada`. */
  keyed: /^\s*[*_]*[\p{L}][\p{L}\p{N} _-]{0,40}[*_]*:/u,
  closed: /[.!?…。！？।"”’»)*_]\s*$/u,
  listItem: /^\s*(?:[-*+•‣–—>#|]|\d+[.)]|[\p{L}][.)])\s/u,
  word: /[\p{L}\p{M}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu,
  named: /^["'“]?[\p{Lu}][\p{Ll}]/u,
  capitals: /[\p{Lu}]{3}/u,
  /** Of languages that set no space between words. */
  wide: /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u,
}));

type Patterns = ReturnType<typeof unicodePatterns>;

const ASCII_CLASSES: Readonly<Record<string, string>> = { L: 'A-Za-z', Ll: 'a-z', Lu: 'A-Z', N: '0-9' };

/** What a pattern is to a text of ASCII: V8 takes a tenth of the time to compile it. Its classes of Unicode stand in brackets. */
function asciiOf({ source, flags }: RegExp): RegExp {
  const classes = source.replaceAll(/\\p\{([\w=]+)\}/g, (_, name: string) => ASCII_CLASSES[name] ?? '');
  return new RegExp(classes.replaceAll(/[^\0-\x7f]/g, ''), flags.replace('u', ''));
}

const asciiPatterns = once((): Patterns => {
  const { sentenceEnd, prose, endsOpen, dangling, opener, keyed, closed, listItem, word, named, capitals, wide } =
    unicodePatterns();
  return {
    sentenceEnd: asciiOf(sentenceEnd),
    prose: asciiOf(prose),
    endsOpen: asciiOf(endsOpen),
    dangling: asciiOf(dangling),
    opener: asciiOf(opener),
    keyed: asciiOf(keyed),
    closed: asciiOf(closed),
    listItem: asciiOf(listItem),
    word: asciiOf(word),
    named: asciiOf(named),
    capitals: asciiOf(capitals),
    wide: asciiOf(wide),
  };
});

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 0x7f) return false;
  return true;
}

const patternsFor = (text: string): Patterns => (isAscii(text) ? asciiPatterns() : unicodePatterns());

const PAUSES = [...',;:–—-'];
const JSON_START = /^(?:\{\s*(?:"|$)|\[\s*(?:[[{"\d-]|$))/;
const FENCE = /^\s*(?:```|~~~)/gm;

/**
 * Whether an answer stops before its end: in a code block or a JSON value that nothing closes, or in the middle of a
 * sentence after whole ones. A label, a title, a list, a line of code and a verse end as they are and never do. It goes
 * by marks: languages that write none are never said to be cut.
 */
export function stopsShort(answer: string): boolean {
  const text = answer.trimEnd();
  if (text === '') return false;
  if (text.includes('```') || text.includes('~~~')) {
    if ((text.match(FENCE)?.length ?? 0) % 2 === 1) return true;
  }
  const start = text.trimStart();
  if (JSON_START.test(start)) return parseJson(start) === undefined && jsonFault(start)?.cutOff === true;
  const last = text.slice(-2);
  // Most answers end with a mark, and nothing else of them is looked at.
  if (!patternsFor(last).endsOpen.test(last)) return false;
  const end = text.slice(-LOOKED_AT);
  return stopsInSentence(end, patternsFor(end));
}

function stopsInSentence(end: string, patterns: Patterns): boolean {
  const { sentenceEnd, prose, dangling, opener, keyed, closed, listItem, named, capitals, wide } = patterns;
  const wordsIn = (text: string): number => text.match(patterns.word)?.length ?? 0;
  const lines = end.split('\n').filter((line) => line.trim() !== '');
  const last = (lines.at(-1) ?? '').trim();
  if (listItem.test(last)) return false;
  const sentences = [...last.matchAll(sentenceEnd)];
  const ended = sentences.at(-1);
  const fragment = ended === undefined ? last : last.slice(ended.index + ended[0].length);
  if (!prose.test(fragment)) return false;
  const words = wide.test(fragment) ? fragment.length : wordsIn(fragment);
  if (fragment.endsWith(',') || dangling.test(fragment)) return wordsIn(end) >= DANGLING_WORDS;
  if (ended !== undefined)
    return words >= FRAGMENT_WORDS || PAUSES.includes(fragment.slice(-1)) || opener.test(fragment);
  if (lines.length > 2 && !keyed.test(last) && lines.slice(0, -1).every((line) => keyed.test(line))) return true;
  const before = lines.slice(0, -1).filter((line) => wordsIn(line) >= LINE_WORDS && !listItem.test(line));
  // A line without an end mark is cut where those before it have theirs; an only one where it is long, and no command.
  if (before.length > 0) return words >= LINE_WORDS && before.every((line) => closed.test(line));
  return lines.length === 1 && words >= LONG_WORDS && named.test(last) && !capitals.test(last);
}
