import { describe, expect, it } from 'vitest';
import {
  INITIAL_SLOT_VIEW,
  type SlotAction,
  type SlotState,
  slotsReducer,
} from '../../../../src/screens/template/editor/slots.ts';
import { templateOf } from '../../../app/fakes/provider.ts';

const start = (): SlotState => ({ template: templateOf(2), view: INITIAL_SLOT_VIEW });
const doing = (state: SlotState, ...actions: readonly SlotAction[]): SlotState => actions.reduce(slotsReducer, state);
const lists = ({ template }: SlotState) => Object.fromEntries(template.slots.map((slot) => [slot.name, slot.values]));

describe('slotsReducer', () => {
  it('adds a slot and goes straight on to its values, one after the other', () => {
    const state = doing(
      start(),
      { type: 'open', kind: 'new-slot' },
      { type: 'type', text: ' pet ' },
      { type: 'submit' },
      { type: 'type', text: 'owl' },
      { type: 'submit' },
      { type: 'type', text: 'cat, toad' },
      { type: 'submit' },
    );
    expect(lists(state)).toEqual({ a: ['a0', 'a1'], b: ['b0', 'b1'], pet: ['owl', 'cat', 'toad'] });
    expect(state.view).toMatchObject({ column: 'values', slot: 2, value: 2, input: { kind: 'add-values', text: '' } });
    expect(doing(state, { type: 'submit' }).view.input).toBeNull();
  });

  it('refuses names and values that cannot be, says why, and keeps what was typed', () => {
    const named = doing(start(), { type: 'open', kind: 'new-slot' }, { type: 'type', text: 'a' }, { type: 'submit' });
    expect(named.view.input).toEqual({ kind: 'new-slot', text: 'a', why: 'There is already a slot named a.' });
    expect(Object.keys(lists(named))).toEqual(['a', 'b']);
    const valued = doing(
      start(),
      { type: 'column', to: 'values' },
      { type: 'open', kind: 'rename-value' },
      { type: 'type', text: 'a1' },
      { type: 'submit' },
    );
    expect(valued.view.input?.why).toBe('a1 is in this slot already.');
    expect(lists(valued).a).toEqual(['a0', 'a1']);
    const blank = doing(valued, { type: 'type', text: '  ' }, { type: 'submit' });
    expect(blank.view.input?.why).toContain('cannot be empty');
    const again = doing(
      start(),
      { type: 'open', kind: 'add-values' },
      { type: 'type', text: 'a0' },
      { type: 'submit' },
    );
    expect(again.view.input?.why).toBe('These values are there already.');
  });

  it('renames a slot with its marks, and a value', () => {
    const state = doing(
      start(),
      { type: 'open', kind: 'rename-slot' },
      { type: 'type', text: 'race' },
      { type: 'submit' },
      { type: 'select', column: 'values', index: 1 },
      { type: 'open', kind: 'rename-value' },
      { type: 'type', text: 'elf' },
      { type: 'submit' },
    );
    expect(state.template.studentPrompt).toBe('{race}, {b}');
    expect(lists(state)).toEqual({ race: ['a0', 'elf'], b: ['b0', 'b1'] });
  });

  it('pastes a list into the selected slot without what is there', () => {
    const state = doing(
      start(),
      { type: 'select', column: 'slots', index: 1 },
      { type: 'paste', text: '- b1\r- x\r- y' },
    );
    expect(lists(state).b).toEqual(['b0', 'b1', 'x', 'y']);
    expect(state.view).toMatchObject({ column: 'values', slot: 1, value: 3 });
  });

  it('moves and removes what is selected, and keeps the selection inside', () => {
    const moved = doing(start(), { type: 'move', by: 1 });
    expect(Object.keys(lists(moved))).toEqual(['b', 'a']);
    expect(moved.view.slot).toBe(1);
    expect(doing(moved, { type: 'move', by: 1 }).template).toBe(moved.template);
    const removed = doing(moved, { type: 'remove' });
    expect(Object.keys(lists(removed))).toEqual(['b']);
    expect(removed.view.slot).toBe(0);
    const values = doing(removed, { type: 'select', column: 'values', index: 1 }, { type: 'move', by: -1 });
    expect(lists(values).b).toEqual(['b1', 'b0']);
    const empty = doing(values, { type: 'remove' }, { type: 'remove' }, { type: 'remove' });
    expect(lists(empty).b).toEqual([]);
    expect(empty.view.value).toBe(0);
  });

  it('opens nothing to rename where there is nothing', () => {
    const none: SlotState = { template: { ...templateOf(1), slots: [] }, view: INITIAL_SLOT_VIEW };
    expect(doing(none, { type: 'open', kind: 'add-values' }).view.input).toBeNull();
    expect(doing(none, { type: 'open', kind: 'new-slot' }).view.input?.kind).toBe('new-slot');
  });
});
