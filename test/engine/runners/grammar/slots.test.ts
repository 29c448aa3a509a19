import { describe, expect, test } from 'vitest';
import { readRequest, readSections } from '../../../../src/engine/runners/grammar/read-request.ts';
import { readSlots } from '../../../../src/engine/runners/grammar/slots.ts';

const elf = { race: 'elf', class: 'wizard', weapon: 'crossbow', pet: 'owl' };
const mermaid = { race: 'mermaid', class: 'monk', weapon: 'war hammer', pet: 'snow leopard' };

describe('the four words are found however the prompt says them', () => {
  test.each([
    ['Race: elf\nClass: wizard\nWeapon: crossbow\nPet: owl', elf],
    ['race=elf, class=wizard, weapon=crossbow, pet=owl', elf],
    ['- **Race**: elf\n- **Class**: wizard\n- **Weapon**: crossbow\n- **Pet**: owl\nWrite a character.', elf],
    ['{"race": "elf", "class": "wizard", "weapon": "crossbow", "pet": "owl"}', elf],
    ['elf, wizard, crossbow, owl', elf],
    ['Invent a D&D character from these words: elf, wizard, crossbow and owl.', elf],
    ['Create a D&D character who is an elf wizard who carries a crossbow and is followed by an owl.', elf],
    ['Write about an elf wizard armed with a crossbow and accompanied by an owl.', elf],
    ['mermaid, monk, war hammer, snow leopard', mermaid],
    ['The character is a mermaid monk who carries a war hammer and is followed by a snow leopard. Be brief.', mermaid],
    ['Write a mermaid monk. The weapon is a war hammer. The pet is a snow leopard.', mermaid],
    ['quokka, plumber, teapot, slug', { race: 'quokka', class: 'plumber', weapon: 'teapot', pet: 'slug' }],
  ])('%s', (prompt, slots) => {
    expect(readSlots(prompt)).toEqual(slots);
  });
});

test('limits, formats and choices are read from the prompt', () => {
  expect(readRequest('in at most 100 words').words).toBe(100);
  expect(readRequest('Use fifty words or fewer.').words).toBe(50);
  expect(readRequest('a 60-word text').words).toBe(60);
  expect(readRequest('Answer in two sentences').sentences).toBe(2);
  expect(readRequest('Answer with only Yes or No').options).toEqual(['Yes', 'No']);
  expect(readRequest('Answer with one of: red, green or blue.').options).toEqual(['red', 'green', 'blue']);
  expect(readRequest('Tell me of the sea.').options).toEqual([]);
});

test('the sections come in the order of the prompt, under its words', () => {
  const labels = (text: string): string[] => readSections(text).map(({ label }) => label);
  expect(labels('Give the name, physical appearance, background, and personality.')).toEqual([
    'Name',
    'Appearance',
    'Background',
    'Personality',
  ]);
  expect(labels('Write a personality and a backstory.')).toEqual(['Personality', 'Backstory']);
  expect(labels('Write a character.')).toEqual(['Name', 'Appearance', 'Background', 'Personality']);
});
