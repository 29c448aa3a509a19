import { parseJson } from '../../common/json.ts';
import { jsonFault } from '../../common/json-fault.ts';

/** Characters at the end of an answer that say whether it was cut; the last sentence is within them. */
const LOOKED_AT = 500;
/** Words of a sentence that has no end mark, from which it is one and no signature, label or heading. */
const FRAGMENT_WORDS = 3;
const LINE_WORDS = 6;
const DANGLING_WORDS = 8;
/** Words of an only sentence from which it has an end mark, or is cut. */
const LONG_WORDS = 25;

/** A full stop, question or exclamation mark after a lower-case letter, a digit or a bracket: not that of an initial. */
const SENTENCE_END =
  /(?<=[\p{Ll}\p{N}\p{Lo})\]"”’])[.!?…]+["'”’»)\]*_]*\s+(?=["'“‘«(*_]*[\p{Lu}\p{Lo}])|[。！？।]["”’」』）]*/gu;
/** Letters, numbers and what stands within a sentence: no code, no address, no formula. */
const PROSE = /^[\p{L}\p{M}\p{N}\s'’"“”„«»()*_,;:%€$£&–—-]+$/u;
const ENDS_OPEN = /(?:[\p{L}\p{M}\p{N},;:–—-])$/u;
/** Words that nothing ends with, the name of a choice aside. */
const DANGLING =
  /(?:^|[\s(])(?:the|(?<!\b(?:is|be|option|answer|choice|letter)\s)a|an|and|or|but|because|whose|its|their|your|my|der|die|das|und|oder|le|les|et|el|los|las|y)$/iu;
/** Words that begin a sentence and are none. */
const OPENER =
  /^(?:he|she|it|they|we|i|you|his|her|its|their|our|my|your|the|an?|this|these|those|there|some|since|when|while|if|as|after|before|in|on|at|but|and|or|so)\b/iu;
/** A line as `Name: Ada`. */
const KEYED = /^\s*[*_]*\p{L}[\p{L}\p{N} _-]{0,40}[*_]*:/u;
const CLOSED = /[.!?…。！？।"”’»)*_]\s*$/u;
const LIST_ITEM = /^\s*(?:[-*+•‣–—>#|]|\d+[.)]|\p{L}[.)])\s/u;
const JSON_START = /^(?:\{\s*(?:"|$)|\[\s*(?:[[{"\d-]|$))/;
const FENCE = /^\s*(?:```|~~~)/gm;

const wordsIn = (text: string): number => text.match(/[\p{L}\p{M}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu)?.length ?? 0;
const isWide = (text: string): boolean => /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text);

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
  return ENDS_OPEN.test(text.slice(-2)) && stopsInSentence(text);
}

function stopsInSentence(text: string): boolean {
  const end = text.slice(-LOOKED_AT);
  const lines = end.split('\n').filter((line) => line.trim() !== '');
  const last = (lines.at(-1) ?? '').trim();
  if (LIST_ITEM.test(last)) return false;
  const sentences = [...last.matchAll(SENTENCE_END)];
  const ended = sentences.at(-1);
  const fragment = ended === undefined ? last : last.slice(ended.index + ended[0].length);
  if (!PROSE.test(fragment)) return false;
  const words = isWide(fragment) ? fragment.length : wordsIn(fragment);
  if (fragment.endsWith(',') || DANGLING.test(fragment)) return wordsIn(end) >= DANGLING_WORDS;
  if (ended !== undefined) return words >= FRAGMENT_WORDS || /[,;:–—-]$/.test(fragment) || OPENER.test(fragment);
  if (lines.length > 2 && !KEYED.test(last) && lines.slice(0, -1).every((line) => KEYED.test(line))) return true;
  const before = lines.slice(0, -1).filter((line) => wordsIn(line) >= LINE_WORDS && !LIST_ITEM.test(line));
  // A line without an end mark is cut where those before it have theirs; an only one where it is long, and no command.
  if (before.length > 0) return words >= LINE_WORDS && before.every((line) => CLOSED.test(line));
  return lines.length === 1 && words >= LONG_WORDS && /^["'“]?\p{Lu}\p{Ll}/u.test(last) && !/\p{Lu}{3}/u.test(last);
}
