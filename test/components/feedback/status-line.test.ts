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

  it('takes at most six that can run, the best first, help last', () => {
    const many = Array.from({ length: 9 }, (_, index) => binding(`x${index}`, 9 - index));
    const hints = chooseHints(
      [...many, binding('off', 0, 'no'), binding('quiet', undefined), binding('global.help', 90)],
      200,
    );
    expect(hints.map((hint) => hint.id)).toEqual(['x8', 'x7', 'x6', 'x5', 'x4', 'global.help']);
  });

  it('fits the width', () => {
    const many = Array.from({ length: 9 }, (_, index) => binding(`x${index}`, index));
    for (let width = 0; width < 80; width++) {
      const hints = chooseHints(many, width);
      expect(hints.length * 7 + Math.max(0, hints.length - 1) * 3).toBeLessThanOrEqual(width);
    }
  });
});
