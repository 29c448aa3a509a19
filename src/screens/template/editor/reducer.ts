import type { Template, TemplateField, TemplatePlace } from '../../../domain/template/types.ts';
import { remember, type SlotChange, withoutChange } from './history.ts';
import { FIRST_SLOT, heldView, type SlotAction, type SlotView, slotsReducer } from './slots.ts';

export type PaneId = 'prompts' | 'slots' | 'preview';
export const PANES = ['prompts', 'slots', 'preview'] as const satisfies readonly PaneId[];

export type DialogId = 'load' | 'save' | 'findings';

/** The template as it is being written, and where one is in it. */
export interface EditorState {
  readonly template: Template;
  /** What `u` takes back, newest last. */
  readonly past: readonly SlotChange[];
  readonly pane: PaneId;
  readonly field: TemplateField;
  /** True while the selected prompt takes the keys. */
  readonly editing: boolean;
  /** Where the cursor of the selected prompt is to go. */
  readonly jump: { readonly offset: number } | null;
  readonly slots: SlotView;
  /** The previewed cell; held within the lattice when it is read. */
  readonly cell: bigint;
  readonly showing: 'prompts' | 'answer';
  readonly dialog: DialogId | null;
}

export type EditorAction =
  | { readonly type: 'write'; readonly field: TemplateField; readonly text: string }
  | { readonly type: 'slots'; readonly action: SlotAction }
  | { readonly type: 'undo' }
  /** The template was changed elsewhere: loaded from a file. */
  | { readonly type: 'adopt'; readonly template: Template }
  | { readonly type: 'focus'; readonly pane: PaneId }
  | { readonly type: 'select'; readonly field: TemplateField }
  | { readonly type: 'edit'; readonly on: boolean }
  | { readonly type: 'go'; readonly place: TemplatePlace }
  /** The cursor is where `jump` wanted it. */
  | { readonly type: 'jumped' }
  /** Previews a cell; `reveal` brings the preview into sight where panes are shown one at a time. */
  | { readonly type: 'cell'; readonly index: bigint; readonly reveal: boolean }
  | { readonly type: 'show'; readonly showing: EditorState['showing'] }
  | { readonly type: 'dialog'; readonly dialog: DialogId | null };

export function startEditor(template: Template, showing: EditorState['showing'] = 'prompts'): EditorState {
  return {
    template,
    past: [],
    pane: showing === 'answer' ? 'preview' : 'prompts',
    field: 'teacherPrompt',
    editing: false,
    jump: null,
    slots: FIRST_SLOT,
    cell: 0n,
    showing,
    dialog: null,
  };
}

const AWAY = { editing: false, jump: null } as const;
const settle = (slots: SlotView): SlotView => (slots.input === null ? slots : { ...slots, input: null });

export function editorReducer(state: EditorState, action: EditorAction): EditorState {
  switch (action.type) {
    case 'write':
      if (state.template[action.field] === action.text) return state;
      return { ...state, template: { ...state.template, [action.field]: action.text } };
    case 'slots': {
      const { template, view } = slotsReducer({ template: state.template, view: state.slots }, action.action);
      return { ...state, template, slots: view, past: remember(state.past, state.template, template) };
    }
    case 'undo':
      return undone(state);
    case 'adopt': {
      const past = remember(state.past, state.template, action.template);
      return { ...state, template: action.template, past, slots: FIRST_SLOT, cell: 0n };
    }
    case 'focus':
      return { ...state, ...AWAY, pane: action.pane, slots: settle(state.slots) };
    case 'select':
      return { ...state, ...AWAY, field: action.field };
    case 'edit':
      return { ...state, editing: action.on, jump: null };
    case 'go':
      return { ...wentTo(state, action.place), dialog: null };
    case 'jumped':
      return state.jump === null ? state : { ...state, jump: null };
    case 'cell':
      return {
        ...(action.reveal ? editorReducer(state, { type: 'focus', pane: 'preview' }) : state),
        cell: action.index,
        showing: 'prompts',
      };
    case 'show':
      return { ...editorReducer(state, { type: 'focus', pane: 'preview' }), showing: action.showing };
    case 'dialog':
      return { ...state, dialog: action.dialog };
  }
}

function undone(state: EditorState): EditorState {
  const last = state.past.at(-1);
  if (last === undefined) return state;
  const template = withoutChange(state.template, last);
  return {
    ...state,
    template,
    past: state.past.slice(0, -1),
    slots: heldView(template, settle(state.slots)),
  };
}

function wentTo(state: EditorState, place: TemplatePlace): EditorState {
  switch (place.kind) {
    case 'field':
      return { ...state, pane: 'prompts', field: place.field, editing: true, jump: { offset: place.start } };
    case 'slot': {
      const column = place.valueIndex === null ? 'slots' : 'values';
      const slots = { column, slot: place.slotIndex, value: place.valueIndex ?? 0, input: null } as const;
      return { ...state, ...AWAY, pane: 'slots', slots };
    }
  }
}
