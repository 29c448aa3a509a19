import { describe, expect, it } from 'vitest';
import { keyLabel } from '../../src/keys/binding.ts';
import { bindingSets, renderKeybindings } from '../../src/keys/binding-sets.ts';
import { findConflicts } from '../../src/keys/conflicts.ts';

describe('binding tables', () => {
  it('hold no key twice where both could be heard, and no id twice', () => {
    expect(findConflicts(bindingSets)).toEqual([]);
  });

  it('tells of a duplicate key, a clash with a global key, a swallowed key and a duplicate id', () => {
    const found = findConflicts([
      {
        place: 'Everywhere',
        view: null,
        kind: 'global',
        bindings: [{ id: 'global.help', keys: ['?'], label: 'help' }],
      },
      {
        place: 'Room',
        view: null,
        kind: 'screen',
        bindings: [
          { id: 'room.a', keys: ['a', '?'], label: 'a' },
          { id: 'room.b', keys: ['a', 'j'], label: 'b' },
        ],
      },
      { place: 'Room', view: 'wall', kind: 'screen', bindings: [{ id: 'room.a', keys: ['z', 'a'], label: 'z' }] },
    ]);
    expect(found.join('\n')).toContain('a is both room.a and room.b');
    expect(found.join('\n')).toContain('? is room.a and also global.help');
    expect(found.join('\n')).toContain('j of room.b never works there');
    expect(found.join('\n')).toContain('Room, wall: a is room.a and also');
    expect(found.join('\n')).toContain('room.a is defined twice');
  });

  it('are what docs/keybindings.md says', async () => {
    await expect(renderKeybindings()).toMatchFileSnapshot('../../docs/keybindings.md');
  });

  it('names keys as a person reads them', () => {
    expect(['ctrl-o', 'meta-b', 'enter', 'G', 'ctrl-left', '?'].map(keyLabel)).toEqual([
      'Ctrl-O',
      'Alt-B',
      'Enter',
      'G',
      'Ctrl-←',
      '?',
    ]);
  });
});
