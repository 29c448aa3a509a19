import { expect, it } from 'vitest';
import { createWaits, type Waiting } from '../../../src/services/http/waits.ts';

function watched() {
  let now = 0;
  const beats = new Set<() => void>();
  const waits = createWaits({
    now: () => now,
    every(_ms, beat) {
      beats.add(beat);
      return () => beats.delete(beat);
    },
  });
  const shown: (Waiting | null)[] = [];
  const unwatch = waits.watch((waiting) => shown.push(waiting));
  return {
    waits,
    shown,
    unwatch,
    running: () => beats.size,
    pass(seconds: number) {
      for (let second = 0; second < seconds; second += 1) {
        now += 1000;
        for (const beat of [...beats]) beat();
      }
    },
  };
}

it('whom calls wait for is shown once a second, from 5 s on, and that it is over', () => {
  const { waits, shown, pass } = watched();
  const call = waits.begin('api.x.com');
  pass(4);
  expect(shown).toEqual([]);
  pass(2);
  expect(shown).toEqual([
    { place: 'api.x.com', ms: 5000 },
    { place: 'api.x.com', ms: 6000 },
  ]);
  call.end();
  expect(shown.at(-1)).toBeNull();
});

it('a place that answers one of its calls is not silent', () => {
  const { waits, shown, pass } = watched();
  waits.begin('api.x.com');
  const other = waits.begin('api.x.com');
  pass(4);
  other.heard();
  pass(4);
  other.end();
  pass(4);
  expect(shown).toEqual([]);
  pass(1);
  expect(shown).toEqual([{ place: 'api.x.com', ms: 5000 }]);
});

it('of several places the one that is silent longest is shown', () => {
  const { waits, shown, pass } = watched();
  waits.begin('slow');
  pass(3);
  waits.begin('quick');
  pass(6);
  expect(shown.at(-1)).toEqual({ place: 'slow', ms: 9000 });
});

it('no timer runs while nothing is waited for, or nobody watches', () => {
  const { waits, running, unwatch } = watched();
  expect(running()).toBe(0);
  const call = waits.begin('x');
  expect(running()).toBe(1);
  call.end();
  expect(running()).toBe(0);
  waits.begin('x');
  unwatch();
  expect(running()).toBe(0);
});
