import { describe, expect, it } from 'vitest';
import { inSlices, oncePerTurn } from '../../../src/app/runtime/pacing.ts';
import type { CooperativeTask } from '../../../src/domain/common/cooperative.ts';

const busy = (ms: number): void => {
  const until = performance.now() + ms;
  while (performance.now() < until);
};

function* work(parts: number): CooperativeTask<string> {
  for (let part = 0; part < parts; part += 1) {
    busy(3);
    yield;
  }
  return 'done';
}

describe('work in slices', () => {
  it('lets others have their turn and ends with what the work gives', async () => {
    let turns = 0;
    const tick = (): void => {
      turns += 1;
      next = setImmediate(tick);
    };
    let next = setImmediate(tick);
    expect(await inSlices(work(20), undefined)).toBe('done');
    clearImmediate(next);
    expect(turns).toBeGreaterThan(3);
  });

  it('stops when its signal aborts, with the reason, and throws what the work throws', async () => {
    const stop = new AbortController();
    const reason = new Error('Enough.');
    setImmediate(() => stop.abort(reason));
    await expect(inSlices(work(10_000), stop.signal)).rejects.toBe(reason);
    const failing = function* (): CooperativeTask<never> {
      yield;
      throw reason;
    };
    await expect(inSlices(failing(), undefined)).rejects.toBe(reason);
  });
});

describe('what is read once a turn', () => {
  it('is the same for all who ask in one turn, and read anew in the next', async () => {
    let reads = 0;
    const read = oncePerTurn(() => {
      reads += 1;
      return reads;
    });
    expect([read(), read(), await Promise.resolve().then(read)]).toEqual([1, 1, 1]);
    await new Promise(setImmediate);
    expect([read(), read()]).toEqual([2, 2]);
  });

  it('is read again where it could not be', () => {
    let fails = true;
    const read = oncePerTurn(() => {
      if (fails) throw new Error('not now');
      return 'read';
    });
    expect(read).toThrow('not now');
    fails = false;
    expect(read()).toBe('read');
  });
});
