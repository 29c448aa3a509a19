import { describe, expect, it } from 'vitest';
import { KeyQueue } from '../../src/keys/dispatch.ts';
import type { Press } from '../../src/keys/normalise.ts';

const key = (name: string): Press => ({ kind: 'key', name });

describe('KeyQueue', () => {
  it('handles the first key at once and each other one after a turn', () => {
    const handled: Press[] = [];
    const turns: (() => void)[] = [];
    const queue = new KeyQueue(
      (press) => {
        handled.push(press);
        return [];
      },
      (then) => turns.push(then),
    );
    queue.push([key('a'), key('b')]);
    queue.push([key('c')]);
    expect(handled).toEqual([key('a')]);
    turns.shift()?.();
    expect(handled).toEqual([key('a'), key('b')]);
    turns.shift()?.();
    turns.shift()?.();
    queue.push([key('d')]);
    expect(handled).toEqual([key('a'), key('b'), key('c'), key('d')]);
  });

  it('puts what is left of a press before what came later', () => {
    const handled: string[] = [];
    const turns: (() => void)[] = [];
    const queue = new KeyQueue(
      (press) => {
        if (press.kind !== 'text') return [];
        handled.push(press.text.slice(0, 1));
        return press.text.length > 1 ? [{ kind: 'text', text: press.text.slice(1) }] : [];
      },
      (then) => turns.push(then),
    );
    queue.push([
      { kind: 'text', text: 'abc' },
      { kind: 'text', text: 'd' },
    ]);
    while (turns.length > 0) turns.shift()?.();
    expect(handled.join('')).toBe('abcd');
  });
});
