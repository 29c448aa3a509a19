import { describe, expect, it } from 'vitest';
import {
  type ChatAction,
  type ChatView,
  chatReducer,
  initialChatView,
  NO_DRAFTS,
} from '../../../src/screens/chat/reducer.ts';

const following = (...actions: readonly ChatAction[]): ChatView =>
  actions.reduce(chatReducer, initialChatView(NO_DRAFTS));

describe('what the chat screen remembers', () => {
  it('a sent message leaves the field empty and shows the newest exchange', () => {
    const anchor = { turnId: 'a', row: 2 };
    const view = following(
      { type: 'turn', turnId: 'a', anchor },
      { type: 'write' },
      { type: 'type', text: 'Hi' },
      { type: 'sent' },
    );
    expect(view).toMatchObject({ mode: 'write', drafts: { text: '' }, turnId: null, anchor: null });
  });

  it('an edit keeps the draft of the new message, sent or not', () => {
    const draft = [{ type: 'write' }, { type: 'type', text: 'new' }, { type: 'leave' }] as const;
    const edit = [
      { type: 'edit', turnId: 'a', text: 'old' },
      { type: 'type', text: 'older' },
    ] as const;
    expect(following(...draft, ...edit)).toMatchObject({ editing: { text: 'older' }, drafts: { text: 'new' } });
    expect(following(...draft, ...edit, { type: 'leave' })).toMatchObject({ editing: null, drafts: { text: 'new' } });
    expect(following(...draft, ...edit, { type: 'sent' })).toMatchObject({ editing: null, drafts: { text: 'new' } });
  });

  it('slot values and the draft outlive what is sent from the other', () => {
    const view = following(
      { type: 'type', text: 'draft' },
      { type: 'fill' },
      { type: 'value', name: 'race', text: 'mermaid' },
      { type: 'sent' },
    );
    expect(view).toMatchObject({ mode: 'slots', drafts: { text: 'draft', slots: { race: 'mermaid' } } });
  });
});
