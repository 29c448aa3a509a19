import { CLASSES, PETS, RACES, WEAPONS } from './words/kinds.ts';

/** The four things a character is built around; null where the prompt gives none. */
export interface Slots {
  race: string | null;
  class: string | null;
  weapon: string | null;
  pet: string | null;
}

export type SlotName = keyof Slots;
export const SLOT_NAMES: readonly SlotName[] = ['race', 'class', 'weapon', 'pet'];

const KNOWN: Readonly<Record<SlotName, ReadonlySet<string>>> = {
  race: new Set(Object.values(RACES).flat()),
  class: new Set(Object.values(CLASSES).flat()),
  weapon: new Set(WEAPONS),
  pet: new Set(PETS),
};

/** Which of the four a word is known to be; null for a word the lists lack. */
export function slotOf(words: string): SlotName | null {
  const word = words.toLowerCase();
  return SLOT_NAMES.find((name) => KNOWN[name].has(word)) ?? null;
}

export function knownWords(name: SlotName): Iterable<string> {
  return KNOWN[name];
}

export function placeKind(race: string): string {
  return kindIn(RACES, race) ?? 'any';
}

export function eventKind(calling: string): string | null {
  return kindIn(CLASSES, calling);
}

function kindIn(table: Readonly<Record<string, readonly string[]>>, words: string): string | null {
  const last = words.toLowerCase().split(' ').at(-1) ?? '';
  for (const [kind, list] of Object.entries(table))
    if (list.includes(words.toLowerCase()) || list.includes(last)) return kind;
  return null;
}
