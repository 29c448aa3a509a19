import { renameInPrompt } from '../../../domain/template/prompt.ts';
import type { Template, TemplateField, TemplatePlace } from '../../../domain/template/types.ts';
import { clampView, INITIAL_SLOT_VIEW, type SlotAction, type SlotView, slotsReducer } from './slots.ts';

/** A change of the slots (or a template loaded over this one) as it was made. */
interface SlotChange {
  readonly before: Template;
  readonly after: Template;
}

const MAX_UNDO = 200;

export const FIELDS = ['system', 'teacherPrompt', 'studentPrompt'] as const satisfies readonly TemplateField[];

function remember(past: readonly SlotChange[], before: Template, after: Template): readonly SlotChange[] {
  return before === after ? past : [...past, { before, after }].slice(-MAX_UNDO);
}

/**
 * The template without the change. Prompts have an undo of their own, so what was typed in them since stays: a prompt
 * that is as the change left it goes back whole; in another one, only a renamed slot gets its old name again.
 */
function withoutChange(now: Template, { before, after }: SlotChange): Template {
  const renamed = renamedSlot(before, after);
  const prompt = (field: TemplateField): string => {
    if (now[field] === after[field]) return before[field];
    return renamed === null ? now[field] : renameInPrompt(now[field], renamed.to, renamed.from);
  };
  return {
    ...before,
    system: prompt('system'),
    teacherPrompt: prompt('teacherPrompt'),
    studentPrompt: prompt('studentPrompt'),
  };
}

function renamedSlot(before: Template, after: Template): { readonly from: string; readonly to: string } | null {
  if (before.slots.length !== after.slots.length) return null;
  const at = before.slots.findIndex((slot, index) => slot.name !== after.slots[index]?.name);
  const from = before.slots[at];
  const to = after.slots[at];
  return from === undefined || to === undefined || from.values !== to.values ? null : { from: from.name, to: to.name };
}

export type PaneId = 'prompts' | 'slots' | 'preview';
export const PANES = ['prompts', 'slots', 'preview'] as const satisfies readonly PaneId[];

export type DialogId = 'load' | 'save' | 'findings';

/** A place in a prompt, in UTF-16 units; each is an object of its own. */
export interface Jump {
  readonly offset: number;
}

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
  readonly jump: Jump | null;
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
  | { readonly type: 'replace'; readonly template: Template }
  | { readonly type: 'focus'; readonly pane: PaneId }
  | { readonly type: 'select'; readonly field: TemplateField }
  | { readonly type: 'edit'; readonly on: boolean }
  | { readonly type: 'go'; readonly place: TemplatePlace }
  /** The cursor is where `jump` wanted it. */
  | { readonly type: 'jumped'; readonly jump: Jump }
  /** Previews a cell; `reveal` brings the preview into sight where panes are shown one at a time. */
  | { readonly type: 'cell'; readonly index: bigint; readonly reveal: boolean }
  | { readonly type: 'show'; readonly showing: EditorState['showing'] }
  | { readonly type: 'dialog'; readonly dialog: DialogId | null };

export function initialEditorState(template: Template): EditorState {
  return {
    template,
    past: [],
    pane: 'prompts',
    field: 'teacherPrompt',
    editing: false,
    jump: null,
    slots: INITIAL_SLOT_VIEW,
    cell: 0n,
    showing: 'prompts',
    dialog: null,
  };
}

const LEFT_FIELD = { editing: false, jump: null } as const;
const closeInput = (slots: SlotView): SlotView => (slots.input === null ? slots : { ...slots, input: null });

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
      return undo(state);
    case 'replace': {
      const past = remember(state.past, state.template, action.template);
      return { ...state, template: action.template, past, slots: INITIAL_SLOT_VIEW, cell: 0n };
    }
    case 'focus':
      return { ...state, ...LEFT_FIELD, pane: action.pane, slots: closeInput(state.slots) };
    case 'select':
      return { ...state, ...LEFT_FIELD, field: action.field };
    case 'edit':
      return { ...state, editing: action.on, jump: null };
    case 'go':
      return { ...goToPlace(state, action.place), dialog: null };
    case 'jumped':
      return state.jump === action.jump ? { ...state, jump: null } : state;
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

function undo(state: EditorState): EditorState {
  const last = state.past.at(-1);
  if (last === undefined) return state;
  const template = withoutChange(state.template, last);
  return {
    ...state,
    template,
    past: state.past.slice(0, -1),
    slots: clampView(template, closeInput(state.slots)),
  };
}

function goToPlace(state: EditorState, place: TemplatePlace): EditorState {
  switch (place.kind) {
    case 'field':
      return { ...state, pane: 'prompts', field: place.field, editing: true, jump: { offset: place.start } };
    case 'slot': {
      const column = place.valueIndex === null ? 'slots' : 'values';
      const slots = { column, slot: place.slotIndex, value: place.valueIndex ?? 0, input: null } as const;
      return { ...state, ...LEFT_FIELD, pane: 'slots', slots };
    }
  }
}
