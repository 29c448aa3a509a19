import type { Slot, Template } from './types.ts';

/**
 * The templates a person starts from. They are data, so that the first start reads no file; `examples/dnd.yaml` and
 * `examples/dnd-1296.yaml` hold the same, and a test keeps them equal.
 */

const TEACHER_PROMPT = `You are a game master with a warm pen. A player hands you four words on a slip of paper, and you hand back a hero for tonight's game of Dungeons & Dragons.

Race: {race}
Class: {class}
Weapon: {weapon}
Pet: {pet}

Write the character in at most 100 words, as exactly four lines:

Name: a first and last name that fits the race
Appearance: how they look, and how they carry the weapon
Background: where they come from, what they learned, and how they met the pet
Personality: what they love, what they fear, one small habit

Use all four words from the slip. Be specific and a little surprising; leave out rules, numbers and headings.`;

const STUDENT_PROMPT = '{race}, {class}, {weapon}, {pet}';

const SLOTS: readonly Slot[] = [
  { name: 'race', values: ['elf', 'dwarf', 'halfling', 'tiefling', 'gnome', 'half-orc'] },
  { name: 'class', values: ['wizard', 'ranger', 'bard', 'druid', 'rogue', 'paladin'] },
  { name: 'weapon', values: ['crossbow', 'quarterstaff', 'rapier', 'warhammer', 'scythe', 'longbow'] },
  { name: 'pet', values: ['owl', 'badger', 'raven', 'toad', 'fox', 'hedgehog'] },
];

/** Four slots of two values: 16 cells, enough to see the whole loop in a minute. */
export const DND: Template = {
  name: 'D&D characters',
  system: '',
  teacherPrompt: TEACHER_PROMPT,
  studentPrompt: STUDENT_PROMPT,
  slots: SLOTS.map(({ name, values }) => ({ name, values: values.slice(0, 2) })),
};

/** Four slots of six values: 1,296 cells, enough for a model to learn the form. */
export const DND_1296: Template = { ...DND, name: 'D&D characters, 1,296', slots: SLOTS };

export const EMPTY_TEMPLATE: Template = {
  name: 'Untitled',
  system: '',
  teacherPrompt: '',
  studentPrompt: '',
  slots: [],
};

/** The question of LegalBench's `contract_nli_explicit_identification`; its rows are imported from `examples/nda.csv`. */
export const NDA: Template = {
  ...EMPTY_TEMPLATE,
  name: 'NDA clauses',
  system:
    'Identify if the clause provides that all Confidential Information shall be expressly identified by the Disclosing Party. Answer with only `Yes` or `No`',
};

export type ExampleName = 'dnd' | 'dnd-1296' | 'nda' | 'empty';

export const EXAMPLE_TEMPLATES: Readonly<Record<ExampleName, Template>> = {
  dnd: DND,
  'dnd-1296': DND_1296,
  nda: NDA,
  empty: EMPTY_TEMPLATE,
};
