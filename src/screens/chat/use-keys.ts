import type { Dispatch } from 'react';
import type { ChatReply, ChatTurn } from '../../domain/chat/turn.ts';
import { chatBindings } from '../../keys/bindings/chat.ts';
import { useBindings } from '../../keys/index.ts';
import { useWorkbench } from '../../state/context.tsx';
import type { ChatAction, ChatView } from './reducer.ts';
import type { Asking } from './use-asking.ts';

export interface ChatKeys {
  readonly view: ChatView;
  readonly dispatch: Dispatch<ChatAction>;
  readonly asking: Asking;
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

const COMING = 'answers are still coming: Ctrl-C stops them';

function replyTrouble(reply: ChatReply | null): string | null {
  if (reply === null) return 'there is no answer yet';
  if (reply.status === 'streaming') return 'this answer is still coming';
  return reply.text.trim() === '' ? 'this answer is empty' : null;
}

/** Every key of the screen, from its one table. */
export function useChatKeys(keys: ChatKeys): void {
  const { view, dispatch, asking, turns, busy, turn, reply, hasSlots, onStep } = keys;
  const { chat, navigation } = useWorkbench();
  const silent = turn === null ? 'nothing was said yet' : null;
  const again = silent ?? (busy ? COMING : null);
  const noReply = replyTrouble(reply);
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
          asking.again(one);
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
        if (reply !== null) asking.keep(one, reply);
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
    'chat.clear': { run: () => dispatch({ type: 'open', over: 'clear' }), disabledReason: silent },
    'chat.reply-left': side(column - 1),
    'chat.reply-right': side(column + 1),
    'chat.earlier': { run: () => onStep(-1), disabledReason: at > 0 ? null : 'this is the first exchange' },
    'chat.later': { run: () => onStep(1), disabledReason: at < turns.length - 1 ? null : 'this is the last exchange' },
  });
}
