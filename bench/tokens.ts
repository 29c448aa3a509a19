import { createTokenCounter } from '../src/services/tokens/counter.ts';
import { median, ms, type Result, watchLoop } from './measure.ts';

const TEXTS = 5_000;
const ROUNDS = 3;

/** Token counting as a check does it: in the worker, and how long the main loop is kept from its work meanwhile. */
export async function tokens(): Promise<readonly Result[]> {
  const counter = createTokenCounter();
  try {
    const began = performance.now();
    await counter.count('gpt-4o', ['Hello']);
    const first = performance.now() - began;
    const rates: number[] = [];
    let worstLag = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const texts = Array.from({ length: TEXTS }, (_, index) => sample(index + round * TEXTS));
      const lag = watchLoop();
      const started = performance.now();
      const counts = await counter.count('gpt-4o', texts);
      const seconds = (performance.now() - started) / 1000;
      worstLag = Math.max(worstLag, lag.stop());
      rates.push(counts.reduce((sum, count) => sum + count, 0) / seconds);
    }
    return [
      { what: 'first count, the worker’s start included', figure: ms(first), limit: '', met: null },
      { what: 'o200k_base', figure: `${(median(rates) / 1e6).toFixed(2)} M tokens/s`, limit: '', met: null },
      { what: 'longest the main loop waited meanwhile', figure: ms(worstLag), limit: '', met: null },
    ];
  } finally {
    await counter.close();
  }
}

/** Prose that does not repeat itself word for word, or a tokeniser's cache would be what is measured. */
function sample(seed: number): string {
  const nouns = [
    'harbour',
    'lantern',
    'orchard',
    'quarry',
    'ledger',
    'kestrel',
    'furnace',
    'meadow',
    'compass',
    'violin',
  ];
  const verbs = ['carried', 'mended', 'forgot', 'traded', 'painted', 'followed', 'measured', 'borrowed', 'guarded'];
  const sentence = (index: number): string => {
    const noun = nouns[(seed * 7 + index * 3) % nouns.length];
    const other = nouns[(seed + index * 5) % nouns.length];
    const verb = verbs[(seed * 3 + index) % verbs.length];
    return `In the year ${1000 + ((seed * 31 + index) % 900)} the keeper of the ${noun} ${verb} a ${other} past the old mill.`;
  };
  return Array.from({ length: 12 }, (_, index) => sentence(index)).join(' ');
}
