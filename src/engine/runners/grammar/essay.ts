import { article, capitalise, looksPlural, STOP_WORDS } from '../text.ts';
import type { Chooser, Phrases } from './chooser.ts';
import { ANSWER_PHRASES, RAMBLE_PHRASES } from './essay-phrases.ts';
import type { Request } from './read-request.ts';

/** Words that instruct; what an answer is about lies between them. */
const INSTRUCTIONS = new Set(
  (
    'write describe explain create give generate make please tell produce compose draft short brief long simple sentence sentences word words ' +
    'answer question questions reply respond response text paragraph description product summary summarise summarize list following based using ' +
    'use include contain mention style tone format at most least maximum example examples classify classification intent category label ' +
    'categorise categorize output return prompt assistant helpful system user want need like know think say said name json what does dont ' +
    'yes get got still really also way thing things new many much lot called let go going come people help true false best good better kind sort ' +
    'work works compare difference between today now short-form one two three four five ten hundred today’s today always never keep cause causes caused waiting hello hi hey thanks story tale poem made small large big'
  ).split(' '),
);

const MAX_TOPICS = 8;
const DETERMINERS = new Set([
  'a',
  'an',
  'the',
  'my',
  'your',
  'our',
  'their',
  'this',
  'that',
  'these',
  'those',
  'its',
  'his',
  'her',
]);
const NEUTRAL = ['the matter at hand', 'the details', 'the wider picture'];

/**
 * What a prompt is about: runs of its content words, at most three words each, in order, each once, as phrases that
 * can stand in a sentence. At least three, for neutral ones follow.
 */
function topics(prompt: string): string[] {
  const found = new Map<string, string>();
  let run: string[] = [];
  let determiner = '';
  const close = (): void => {
    const text = run.join(' ');
    if (text.length > 2 && found.size < MAX_TOPICS && !found.has(text.toLowerCase())) {
      found.set(text.toLowerCase(), phrase(determiner, text));
    }
    run = [];
    determiner = '';
  };
  for (const match of prompt.slice(0, 4000).matchAll(/[\p{L}\p{N}]+(?:[-'’][\p{L}\p{N}]+)*|[^\s]/gu)) {
    const word = match[0];
    const key = word.toLowerCase().replaceAll('’', "'");
    const content = /^[\p{L}\p{N}]/u.test(word) && !STOP_WORDS.has(key) && !INSTRUCTIONS.has(key) && !key.includes("'");
    if (content && word.length <= 40) run.push(word);
    else {
      close();
      determiner = DETERMINERS.has(key) ? key : '';
    }
    if (run.length === 3) close();
  }
  close();
  return [...found.values(), ...NEUTRAL];
}

/** With its determiner, or as a plural or a name; a bare singular is quoted, since only the prompt knows its article. */
function phrase(determiner: string, text: string): string {
  if (determiner === 'a' || determiner === 'an') return `${article(text)} ${text}`;
  if (determiner !== '') return `${ASIDE.get(determiner) ?? determiner} ${text}`;
  return looksPlural(text) || /^\p{Lu}\p{Ll}+ \p{Lu}/u.test(text) ? text : `“${text}”`;
}

/** An answer speaks to the user. */
const ASIDE: ReadonlyMap<string, string> = new Map([
  ['my', 'your'],
  ['our', 'your'],
]);

const CLASSIFY = /\b(?:classify|classification|intent|categor(?:y|ise|ize)|label)\b/i;

/** The teacher's answer to anything but a character: a label when the prompt wants one, else a few sentences to the point. */
export function answer(instructions: string, question: string, request: Request, chooser: Chooser): string {
  if (request.options.length > 0) return chooser.pick(request.options);
  if (CLASSIFY.test(instructions))
    return (topics(question)[0] ?? '')
      .toLowerCase()
      .replaceAll(/[“”]|^(?:an?|the|your) /gu, '')
      .replaceAll(/[^\p{L}\p{N}]+/gu, '_');
  return styled(
    sentences(kindOf(question === '' ? instructions : question, instructions), question, ANSWER_PHRASES, chooser),
    request,
  );
}

/** The base's: now and then it takes an offered option, mostly it goes on about the prompt's words. */
export function ramble(question: string, request: Request, chooser: Chooser): string {
  if (request.options.length > 0 && chooser.pick([true, true, false])) return chooser.pick(request.options);
  return sentences('ramble', question, RAMBLE_PHRASES, chooser).join(' ');
}

function kindOf(question: string, instructions: string): string {
  const all = `${instructions}\n${question}`;
  if (/\bproduct|advert|slogan|marketing|catalogue|sell(?:ing)?\b/i.test(all)) return 'product';
  if (/\bstory|tale|poem|fiction|scene\b/i.test(all)) return 'story';
  if (/\?\s*$|^\s*(?:what|why|how|when|where|who|which|can|could|is|are|do|does|should)\b/i.test(question))
    return 'question';
  return 'general';
}

function sentences(kind: string, prompt: string, phrases: Phrases, chooser: Chooser): string[] {
  const found = topics(prompt);
  const text = chooser.expand(`#${kind}#`, phrases);
  const filled = text.replace(/\{t(\d)\}/g, (_, n: string) => found[Number(n) % found.length] ?? '');
  return filled.split(/(?<=[.!?]) (?=\p{Lu})/u).map(capitalise);
}

function styled(all: readonly string[], request: Request): string {
  let kept = all.slice(0, request.sentences ?? all.length);
  if (request.words !== null) {
    while (kept.length > 1 && kept.join(' ').split(' ').length > request.words) kept = kept.slice(0, -1);
  }
  const text = kept.join(' ');
  return request.json ? JSON.stringify({ answer: text }) : text;
}
