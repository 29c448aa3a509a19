import fc from 'fast-check';
import { isSlotName } from '../../../src/domain/template/prompt.ts';
import type { Slot, Template } from '../../../src/domain/template/types.ts';

const words = fc.oneof(
  fc.string(),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    'null',
    '~',
    '1',
    '1.0',
    'true',
    'no',
    '- a',
    'a: b',
    '#x',
    '{race}',
    '  led',
    'trail \n',
    '\n\n',
    '"',
    "'",
  ),
);
const prose = fc.array(words, { maxLength: 6 }).map((parts) => parts.join('\n').toWellFormed());
const slotName = fc
  .oneof(
    fc.constantFrom('race', 'class', 'constructor', 'toString', 'no', 'null', 'true'),
    fc.stringMatching(/^[a-z_][a-z0-9_-]{0,8}$/),
  )
  .filter(isSlotName);

export const slots: fc.Arbitrary<Slot[]> = fc.uniqueArray(
  fc.record({
    name: slotName,
    values: fc.array(
      words.map((word) => word.toWellFormed()),
      { maxLength: 5 },
    ),
  }),
  { maxLength: 5, selector: (slot) => slot.name },
);

export const templates: fc.Arbitrary<Template> = fc.record({
  name: fc.string({ minLength: 1 }).map((name) => name.toWellFormed()),
  system: prose,
  teacherPrompt: prose,
  studentPrompt: prose,
  slots,
});

/** Slots with distinct values and at least one each, for lattices. */
export const latticeSlots: fc.Arbitrary<Slot[]> = fc.uniqueArray(
  fc.record({
    name: slotName,
    values: fc.uniqueArray(fc.stringMatching(/^[a-z]{1,6}$/), { minLength: 1, maxLength: 4 }),
  }),
  { maxLength: 4, selector: (slot) => slot.name },
);
