import {
  addSlot,
  addValues,
  moveSlot,
  moveValue,
  parseValueList,
  removeSlot,
  removeValue,
  renameSlot,
  renameValue,
} from '../../../domain/template/edit.ts';
import { slotNameProblem } from '../../../domain/template/problems.ts';
import type { Template } from '../../../domain/template/types.ts';

export type SlotInputKind = 'new-slot' | 'rename-slot' | 'add-values' | 'rename-value';

/** What is typed into the list, and why it was not taken. */
export interface SlotInput {
  readonly kind: SlotInputKind;
  readonly text: string;
  readonly why: string | null;
}

/** Where one is in the slots; indices may lie past the end and are then held by `heldView`. */
export interface SlotView {
  readonly column: 'slots' | 'values';
  readonly slot: number;
  readonly value: number;
  readonly input: SlotInput | null;
}

export interface SlotState {
  readonly template: Template;
  readonly view: SlotView;
}

export type SlotAction =
  | { readonly type: 'select'; readonly column: SlotView['column']; readonly index: number }
  | { readonly type: 'column'; readonly to: SlotView['column'] }
  | { readonly type: 'open'; readonly kind: SlotInputKind }
  | { readonly type: 'type'; readonly text: string }
  | { readonly type: 'submit' }
  | { readonly type: 'leave' }
  /** A list from the clipboard: values for the selected slot. */
  | { readonly type: 'paste'; readonly text: string }
  | { readonly type: 'remove' }
  | { readonly type: 'move'; readonly by: 1 | -1 };

export const INITIAL_SLOT_VIEW: SlotView = { column: 'slots', slot: 0, value: 0, input: null };

const clampIndex = (index: number, count: number): number => Math.max(0, Math.min(index, count - 1));

/** The view with its indices inside the lists. */
export function clampView(template: Template, view: SlotView): SlotView {
  const slot = clampIndex(view.slot, template.slots.length);
  const value = clampIndex(view.value, template.slots[slot]?.values.length ?? 0);
  return slot === view.slot && value === view.value ? view : { ...view, slot, value };
}

/** Every step of editing slots: the list and where one is in it. An edit that cannot be made leaves the template as it is. */
export function slotsReducer(before: SlotState, action: SlotAction): SlotState {
  const { template } = before;
  const view = clampView(template, before.view);
  switch (action.type) {
    case 'select':
      return {
        template,
        view:
          action.column === 'slots'
            ? { ...view, column: 'slots', slot: action.index, value: 0, input: null }
            : { ...view, column: 'values', value: action.index, input: null },
      };
    case 'column':
      return { template, view: { ...view, column: action.to, input: null } };
    case 'open':
      return { template, view: openInput(template, view, action.kind) };
    case 'type':
      return { template, view: view.input === null ? view : withInput(view, action.text, null) };
    case 'leave':
      return { template, view: { ...view, input: null } };
    case 'submit':
      return submitInput(template, view);
    case 'paste':
      return pasteValues(template, view, action.text);
    case 'remove':
      return removeSelected(template, view);
    case 'move':
      return moveSelected(template, view, action.by);
  }
}

function withInput(view: SlotView, text: string, why: string | null): SlotView {
  return view.input === null ? view : { ...view, input: { ...view.input, text, why } };
}

function openInput(template: Template, view: SlotView, kind: SlotInputKind): SlotView {
  const slot = template.slots[view.slot];
  if (slot === undefined && kind !== 'new-slot') return view;
  if (kind === 'rename-value' && slot?.values[view.value] === undefined) return openInput(template, view, 'add-values');
  const text = kind === 'rename-slot' ? slot?.name : kind === 'rename-value' ? slot?.values[view.value] : '';
  const column = kind === 'new-slot' || kind === 'rename-slot' ? 'slots' : 'values';
  return { ...view, column, input: { kind, text: text ?? '', why: null } };
}

function submitInput(template: Template, view: SlotView): SlotState {
  const text = view.input?.text.trim() ?? '';
  const refuse = (why: string): SlotState => ({ template, view: withInput(view, view.input?.text ?? '', why) });
  switch (view.input?.kind) {
    case undefined:
      return { template, view };
    case 'new-slot': {
      const why = slotNameProblem(text, slotNames(template));
      if (why !== null) return refuse(why);
      const slot = template.slots.length;
      const next = addSlot(template, text);
      return { template: next, view: openInput(next, { ...view, slot, value: 0 }, 'add-values') };
    }
    case 'rename-slot': {
      const why = slotNameProblem(text, slotNames(template).toSpliced(view.slot, 1));
      return why === null
        ? { template: renameSlot(template, view.slot, text), view: { ...view, input: null } }
        : refuse(why);
    }
    case 'rename-value': {
      const taken = (template.slots[view.slot]?.values ?? []).toSpliced(view.value, 1);
      if (text === '') return refuse('A value cannot be empty. Esc leaves it; x removes it then.');
      if (taken.includes(text)) return refuse(`${text} is in this slot already.`);
      return { template: renameValue(template, view.slot, view.value, text), view: { ...view, input: null } };
    }
    case 'add-values':
      return text === '' ? { template, view: { ...view, input: null } } : pasteValues(template, view, text);
  }
}

const slotNames = (template: Template): string[] => template.slots.map((slot) => slot.name);

/** Adds every value of the list that is new; the field stays open for the next one. */
function pasteValues(template: Template, view: SlotView, list: string): SlotState {
  const next = addValues(template, view.slot, list);
  if (next === template) {
    const why = parseValueList(list).length === 0 ? 'There is no value in this.' : 'These values are there already.';
    return { template, view: withInput(view, view.input?.text ?? '', why) };
  }
  const value = (next.slots[view.slot]?.values.length ?? 1) - 1;
  return { template: next, view: { ...withInput(view, '', null), column: 'values', value } };
}

function removeSelected(template: Template, view: SlotView): SlotState {
  const next = view.column === 'slots' ? removeSlot(template, view.slot) : removeValue(template, view.slot, view.value);
  return { template: next, view: clampView(next, { ...view, input: null }) };
}

function moveSelected(template: Template, view: SlotView, by: 1 | -1): SlotState {
  if (view.column === 'slots') {
    const next = moveSlot(template, view.slot, view.slot + by);
    return { template: next, view: next === template ? view : { ...view, slot: view.slot + by } };
  }
  const next = moveValue(template, view.slot, view.value, view.value + by);
  return { template: next, view: next === template ? view : { ...view, value: view.value + by } };
}
