import { describe, expect, it } from 'vitest';
import { type BindingSet, keyLabel } from '../../src/keys/binding.ts';
import { bindingSets, renderKeybindings } from '../../src/keys/binding-sets.ts';
import { findConflicts } from '../../src/keys/conflicts.ts';

describe('binding tables', () => {
  it('hold no key twice where both could be live, and no id twice', () => {
    expect(findConflicts(bindingSets)).toEqual([]);
  });

  it('reports a duplicate key, a clash with a global key, a swallowed key and a duplicate id', () => {
    const found = findConflicts([
      {
        place: 'Everywhere',
        view: null,
        kind: 'global',
        focus: null,
        bindings: [{ id: 'global.help', keys: ['?'], label: 'help' }],
      },
      {
        place: 'Room',
        view: null,
        kind: 'screen',
        focus: 'list',
        bindings: [
          { id: 'room.a', keys: ['a', '?'], label: 'a' },
          { id: 'room.b', keys: ['a', 'j'], label: 'b' },
        ],
      },
      {
        place: 'Room',
        view: 'wall',
        kind: 'screen',
        focus: null,
        bindings: [{ id: 'room.a', keys: ['z', 'a'], label: 'z' }],
      },
    ]);
    expect(found.join('\n')).toContain('a is both room.a and room.b');
    expect(found.join('\n')).toContain('? is room.a and also global.help');
    expect(found.join('\n')).toContain('j of room.b never works there');
    expect(found.join('\n')).toContain('Room, wall: a is room.a and also');
    expect(found.join('\n')).toContain('room.a is defined twice');
  });

  it('knows what each kind of focus takes, whatever the view is called', () => {
    const keys = ['j', 'pageup', 'left', 'x', 'ctrl-e', 'ctrl-s', 'ctrl-o', 'enter'];
    const swallowed = (focus: BindingSet['focus'], kind: BindingSet['kind']): string[] =>
      findConflicts([
        {
          place: 'Room',
          view: 'new job plan',
          kind,
          focus,
          bindings: keys.map((key) => ({ id: key, keys: [key], label: key })),
        },
      ]).map((found) => /: (\S+) of/.exec(found)?.[1] ?? found);
    expect(swallowed(null, 'screen')).toEqual([]);
    expect(swallowed('list', 'screen')).toEqual(['j', 'pageup']);
    expect(swallowed('narrowed list', 'component')).toEqual(['j', 'pageup', 'left', 'x', 'ctrl-e']);
    expect(swallowed('form', 'screen')).toEqual(['j', 'left']);
    expect(swallowed('text field', 'component')).toEqual(['j', 'left', 'x', 'ctrl-e']);
    expect(swallowed('text area', 'component')).toEqual(['j', 'pageup', 'left', 'x', 'ctrl-e', 'ctrl-s']);
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
