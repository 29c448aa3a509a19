import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createStopFilter } from '../../../src/engine/inference/stops.ts';

const token = (text: string) => ({ text, logprob: 0, top: [] });

test('wherever token borders fall, the text ends before the first stop string and nothing else is lost', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', '猫'), maxLength: 6 });
  const stop = fc.string({ unit: fc.constantFrom('a', 'b', '猫'), minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(fc.array(word), fc.array(stop, { maxLength: 4 }), (texts, stops) => {
      const filter = createStopFilter(stops);
      const out = texts.flatMap((text) => filter.push(token(text)));
      out.push(...filter.rest());
      const whole = texts.join('');
      const ends = stops.map((each) => whole.indexOf(each)).filter((at) => at >= 0);
      expect(out.map((each) => each.text).join('')).toBe(whole.slice(0, Math.min(whole.length, ...ends)));
      expect(filter.stopped).toBe(ends.length > 0);
    }),
  );
});

test('a token is held back only while it may begin a stop string', () => {
  const filter = createStopFilter(['\n\n']);
  expect(filter.push(token('one\n'))).toEqual([]);
  expect(filter.push(token('two')).map((each) => each.text)).toEqual(['one\n', 'two']);
  expect(filter.push(token('three\n\nfour')).map((each) => each.text)).toEqual(['three']);
  expect(filter.push(token('five'))).toEqual([]);
});
