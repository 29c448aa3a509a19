import * as z from 'zod';
import { ok } from '../../common/outcome.ts';
import { plural } from '../../text/format.ts';
import { valuesNotNamed } from '../../text/named-values.ts';
import { accepted, defineGrader, type Grader, verdict, wrong } from './grader.ts';
import { asideShape } from './set-aside.ts';

/** The slots a template has, all of them unless some are named. */
const countedSlots = (slots: Readonly<Record<string, string>>, names: readonly string[] | undefined) =>
  Object.entries(slots).filter(([name, value]) => value.trim() !== '' && (names?.includes(name) ?? true));

/** The share of the slot values that the answer names; it passes when it names all. The target is not looked at. */
function slotsGrader(names: readonly string[] | undefined): Grader {
  return (answer, _, slots = {}) => {
    const values = countedSlots(slots, names).map(([, value]) => value.trim());
    if (values.length === 0) return wrong('the item has no slot to name');
    const missing = valuesNotNamed(values, answer);
    const named = values.filter((value) => !missing.includes(value));
    const namedPart = named.length === 0 ? [] : [`names ${named.join(', ')}`];
    if (missing.length === 0) return verdict(true, namedPart.join(''));
    const note = [`lacks ${missing.join(', ')}`, ...namedPart].join('; ');
    return { value: named.length / values.length, passed: false, note };
  };
}

const separate = (typed: string): readonly string[] =>
  typed
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

/** All slots where none is named. */
const specOf = (typed: string) => {
  const named = separate(typed);
  return accepted({ kind: 'slots', ...(named.length === 0 ? {} : { slots: named }) });
};

/** The answer names the value of every slot as whole words, letter case aside; the score is the share it names. */
export const slots = defineGrader({
  schema: z.object({ kind: z.literal('slots'), slots: z.array(z.string()).readonly().optional(), ...asideShape }),
  nameOf: ({ slots: names }) => (names === undefined ? 'names every slot' : `names ${names.join(', ')}`),
  choice: { label: 'names every slot', note: 'case aside; the target is not looked at', place: 10 },
  fields: { slots: { input: 'text', label: 'Slots', initial: '', placeholder: 'all of them' } },
  readDraft: (draft) => specOf(draft('slots')),
  draftOf: ({ slots: names }) => ({ slots: names?.join(', ') ?? '' }),
  flag: { form: 'slots[:A,B,…]', read: (rest) => specOf(rest ?? '') },
  usuallyAside: [],
  classesOf: () => null,
  grading: { by: 'rules', compile: ({ slots: names }) => ok(slotsGrader(names)) },
  unfit: ({ slots: names }, items) => {
    const has = (only: readonly string[] | undefined) =>
      items.some(({ slots: own = {} }) => countedSlots(own, only).length > 0);
    if (has(names)) return null;
    const known = [...new Set(items.flatMap(({ slots: own = {} }) => Object.keys(own)))];
    return {
      what: has(undefined)
        ? `No item has a slot called ${names?.join(' or ') ?? ''}: there are ${known.join(', ')}.`
        : `The grader "names every slot" has no slot to look for: ${plural(items.length, 'item')}, and none was generated from a template.`,
      saved: 'Nothing was sent.',
      next: 'Take rows that a template generated, or another grader: similarity:mean, or contains.',
    };
  },
});
