import * as z from 'zod';
import { fieldReader, type ScreenStateKind } from '../../app/core/screen-states.ts';
import type { ScrollAnchor } from './transcript/transcript-layout.ts';

/** What is open over the conversation. */
export type ChatOverlay = 'models' | 'parameters' | 'system' | 'save' | 'clear' | 'regenerate';

/** What is written but not sent; it outlives a visit to another screen, and the program. */
export interface Drafts {
  readonly text: string;
  /** Typed slot values by name. */
  readonly slots: Readonly<Record<string, string>>;
}

export interface ChatView {
  /** Reading takes the screen's keys; writing and the slot form take text. */
  readonly mode: 'read' | 'write' | 'slots';
  readonly drafts: Drafts;
  /** The turn being edited and its new text; null while writing a new one. */
  readonly editing: { readonly turnId: string; readonly text: string } | null;
  /** Index of the slot in the form. */
  readonly slot: number;
  /** Index of the chosen reply among those side by side. */
  readonly column: number;
  /** The chosen turn; null is the last one, whichever that is. */
  readonly turnId: string | null;
  /** The first visible row; null keeps to the end while text arrives. */
  readonly anchor: ScrollAnchor | null;
  /** Whether what models thought is shown whole. */
  readonly unfolded: boolean;
  readonly over: ChatOverlay | null;
}

export type ChatAction =
  | { readonly type: 'write' }
  | { readonly type: 'fill' }
  | { readonly type: 'edit'; readonly turnId: string; readonly text: string }
  | { readonly type: 'leave' }
  | { readonly type: 'type'; readonly text: string }
  | { readonly type: 'slot'; readonly index: number }
  | { readonly type: 'value'; readonly name: string; readonly text: string }
  /** A message is on its way: the newest exchange is what there is to see. */
  | { readonly type: 'sent' }
  | { readonly type: 'column'; readonly index: number }
  | { readonly type: 'turn'; readonly turnId: string | null; readonly anchor: ScrollAnchor | null }
  | { readonly type: 'scroll'; readonly anchor: ScrollAnchor | null }
  | { readonly type: 'fold' }
  | { readonly type: 'open'; readonly over: ChatOverlay }
  | { readonly type: 'close' };

const readDrafts = fieldReader<Drafts>(() => ({ text: z.string(), slots: z.record(z.string(), z.string()) }));

/** The drafts alone: a conversation is seen from its end. */
export const CHAT_STATE: ScreenStateKind<ChatView> = {
  name: 'chat',
  save: ({ drafts }) => drafts,
  restore: (saved, fresh) => ({ ...fresh, drafts: { ...fresh.drafts, ...readDrafts(saved) } }),
};

export const NO_DRAFTS: Drafts = { text: '', slots: {} };

export const initialChatView = (drafts: Drafts): ChatView => ({
  mode: 'read',
  drafts,
  editing: null,
  slot: 0,
  column: 0,
  turnId: null,
  anchor: null,
  unfolded: false,
  over: null,
});

export function chatReducer(view: ChatView, action: ChatAction): ChatView {
  switch (action.type) {
    case 'write':
      return { ...view, mode: 'write' };
    case 'fill':
      return { ...view, mode: 'slots' };
    case 'edit':
      return { ...view, mode: 'write', editing: { turnId: action.turnId, text: action.text } };
    case 'leave':
      return { ...view, mode: 'read', editing: null };
    case 'type':
      return view.editing === null
        ? { ...view, drafts: { ...view.drafts, text: action.text } }
        : { ...view, editing: { ...view.editing, text: action.text } };
    case 'slot':
      return { ...view, slot: action.index };
    case 'value':
      return {
        ...view,
        drafts: { ...view.drafts, slots: { ...view.drafts.slots, [action.name]: action.text } },
      };
    case 'sent':
      return { ...sentDraft(view), editing: null, turnId: null, anchor: null };
    case 'column':
      return { ...view, column: action.index };
    case 'turn':
      return { ...view, turnId: action.turnId, anchor: action.anchor };
    case 'scroll':
      return { ...view, anchor: action.anchor };
    case 'fold':
      return { ...view, unfolded: !view.unfolded };
    case 'open':
      return { ...view, over: action.over };
    case 'close':
      return { ...view, over: null };
  }
}

/** A new message that was written is gone from the field; an edit and the slot form leave it as it was. */
function sentDraft(view: ChatView): ChatView {
  if (view.mode !== 'write' || view.editing !== null) return view;
  return { ...view, drafts: { ...view.drafts, text: '' } };
}
