import { expect, test } from 'vitest';
import { encode, fitPointers, sourceIndex } from '../../../../src/engine/runners/tiny/encoder.ts';
import { parsePointer, promptSources } from '../../../../src/engine/runners/tiny/pointers.ts';

const rows = ['elf, owl', 'dwarf, cat', 'orc, snow leopard', 'human, ox', 'gnome, eel'].map((prompt) => {
  const [race, pet] = prompt.split(', ');
  return { prompt, completion: `Name: Bo\nThis ${race} loves ${/^[aeiou]/.test(pet ?? '') ? 'an' : 'a'} ${pet}.` };
});

test('a prompt is cut at marks and at the words that every prompt shares', () => {
  const frame = new Set(['a', 'who', 'owns']);
  const whole = promptSources('A high elf who owns a snow leopard', frame).filter(({ id }) => !id.includes('w'));
  expect(whole.map(({ tokens }) => tokens.join(''))).toEqual(['high elf', 'snow leopard']);
});

test('an answer is read as copies of the prompt, and said again with another prompt keeps its grammar', () => {
  const book = fitPointers(rows);
  const pieces = encode('Name: Bo\nThis elf loves an owl.', 'elf, owl', book);
  expect(pieces.flatMap(({ tokens }) => tokens).join('')).toBe('Name: Bo\nThis elf loves an owl.');
  const other = sourceIndex('mermaid, sea cucumber', book);
  const said = pieces.map(({ symbol }) => {
    const pointer = parsePointer(symbol);
    const source = pointer === null ? undefined : other.find(pointer.id);
    return pointer === null || source === undefined ? symbol : pointer.realise(source).join('');
  });
  expect(said.join('')).toBe('Name: Bo\nThis mermaid loves a sea cucumber.');
});

test('words that coincide by chance are not taken for copies', () => {
  const chance = Array.from({ length: 20 }, (_, i) => ({
    prompt: i === 0 ? 'where is my card' : `question number ${i} of many`,
    completion: 'card_arrival',
  }));
  expect(fitPointers(chance).accepted?.size).toBe(0);
});
