import { expect, it } from 'vitest';
import { slotCompletion } from '../../../src/domain/template/slot-completion.ts';

it('offers the slots that fit an open brace before the cursor, and none elsewhere', () => {
  const names = ['race', 'rank', 'pet'];
  const at = (text: string) => slotCompletion(text, text.length, names);
  expect(at('A {')).toEqual({ typed: '', names });
  expect(at('A {ra')).toEqual({ typed: 'ra', names: ['race', 'rank'] });
  for (const text of ['A', 'A {race}', 'A {x', 'A {{ra', 'A {\nra']) expect(at(text)).toBeNull();
  expect(slotCompletion('{pe} {', 3, names)).toEqual({ typed: 'pe', names: ['pet'] });
});
