const wordList = (text: string): readonly string[] => text.split('|');

/** Peoples by the kind of place they come from. */
export const RACES: Readonly<Record<string, readonly string[]>> = {
  wood: wordList(
    'elf|half-elf|wood elf|high elf|dark elf|drow|gnome|forest gnome|fairy|firbolg|satyr|dryad|pixie|eladrin|treant|nymph|centaur',
  ),
  stone: wordList('dwarf|mountain dwarf|hill dwarf|goliath|giant|kobold|warforged|golem|duergar|gargoyle|genasi'),
  sea: wordList('mermaid|merman|merfolk|triton|sea elf|selkie|siren|tortle|lizardfolk|naga|locathah'),
  wild: wordList(
    'orc|half-orc|goblin|hobgoblin|bugbear|minotaur|gnoll|tiefling|dragonborn|shifter|ogre|troll|vampire|werewolf|demon',
  ),
  any: wordList('human|halfling|aasimar|tabaxi|kenku|aarakocra|changeling|harengon|angel|ghost|skeleton|android|robot'),
};

/** Callings by the kind of event that makes one take them up. */
export const CLASSES: Readonly<Record<string, readonly string[]>> = {
  arcane: wordList(
    'wizard|sorcerer|warlock|mage|witch|artificer|necromancer|illusionist|enchanter|conjurer|alchemist|psion|summoner|sage',
  ),
  martial: wordList(
    'fighter|barbarian|warrior|knight|samurai|gladiator|soldier|swordsman|monk|mercenary|guard|berserker|champion|gunslinger|archer',
  ),
  holy: wordList('cleric|paladin|priest|priestess|oracle|inquisitor|templar|healer|shaman'),
  nature: wordList('druid|ranger|hunter|beastmaster|scout|herbalist|warden'),
  sly: wordList('rogue|thief|bard|assassin|swashbuckler|spy|pirate|minstrel|trickster|ninja|smuggler|jester'),
};

export const WEAPONS = wordList(
  'longsword|shortsword|greatsword|broadsword|sword|rapier|scimitar|dagger|daggers|knife|throwing knives|war hammer|warhammer|hammer|maul|mace|' +
    'morningstar|flail|battle axe|battleaxe|greataxe|handaxe|axe|spear|trident|pike|halberd|glaive|lance|quarterstaff|staff|club|greatclub|whip|' +
    'longbow|shortbow|bow|crossbow|hand crossbow|heavy crossbow|sling|blowgun|net|javelin|dart|darts|sickle|scythe|katana|cutlass|sabre|saber|wand|' +
    'boomerang|chakram|nunchucks|war pick|pistol|musket|harpoon|claymore|falchion|throwing axe',
);

export const PETS = wordList(
  'owl|cat|dog|wolf|raven|crow|hawk|falcon|eagle|fox|rat|mouse|ferret|weasel|badger|bear|bat|toad|frog|snake|python|lizard|gecko|turtle|tortoise|' +
    'crab|octopus|seal|otter|beaver|parrot|monkey|pig|boar|goat|pony|horse|mule|donkey|rabbit|hare|squirrel|hedgehog|spider|scorpion|beetle|' +
    'snow leopard|leopard|panther|tiger|lion|lynx|mastiff|hound|drake|pseudodragon|baby dragon|dragon|griffin|phoenix|unicorn|chicken|goose|duck|' +
    'pigeon|kitten|puppy|raccoon|stoat|mink|moth|goldfish|starfish|seagull|pelican|deer|stag|elk|camel|elephant|lemur|sloth|salamander|newt|axolotl',
);

/** The four things a character is built around; null where the prompt gives none. */
export interface Slots {
  race: string | null;
  class: string | null;
  weapon: string | null;
  pet: string | null;
}

type SlotName = keyof Slots;
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

function knownWords(name: SlotName): Iterable<string> {
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

const LABELS: Readonly<Record<SlotName, string>> = {
  race: 'race|species|ancestry|people',
  class: 'class|profession|occupation|calling|job|role',
  weapon: 'weapon|arms|armed with',
  pet: 'pet|companion|familiar|animal(?: companion)?|mount',
};

const REQUEST_WORDS =
  /\b(?:name|appearance|background|backstory|personality|words?|character|description|format|section|traits?|history|dungeons|race|class|weapon|pet|please|write|create)\b/i;

/** Finds the race, class, weapon and pet in a prompt, however it words them: labels, a bare list, or prose. */
export function readSlots(prompt: string): Slots {
  const slots: Slots = { race: null, class: null, weapon: null, pet: null };
  for (const name of SLOT_NAMES) slots[name] = labelled(prompt, name);
  for (const read of [bareList, prose, anywhere]) {
    if (SLOT_NAMES.every((name) => slots[name] !== null)) break;
    const found = read(prompt);
    for (const name of SLOT_NAMES) slots[name] ??= found[name] ?? null;
  }
  return slots;
}

/** `Race: elf`, `race=elf`, `"race": "elf"`, `- **Race** - elf`. */
function labelled(prompt: string, name: SlotName): string | null {
  const pattern = new RegExp(
    `(?:^|[^\\p{L}])(?:${LABELS[name]})["'*_\`]*\\s*(?:[:=]|\\s[-–]\\s|\\s(?:is|of)\\s)["'*_\`\\s]*([^\\n,;.|"*\`}\\])]+)`,
    'iu',
  );
  const value = pattern.exec(prompt)?.[1];
  return value === undefined ? null : tidy(value.split(/\s+(?:and|with|who|that)\s+/)[0] ?? '');
}

/** Four short items between commas: "elf, wizard, crossbow, owl". */
function bareList(prompt: string): Partial<Slots> {
  for (const line of prompt.split(/\n|[.!?](?:\s|$)/)) {
    for (const part of [line, ...line.split(/:\s*/).slice(1)]) {
      const items = part
        .split(/\s*[,;|/]\s*(?:and\s+)?|\s+and\s+/)
        .map(tidy)
        .filter((item) => item !== null);
      if (items.length !== 4 || items.some((item) => item.split(' ').length > 3 || REQUEST_WORDS.test(item))) continue;
      return assign(items);
    }
  }
  return {};
}

/** By what the words are known to be when that settles it, else by their order. */
function assign(items: readonly string[]): Partial<Slots> {
  const kinds = items.map(slotOf);
  const distinct = new Set(kinds.filter((kind) => kind !== null));
  const slots: Partial<Slots> = {};
  if (distinct.size === kinds.filter((kind) => kind !== null).length) {
    for (const [i, kind] of kinds.entries()) if (kind !== null) slots[kind] = items[i] ?? null;
    const rest = items.filter((_, i) => kinds[i] === null);
    for (const name of SLOT_NAMES) slots[name] ??= rest.shift() ?? null;
    return slots;
  }
  for (const [i, name] of SLOT_NAMES.entries()) slots[name] = items[i] ?? null;
  return slots;
}

const THING = `(?:an?|the|his|her|their|its|some|one|a pair of)?\\s*["'“‘]?((?:[\\p{L}-]+ ){0,2}?[\\p{L}-]+)["'”’]?`;
const STOP = `(?=\\s+(?:and|who|which|that|as|with|is|has|in|on|at|by|for|to|from|named|called|whose|is)\\b|[.,;:!?)\\n]|$)`;
const WEAPON = new RegExp(
  `(?:carr(?:ies|ying)|wield(?:s|ing)?|armed with|fight(?:s|ing)? with|brandish(?:es|ing)|us(?:es|ing)|equipped with|bear(?:s|ing)|favou?rs|weapon is)\\s+${THING}${STOP}`,
  'iu',
);
const PET = new RegExp(
  `(?:followed by|accompanied by|travel(?:s|ling|ing) with|pet is|companion is|befriended|owns|rid(?:es|ing)|keeps|and has|with (?=a (?:pet|loyal|faithful)\\b))\\s*(?:an?|the|his|her|their)?\\s*(?:pet|loyal|faithful)?\\s*${THING}(?=\\s+(?:companion|familiar|as a pet)\\b|\\s+(?:and|who|which|that|as|with|is|has|in|on|named|called)\\b|[.,;:!?)\\n]|$)`,
  'iu',
);
const PERSON =
  /\b(?:an?|the)\s+([\p{L}-]+(?: [\p{L}-]+){1,3}?)\s*,?\s+(?:who|that|with|armed|carrying|wielding|named|whose|equipped|using|fighting|followed|accompanied)\b/iu;

/** "a high elf wizard who carries a war hammer and is followed by a snow leopard". */
function prose(prompt: string): Partial<Slots> {
  const slots: Partial<Slots> = {};
  const weapon = tidy(WEAPON.exec(prompt)?.[1] ?? '');
  const pet = tidy(PET.exec(prompt)?.[1] ?? '');
  if (weapon !== null) slots.weapon = weapon;
  if (pet !== null) slots.pet = pet;
  const person = PERSON.exec(prompt)?.[1];
  if (person === undefined || REQUEST_WORDS.test(person)) return slots;
  const words = person.split(' ');
  const split = boundary(words);
  slots.race = words.slice(0, split).join(' ');
  slots.class = words.slice(split).join(' ');
  return slots;
}

/** Where the calling begins in "high elf battle mage": after a people that is known, else at the last word. */
function boundary(words: readonly string[]): number {
  for (let at = words.length - 1; at > 0; at -= 1) if (slotOf(words.slice(0, at).join(' ')) === 'race') return at;
  return words.length - 1;
}

/** Any known word, the longest first. */
function anywhere(prompt: string): Partial<Slots> {
  const slots: Partial<Slots> = {};
  const text = ` ${prompt.toLowerCase().replace(/[^\p{L}-]+/gu, ' ')} `;
  for (const name of SLOT_NAMES) {
    let best = '';
    for (const word of knownWords(name)) if (word.length > best.length && text.includes(` ${word} `)) best = word;
    if (best !== '') slots[name] = best;
  }
  return slots;
}

function tidy(value: string): string | null {
  const text = value
    .replace(/^[\s\-*•\d.)"'“‘`(]+|[\s"'”’`.)]+$/gu, '')
    .replace(/^(?:an?|the)\s+/i, '')
    .replace(/\s+/g, ' ');
  return text === '' || text.length > 40 || /[{}<>]/.test(text) ? null : text;
}
