import { describe, expect, it } from 'vitest';
import { fitSegments } from '../../../src/components/feedback/status-line.tsx';
import { chooseHints } from '../../../src/components/text/key-hints.tsx';
import type { LiveBinding } from '../../../src/keys/binding.ts';

describe('fitSegments', () => {
  it('drops the least important first and keeps the order', () => {
    const segments = [
      { text: 'running 24', keep: 1 },
      { text: 'waiting 430', keep: 3 },
      { text: 'retried 3', keep: 2 },
    ];
    expect(fitSegments(segments, 80, 3)).toHaveLength(3);
    expect(fitSegments(segments, 24, 3).map((segment) => segment.text)).toEqual(['running 24', 'retried 3']);
    expect(fitSegments(segments, 3, 3).map((segment) => segment.text)).toEqual(['running 24']);
  });
});

describe('chooseHints', () => {
  const binding = (id: string, hint: number | undefined, disabledReason: string | null = null): LiveBinding => ({
    id,
    keys: [id.slice(-1)],
    label: 'label',
    ...(hint === undefined ? {} : { hint }),
    run: () => undefined,
    disabledReason,
  });

  it('fills the width with what can run, the best first, then what has no place of its own, help last', () => {
    const many = Array.from({ length: 9 }, (_, index) => binding(`x${index}`, 9 - index));
    const others = [binding('off', 0, 'no'), binding('quiet', undefined), binding('list.up', undefined)];
    const all = [...many, ...others, binding('global.quit', 99), binding('global.help', 90)];
    const ids = (width: number) => chooseHints(all, width).map((hint) => hint.id);
    const hinted = ['x8', 'x7', 'x6', 'x5', 'x4', 'x3', 'x2', 'x1', 'x0'];
    expect(ids(200)).toEqual([...hinted, 'quiet', 'global.quit', 'global.help']);
    expect(ids(40)).toEqual(['x8', 'x7', 'x6', 'global.help']);
  });

  it('lets a short hint stand where a longer one of more use has no room', () => {
    const long = { ...binding('long', 2), label: 'a label that is far too long' };
    expect(chooseHints([binding('a', 1), long, binding('b', 3)], 20).map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('fits the width', () => {
    const many = Array.from({ length: 9 }, (_, index) => binding(`x${index}`, index));
    for (let width = 0; width < 80; width++) {
      const hints = chooseHints(many, width);
      expect(hints.length * 7 + Math.max(0, hints.length - 1) * 3).toBeLessThanOrEqual(width);
    }
  });
});
