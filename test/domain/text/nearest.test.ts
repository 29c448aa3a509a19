import { describe, expect, it } from 'vitest';
import { editDistance, nearestName } from '../../../src/domain/text/nearest.ts';

describe('nearestName', () => {
  it('finds the name that was meant', () => {
    expect(nearestName('rce', ['class', 'race', 'pet'])).toBe('race');
    expect(nearestName('Weapons', ['weapon', 'pet'])).toBe('weapon');
    expect(nearestName('zzzzzzz', ['race', 'class'])).toBeNull();
    expect(nearestName('race', [])).toBeNull();
  });

  it('counts edits', () => {
    expect(editDistance('kitten', 'sitting')).toBe(3);
    expect(editDistance('', 'abc')).toBe(3);
  });
});
