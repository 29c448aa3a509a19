import { expect, test } from 'vitest';
import type { Wait } from '../../../src/domain/pacing/pacer.ts';
import { Turns, type Waiter } from '../../../src/domain/pacing/turns.ts';

/** One run with so many calls to make, at a pace that all share. */
class Run implements Waiter {
  readonly name: string;
  left: number;
  willing = true;
  readonly told: Wait[] = [];
  onStandBy: () => void = () => {};
  private readonly pace: { left: number; readonly log: string[] };

  constructor(name: string, calls: number, pace: Run['pace']) {
    this.name = name;
    this.left = calls;
    this.pace = pace;
  }

  ready(): boolean {
    return this.willing && this.left > 0;
  }

  wait(): Wait | null {
    return this.pace.left > 0 ? null : { ms: 100, cause: 'calls' };
  }

  start(): void {
    this.left -= 1;
    this.pace.left -= 1;
    this.pace.log.push(this.name);
  }

  standBy(_now: number, wait: Wait): void {
    this.told.push(wait);
    this.onStandBy();
  }
}

function runsOf(sizes: Readonly<Record<string, number>>) {
  const pace = { left: 0, log: [] as string[] };
  const turns = new Turns();
  const runs = Object.entries(sizes).map(([name, calls]) => new Run(name, calls, pace));
  for (const run of runs) turns.join(run);
  const allow = (calls: number): string => {
    pace.left += calls;
    const before = pace.log.length;
    while (turns.startNext(0)) {}
    return pace.log.slice(before).join('');
  };
  const run = (name: string): Run => {
    const found = runs.find((one) => one.name === name);
    if (found === undefined) throw new Error(`No run ${name}.`);
    return found;
  };
  return { turns, allow, run };
}

test('two runs, one ten times as large, start their calls by turns until the small one is done', () => {
  const { allow, run } = runsOf({ a: 100, b: 10 });
  expect(allow(7)).toBe('abababa');
  expect(allow(6)).toBe('bababa');
  expect(allow(10)).toBe('babababaaa');
  expect(run('b').left).toBe(0);
  expect(allow(4)).toBe('aaaa');
});

test('whoever looks first, the turn goes on where it was when nothing could start', () => {
  const { allow } = runsOf({ a: 20, b: 20, c: 20 });
  expect(Array.from({ length: 6 }, () => allow(1)).join('')).toBe('abcabc');
});

test('a run that starts nothing is passed over, and is owed one call and no more when it goes on', () => {
  const { allow, run } = runsOf({ a: 100, b: 100 });
  run('b').willing = false;
  expect(allow(5)).toBe('aaaaa');
  run('b').willing = true;
  expect(allow(4)).toBe('baba');
});

test('all who are ready are told of a wait; one that has left is not', () => {
  const { turns, allow, run } = runsOf({ a: 5, b: 5, c: 5 });
  turns.leave(run('c'));
  run('b').willing = false;
  expect(allow(0)).toBe('');
  expect(run('a').told).toEqual([{ ms: 100, cause: 'calls' }]);
  expect(run('b').told).toEqual([]);
  expect(run('c').told).toEqual([]);
});

test('a run that gives up at its wait holds up none', () => {
  const { allow, run } = runsOf({ a: 5, b: 5 });
  const a = run('a');
  a.wait = () => ({ ms: 3_600_000, cause: 'tokens' });
  a.onStandBy = () => {
    a.left = 0;
  };
  expect(allow(3)).toBe('bbb');
});
