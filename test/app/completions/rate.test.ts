import { expect, test } from 'vitest';
import { createRate } from '../../../src/app/completions/rate.ts';

test('one burst of refusals halves the width once, whatever the clock is set to meanwhile', () => {
  const rate = createRate(8);
  rate.limited(1000, 1010);
  rate.limited(1005, 1012);
  expect(rate.concurrency()).toBe(4);
  rate.limited(1011, 1020);
  expect(rate.concurrency()).toBe(2);
});

test('a clock that is set back an hour does not make refusals go unheard', () => {
  const rate = createRate(8);
  rate.limited(3_600_000, 3_600_010);
  rate.limited(500, 510);
  expect(rate.concurrency()).toBe(2);
});
