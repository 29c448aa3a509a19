import type { Dispatch } from 'react';
import { useWorkbench } from '../../app/react.tsx';
import type { ChatReply, ChatTurn } from '../../domain/chat/types.ts';
import { chatBindings } from '../../keys/bindings/chat.ts';
import { useBindings } from '../../keys/hooks.tsx';
import type { ChatAction, ChatView } from './reducer.ts';
import type { ConversationActions } from './use-conversation.ts';

export interface ChatKeys {
  readonly view: ChatView;
  readonly dispatch: Dispatch<ChatAction>;
  readonly asking: ConversationActions;
  readonly turns: readonly ChatTurn[];
  readonly busy: boolean;
  /** The turn and the reply that keys mean; null before there is one. */
  readonly turn: ChatTurn | null;
  readonly reply: ChatReply | null;
  /** Whether the template has a student prompt with slots. */
  readonly hasSlots: boolean;
  /** Chooses the exchange before (-1) or after (1). */
  readonly onStep: (by: 1 | -1) => void;
}

const ANSWERS_STREAMING = 'answers are still coming: Ctrl-C stops them';

function replyDisabledReason(reply: ChatReply | null): string | null {
  if (reply === null) return 'there is no answer yet';
  if (reply.status === 'streaming') return 'this answer is still coming';
  return reply.text.trim() === '' ? 'this answer is empty' : null;
}

/** Every key of the screen, from its one table. */
export function useChatKeys(keys: ChatKeys): void {
  const { view, dispatch, asking, turns, busy, turn, reply, hasSlots, onStep } = keys;
  const { chat, navigation } = useWorkbench();
  const silent = turn === null ? 'nothing was said yet' : null;
  const again = silent ?? (busy ? ANSWERS_STREAMING : null);
  const noReply = replyDisabledReason(reply);
  const columns = turn?.replies.length ?? 0;
  const column = Math.min(view.column, Math.max(0, columns - 1));
  const at = turn === null ? -1 : turns.indexOf(turn);
  const withTurn = (act: (one: ChatTurn) => void) => (): void => {
    if (turn !== null) act(turn);
  };
  const side = (index: number) => ({
    run: () => dispatch({ type: 'column', index }),
    disabledReason: columns < 2 ? 'one model answered' : index < 0 || index >= columns ? 'there is no other' : null,
  });
  useBindings('screen', chatBindings, {
    'chat.write': {
      run: () => dispatch({ type: 'write' }),
      disabledReason: view.mode === 'read' ? null : 'a field is open',
    },
    'chat.models': () => dispatch({ type: 'open', over: 'models' }),
    'chat.form': {
      run: () => dispatch({ type: 'fill' }),
      disabledReason: hasSlots ? null : 'the student prompt of the template has no slots (2)',
    },
    'chat.settings': () => dispatch({ type: 'open', over: 'parameters' }),
    'chat.system': () => dispatch({ type: 'open', over: 'system' }),
    'chat.stop': { run: chat.stop, disabledReason: busy ? null : 'no answer is coming' },
    'chat.regenerate': {
      run: withTurn((one) => {
        if (at < turns.length - 1) dispatch({ type: 'open', over: 'regenerate' });
        else {
          asking.regenerate(one);
          dispatch({ type: 'sent' });
        }
      }),
      disabledReason: again,
    },
    'chat.resend': {
      run: withTurn((one) => dispatch({ type: 'edit', turnId: one.id, text: one.user })),
      disabledReason: again,
    },
    'chat.keep': {
      run: withTurn((one) => {
        if (reply !== null) asking.saveAsRow(one, reply);
      }),
      disabledReason: noReply,
    },
    'chat.save': { run: () => dispatch({ type: 'open', over: 'save' }), disabledReason: silent },
    'chat.copy': {
      run: () => {
        if (reply !== null) navigation.copy(reply.text, `the answer of ${reply.model}`);
      },
      disabledReason: noReply,
    },
    'chat.thoughts': {
      run: () => dispatch({ type: 'fold' }),
      disabledReason: turns.some(({ replies }) => replies.some(({ thoughts }) => thoughts !== undefined))
        ? null
        : 'no model has thought aloud',
    },
    'chat.clear': { run: () => dispatch({ type: 'open', over: 'clear' }), disabledReason: silent },
    'chat.reply-left': side(column - 1),
    'chat.reply-right': side(column + 1),
    'chat.earlier': { run: () => onStep(-1), disabledReason: at > 0 ? null : 'this is the first exchange' },
    'chat.later': { run: () => onStep(1), disabledReason: at < turns.length - 1 ? null : 'this is the last exchange' },
  });
}
