/** What a prompt asks for, beside its subject. */
export interface Request {
  /** Most words the answer may have; null when nothing is said. */
  readonly words: number | null;
  readonly sentences: number | null;
  readonly json: boolean;
  readonly upperCase: boolean;
  /** The answers to choose from, when the prompt gives them. */
  readonly options: readonly string[];
}

const NUMBERS: Readonly<Record<string, number>> = {
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  eight: 8,
  ten: 10,
  twenty: 20,
  thirty: 30,
  forty: 40,
  fifty: 50,
  sixty: 60,
  eighty: 80,
  hundred: 100,
  'a hundred': 100,
  'one hundred': 100,
};
const NUMBER = `(\\d{1,4}|${Object.keys(NUMBERS)
  .sort((a, b) => b.length - a.length)
  .join('|')})`;
const LIMIT = `(?:at most|no more than|not more than|under|below|fewer than|less than|within|maximum(?: of)?|max\\.?|up to|about|around|in|exactly|limit(?:ed)?(?: to| of)?|keep it to|of)`;
const WORDS = [
  new RegExp(`${LIMIT}\\s*:?\\s*${NUMBER}[\\s-]*words?`, 'i'),
  new RegExp(`${NUMBER}[\\s-]*words?\\s*(?:or (?:less|fewer)|max(?:imum)?|at most|limit|long)?`, 'i'),
  new RegExp(`word (?:limit|count)\\s*(?:is|of|:)?\\s*${NUMBER}`, 'i'),
];
const SENTENCES = new RegExp(`${NUMBER}\\s+(?:short |brief |simple )?sentences?`, 'i');

export function readRequest(text: string): Request {
  return {
    words: firstNumber(text, WORDS),
    sentences: firstNumber(text, [SENTENCES]),
    json: /\bjson\b/i.test(text),
    upperCase: /\b(?:all caps|upper[\s-]?case|capital letters)\b/i.test(text),
    options: options(text),
  };
}

function firstNumber(text: string, patterns: readonly RegExp[]): number | null {
  for (const pattern of patterns) {
    const found = pattern.exec(text)?.[1]?.toLowerCase();
    if (found !== undefined) return NUMBERS[found] ?? Number(found);
  }
  return null;
}

/** `Answer with only Yes or No`, `Is this positive, negative or neutral?`, `one of: a, b, c`. */
function options(text: string): string[] {
  if (/\byes\b\W{0,3}(?:or|\/|,)\W{0,3}\bno\b/i.test(text)) return ['Yes', 'No'];
  if (/\btrue\b\W{0,3}(?:or|\/)\W{0,3}\bfalse\b/i.test(text)) return ['True', 'False'];
  const listed =
    /\b(?:one of(?: the following| these)?(?: \w+)?|choose (?:from|between)|options(?: are)?|labels(?: are)?|categories(?: are)?|(?:classify|label) \w*\s*as)\s*:?\s*([^.?!\n]+)/i.exec(
      text,
    )?.[1];
  if (listed === undefined) return [];
  const items = listed
    .split(/\s*,\s*(?:or |and )?|\s+or\s+|\s+and\s+|\s*[|/]\s*/)
    .map((item) => item.replace(/^["'`\s]+|["'`\s]+$/g, ''))
    .filter((item) => item !== '' && item.split(' ').length <= 3);
  return items.length >= 2 ? items : [];
}

export type Section = 'name' | 'appearance' | 'background' | 'personality';

const SECTIONS: readonly (readonly [Section, RegExp])[] = [
  ['name', /\bnames?\b(?! of)/i],
  ['appearance', /\b(?:physical )?(?:appearance|looks)\b|\bphysical description\b/i],
  ['background', /\b(?:background|back-?\s?story|history|origins?)\b/i],
  ['personality', /\b(?:personality|temperament|character traits|personality traits|traits|demeano[u]?r)\b/i],
];

/** The sections a prompt asks for, in its order; all four when it names none. */
export function readSections(text: string): { section: Section; label: string }[] {
  const found = SECTIONS.flatMap(([section, pattern]) => {
    const match = pattern.exec(text);
    return match === null ? [] : [{ section, at: match.index, label: labelFor(section, match[0]) }];
  });
  found.sort((a, b) => a.at - b.at);
  const prose = found.filter(({ section }) => section !== 'name');
  if (found.length === 0) return SECTIONS.map(([section]) => ({ section, label: labelFor(section, '') }));
  return prose.length === 0 && !/\bonly\b|\bjust\b/i.test(text) && found.length === 1 && !/name for/i.test(text)
    ? SECTIONS.map(([section]) => ({ section, label: labelFor(section, '') }))
    : found.map(({ section, label }) => ({ section, label }));
}

function labelFor(section: Section, heading: string): string {
  if (/story/i.test(heading)) return 'Backstory';
  if (/history/i.test(heading)) return 'History';
  return section === 'name' ? 'Name' : section.charAt(0).toUpperCase() + section.slice(1);
}
