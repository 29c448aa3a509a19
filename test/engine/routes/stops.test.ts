import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createStopFilter } from '../../../src/engine/routes/answer.ts';

const token = (text: string) => ({ text, logprob: 0, top: [] });

test('wherever token borders fall, the text ends before the stop string that is complete first, and nothing else is lost', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', '猫'), maxLength: 6 });
  const stop = fc.string({ unit: fc.constantFrom('a', 'b', '猫'), minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(fc.array(word), fc.array(stop, { maxLength: 4 }), (texts, stops) => {
      const filter = createStopFilter(stops);
      const out = texts.flatMap((text) => filter.push(token(text)));
      out.push(...filter.rest());
      const whole = texts.join('');
      expect(out.map((each) => each.text).join('')).toBe(letterByLetter(whole, stops));
      expect(filter.stopped).toBe(stops.some((each) => whole.includes(each)));
    }),
    {
      examples: [
        [
          ['b', 'a', 'a'],
          ['a', 'baa'],
        ],
        [['baa'], ['a', 'baa']],
      ],
    },
  );
});

/** What a model that writes one letter after the other has said when it is stopped. */
function letterByLetter(whole: string, stops: readonly string[]): string {
  for (let end = 1; end <= whole.length; end += 1) {
    const said = whole.slice(0, end);
    const met = stops.filter((stop) => said.endsWith(stop));
    if (met.length > 0) return said.slice(0, end - Math.max(...met.map(({ length }) => length)));
  }
  return whole;
}

test('a token is held back only while it may begin a stop string', () => {
  const filter = createStopFilter(['\n\n']);
  expect(filter.push(token('one\n'))).toEqual([]);
  expect(filter.push(token('two')).map((each) => each.text)).toEqual(['one\n', 'two']);
  expect(filter.push(token('three\n\nfour')).map((each) => each.text)).toEqual(['three']);
  expect(filter.push(token('five'))).toEqual([]);
});
