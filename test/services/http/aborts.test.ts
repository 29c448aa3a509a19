import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { Aborts } from '../../../src/services/http/aborts.ts';

const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

test('a signal ends all calls that are under way, with its reason, and has one listener for them', () => {
  const aborts = new Aborts();
  const { signal, abort } = bound(new AbortController());
  const ended: unknown[] = [];
  const leaves = ['a', 'b', 'c', 'd'].map((name) => aborts.on(signal, (reason) => ended.push(name, reason)));
  leaves[1]?.();
  expect(listeners(signal)).toBe(1);
  const reason = new Error('Cancelled.');
  abort(reason);
  expect(ended).toEqual(['a', reason, 'c', reason, 'd', reason]);
});

test('nothing is left at a signal whose calls have all ended, and one that begins later is ended all the same', () => {
  const aborts = new Aborts();
  const { signal, abort } = bound(new AbortController());
  const ended: string[] = [];
  const [first, second] = ['a', 'b'].map((name) => aborts.on(signal, () => ended.push(name)));
  first?.();
  second?.();
  second?.();
  expect(listeners(signal)).toBe(0);
  const third = aborts.on(signal, () => ended.push('c'));
  // A call that has ended takes nothing from those after it.
  first?.();
  expect(listeners(signal)).toBe(1);
  abort(new Error('Cancelled.'));
  third();
  expect(ended).toEqual(['c']);
});

test('a call that ends because another did is ended once', () => {
  const aborts = new Aborts();
  const { signal, abort } = bound(new AbortController());
  let ends = 0;
  const leave = aborts.on(signal, () => {
    ends += 1;
    leave();
  });
  aborts.on(signal, () => leave());
  abort(new Error('Cancelled.'));
  expect(ends).toBe(1);
});

const bound = (controller: AbortController) => ({
  signal: controller.signal,
  abort: (reason: Error) => controller.abort(reason),
});
