import { describe, expect, it } from 'vitest';
import { quoteBakeoff } from '../../../src/app/bakeoff/quote.ts';
import { parseTarget } from '../../../src/domain/bakeoff/target.ts';
import type { Bakeoff } from '../../../src/domain/bakeoff/types.ts';
import { fakeDeps } from '../fakes/fake-deps.ts';

const COLOURS = [
  'red',
  'green',
  'blue',
  'black',
  'white',
  'brown',
  'orange',
  'violet',
  'silver',
  'golden',
  'pink',
  'teal',
];
const question = (colour: string) => ({ role: 'user', content: `Name a thing that is ${colour}` });
const said = (content: string) => [{ role: 'assistant', content }];
const line = (value: object): string => `${JSON.stringify(value)}\n`;
const chat = (colour: string): string => line({ messages: [question(colour), ...said(`one ${colour} thing`)] });
const pair = (colour: string): string =>
  line({
    input: { messages: [question(colour)] },
    preferred_output: said(`one ${colour} thing`),
    non_preferred_output: said('no idea'),
  });

function planOf(typed: string): Bakeoff {
  const read = parseTarget(typed);
  if (!read.ok) return expect.unreachable(read.what);
  const own = { id: 'bakeoff-1', projectId: 'p', name: 'rows', createdAt: 1, targets: [read.value], seed: 1 };
  const terms = { path: null, validationPath: null, margin: null, capUsd: null, stopBehind: false };
  return { ...own, ...terms, graders: [{ kind: 'exact' }], sampling: {}, stopped: {}, deployed: {} };
}

const quoted = (typed: string, training: readonly string[], heldOut: readonly string[]) =>
  quoteBakeoff(fakeDeps({}), {
    bakeoff: planOf(typed),
    linesOf: ({ method }) => ({ training, validation: method === 'dpo' ? [] : heldOut }),
    heldOut,
    items: [],
    termsOf: () => ({ kind: 'embedded', jobDialect: 'method' }),
  });

describe('the quote of a bake-off', () => {
  it.each([
    ['chats', 'embedded:free', chat],
    ['preference pairs', 'embedded:free,method=dpo', pair],
  ])('says which prompts of %s are those that all are measured on', async (_, typed, write) => {
    const learned = COLOURS.map(write);
    const { warnings } = await quoted(
      typed,
      learned,
      ['red', 'blue'].map((colour) => chat(colour)),
    );
    expect(warnings.join(' ')).toMatch(/^Of 2 validation lines 2 (stand on|have a prompt of) the training side/);
    const other = line({ messages: [{ role: 'user', content: 'How far is the moon?' }, ...said('far')] });
    const few = '12 rows: they will be learned by heart. 50 or more help.';
    expect((await quoted(typed, learned, [other])).warnings).toEqual([few]);
  });
});
