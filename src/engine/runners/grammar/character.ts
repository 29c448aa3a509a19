import { article, capitalise, looksPlural } from '../text.ts';
import { BACKGROUND_PHRASES, EVENT_PHRASES, PLACE_PHRASES } from './background-phrases.ts';
import { APPEARANCE_PHRASES, HE_NAMES, PERSONALITY_PHRASES, SHE_NAMES, SURNAMES } from './character-phrases.ts';
import type { Chooser, Phrases } from './chooser.ts';
import type { Request, Section } from './read-request.ts';
import { CLASSES, eventKind, PETS, placeKind, RACES, type Slots, WEAPONS } from './slots.ts';

type Full = { readonly [K in keyof Slots]: string };

interface Sentence {
  readonly section: Section;
  /** Which of the four it must carry; null when it may be left out to save words. */
  readonly slot: keyof Slots | null;
  readonly text: string;
}

const USUAL_LIMIT = 100;

/** A character in labelled lines (or JSON), naming every slot, within the word limit. */
export function character(
  given: Slots,
  sections: readonly { readonly section: Section; readonly label: string }[],
  request: Request,
  chooser: Chooser,
): string {
  const slots = fill(given, chooser);
  const she = chooser.pick([true, false]);
  const first = chooser.pick(she ? SHE_NAMES : HE_NAMES);
  const name = `${first} ${chooser.pick(SURNAMES)}`;
  const finish = (text: string): string => inflect(text, slots, first, she);
  const limit = request.words ?? USUAL_LIMIT;
  for (const sentences of [full(slots, chooser), brief(slots, chooser)]) {
    for (let spare = sentences.filter(({ slot }) => slot === null).length; spare >= 0; spare -= 1) {
      const text = compose(name, keep(sentences, spare), sections, request.json, finish);
      if (countWords(text) <= limit) return text;
    }
  }
  return compose(name, brief(slots, chooser), sections, request.json, finish);
}

function fill(given: Slots, chooser: Chooser): Full {
  return {
    race: given.race ?? chooser.pick(Object.values(RACES).flat()),
    class: given.class ?? chooser.pick(Object.values(CLASSES).flat()),
    weapon: given.weapon ?? chooser.pick(WEAPONS),
    pet: given.pet ?? chooser.pick(PETS),
  };
}

function full(slots: Full, chooser: Chooser): Sentence[] {
  const kind = eventKind(slots.class);
  const phrases: Phrases = {
    ...APPEARANCE_PHRASES,
    ...BACKGROUND_PHRASES,
    ...PERSONALITY_PHRASES,
    place: PLACE_PHRASES[placeKind(slots.race)] ?? [],
    event: [...(BACKGROUND_PHRASES.event ?? []), ...(kind === null ? [] : twice(EVENT_PHRASES[kind] ?? []))],
  };
  const say = (name: string): string => chooser.expand(`#${name}#`, phrases);
  return [
    { section: 'appearance', slot: 'race', text: say('appearance') },
    { section: 'appearance', slot: 'weapon', text: say('carries') },
    { section: 'background', slot: 'class', text: say('background') },
    { section: 'background', slot: null, text: say('since') },
    { section: 'personality', slot: null, text: say('personality') },
    { section: 'personality', slot: 'pet', text: say('pet') },
    { section: 'personality', slot: null, text: say('secret') },
  ];
}

/** Few words, for small limits. */
function brief(slots: Full, chooser: Chooser): Sentence[] {
  const phrases: Phrases = {
    ...APPEARANCE_PHRASES,
    ...PERSONALITY_PHRASES,
    place: PLACE_PHRASES[placeKind(slots.race)] ?? [],
  };
  const say = (text: string): string => chooser.expand(text, phrases);
  return [
    { section: 'appearance', slot: 'race', text: say('A~ #build# {race} with {a weapon}.') },
    { section: 'background', slot: 'class', text: say('A~ {class} born #place#.') },
    { section: 'personality', slot: 'pet', text: say('{They} is #trait#, and adores {their} {pet}.') },
  ];
}

const twice = (list: readonly string[]): string[] => [...list, ...list];

/** Drops the sentences that carry no slot, the last first, until `spare` of them are left. */
function keep(sentences: readonly Sentence[], spare: number): Sentence[] {
  let left = spare;
  return sentences.filter(({ slot }) => {
    if (slot !== null) return true;
    left -= 1;
    return left >= 0;
  });
}

/** A sentence whose section the prompt does not name moves to one it names, so that no slot goes unnamed. */
function compose(
  name: string,
  sentences: readonly Sentence[],
  sections: readonly { readonly section: Section; readonly label: string }[],
  json: boolean,
  finish: (text: string) => string,
): string {
  const prose = sections.filter(({ section }) => section !== 'name').map(({ section }) => section);
  const lines = sections.map(({ section, label }): [string, string] => {
    if (section === 'name') return [label, name];
    const own = sentences.filter((sentence) => {
      if (prose.includes(sentence.section)) return sentence.section === section;
      return sentence.slot !== null && section === prose[0];
    });
    return [label, finish(own.map(({ text }) => text).join(' '))];
  });
  if (json)
    return JSON.stringify(Object.fromEntries(lines.map(([label, text]) => [label.toLowerCase(), text])), null, 2);
  return lines.map(([label, text]) => `${label}: ${text}`).join('\n');
}

/** Puts in names, pronouns and slots, then makes `a~` agree with what follows and every sentence start with a capital. */
function inflect(text: string, slots: Full, first: string, she: boolean): string {
  const words: Readonly<Record<string, string>> = {
    ...slots,
    name: first,
    they: she ? 'she' : 'he',
    them: she ? 'her' : 'him',
    their: she ? 'her' : 'his',
    'a weapon': some(slots.weapon),
    'a pet': some(slots.pet),
  };
  const filled = text.replace(/\{([\w ]+)\}/g, (whole, key: string) => {
    const value = words[key.charAt(0).toLowerCase() + key.slice(1)] ?? whole;
    return /^[A-Z]/.test(key) ? capitalise(value) : value;
  });
  const agreed = filled.replace(/\b([Aa])~ (?=(\S+))/g, (_, letter: string, next: string) => {
    const right = article(next);
    return `${letter === 'A' ? capitalise(right) : right} `;
  });
  return agreed.replace(/(^|[.!?] )(\p{Ll})/gu, (_, before: string, letter: string) => before + letter.toUpperCase());
}

function some(thing: string): string {
  return looksPlural(thing) ? `a pair of ${thing}` : `${article(thing)} ${thing}`;
}

function countWords(text: string): number {
  return text.split(/\s+/).length;
}
