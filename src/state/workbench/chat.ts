import { transcriptMarkdown } from '../../domain/chat/transcript.ts';
import type { ChatTurn } from '../../domain/chat/turn.ts';
import { exampleId } from '../../domain/dataset/identity.ts';
import { failed, type Outcome, ok } from '../../domain/text/problem.ts';
import type { ChatDetail, OperationHandle } from '../../operations/channel/types.ts';
import { messagesFor } from '../../operations/chat/history.ts';
import { startChatTurn } from '../../operations/chat/start.ts';
import { plainRow } from '../../operations/dataset/import.ts';
import { createConversation } from './conversation.ts';
import { type Core, ROWS_SAFE } from './core.ts';
import type { ChatActions, ChatFeed } from './types.ts';

export interface ChatParts {
  readonly actions: ChatActions;
  readonly feed: ChatFeed;
}

export function createChat(core: Core): ChatParts {
  const conversation = createConversation(core);
  const handles = new Map<string, OperationHandle<ChatDetail>>();

  function stop(): void {
    for (const handle of handles.values()) if (handle.snapshot().projectId === core.project().id) handle.cancel();
  }

  function send(user: string, settings: Parameters<ChatActions['send']>[1]): void {
    if (user.trim() === '' || settings.models.length === 0) {
      core.note(settings.models.length === 0 ? 'Choose a model first.' : 'There is nothing to send.');
      return;
    }
    const { id, providerId } = core.project();
    const { models, system, sampling, alone = false } = settings;
    core.keeper.change(id, (project) => ({ ...project, chat: { models, system, sampling } }));
    const history = conversation.turns();
    const turnId = core.deps.newId();
    conversation.begin(id, { id: turnId, system, user, ...(alone ? { alone } : {}), replies: [] });
    const handle = startChatTurn(core.operations, {
      projectId: id,
      providerId,
      turnId,
      system,
      user,
      alone,
      models,
      sampling,
      history,
      costOf: core.costOf,
      onTurn: (turn) => conversation.grow(id, turn),
    });
    handles.set(handle.id, handle);
    void handle.finished.then(() => handles.delete(handle.id));
  }

  function keep(turnId: string, model: string): Outcome<string> {
    const turns = conversation.turns();
    const index = turns.findIndex((turn) => turn.id === turnId);
    const turn = turns[index];
    const reply = turn?.replies.find((candidate) => candidate.model === model);
    if (turn === undefined || reply === undefined || reply.text.trim() === '') {
      return failed({
        what: 'There is no answer to keep.',
        saved: ROWS_SAFE,
        next: 'Wait for the answer, then keep it.',
      });
    }
    const prompt = messagesFor(model, turn.system, turn.alone === true ? [] : turns.slice(0, index), turn.user);
    const id = exampleId([...prompt, { role: 'assistant', content: reply.text }]);
    const projectId = core.project().id;
    if (core.operations.rows.get(projectId, id) !== null) return ok('This exchange is a row already.');
    const row = plainRow(projectId, id, 'chat', prompt, reply.text, core.deps.clock.now());
    const { answer, costUsd } = reply;
    const origin = { model, usage: answer?.usage ?? null, finishReason: answer?.finishReason ?? null, costUsd };
    try {
      core.operations.rows.put([{ ...row, ...origin, rating: 'accepted' }]);
      return ok('Kept as an accepted row.');
    } catch (error) {
      return failed({ what: String(error), saved: ROWS_SAFE, next: 'Try again.' });
    }
  }

  const feed: ChatFeed = {
    subscribe: (listener) => conversation.subscribe(listener),
    clear() {
      stop();
      core.guard('The conversation is as it was.', () => conversation.clear());
    },
  };
  const actions: ChatActions = {
    send,
    stop,
    keep,
    turns: () => conversation.turns(),
    rewind(turnId) {
      stop();
      const turn: ChatTurn | undefined = conversation.turns().find(({ id }) => id === turnId);
      if (turn === undefined) return null;
      core.guard('The conversation is as it was.', () => conversation.cutFrom(turnId));
      return turn.user;
    },
    exportTranscript: (path) =>
      core.attempt('The conversation is kept in the project.', async () => {
        const text = transcriptMarkdown(conversation.turns(), core.project().name);
        return `Saved to ${await core.deps.documents.writeText(path, text)}.`;
      }),
  };
  return { actions, feed };
}
