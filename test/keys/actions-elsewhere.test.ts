import { describe, expect, it } from 'vitest';
import { actionsElsewhere } from '../../src/keys/binding-sets.ts';

describe('actionsElsewhere', () => {
  it('has every action of the other screens once, with the digit of the screen', () => {
    const found = actionsElsewhere('home');
    expect(found.find(({ binding }) => binding.id === 'settings.theme')).toMatchObject({
      screen: 'settings',
      digit: '8',
    });
    expect(found.some(({ screen }) => screen === 'home')).toBe(false);
    expect(new Set(found.map(({ binding }) => binding.id)).size).toBe(found.length);
    expect(new Set(found.map(({ screen }) => screen)).size).toBe(7);
  });
});
