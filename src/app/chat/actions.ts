import { transcriptMarkdown } from '../../domain/chat/transcript.ts';
import type { ChatTurn, Sampling } from '../../domain/chat/types.ts';
import { failed, type Outcome, ok } from '../../domain/common/outcome.ts';
import { exampleId } from '../../domain/dataset/row.ts';
import { createKeyMask } from '../../domain/text/key-mask.ts';
import { ROWS_SAFE, type WorkbenchContext } from '../core/context.ts';
import { plainRow } from '../dataset/import.ts';
import type { ChatProgress, OperationHandle } from '../runtime/operation.ts';
import type { ExportPath } from '../runtime/ports.ts';
import { createConversation } from './conversation.ts';
import { messagesFor, startChatTurn } from './start.ts';

export interface ChatActions {
  /** Turns of the current project's conversation, kept across restarts. */
  turns(): readonly ChatTurn[];
  /** Asks every model of the plan; the turn grows at most every 33 ms. */
  send(
    text: string,
    settings: {
      readonly models: readonly string[];
      readonly system: string;
      readonly sampling: Sampling;
      /** Asks without what was said before, as in training. */
      readonly alone?: boolean;
    },
  ): void;
  stop(): void;
  /** Drops the turn and all after it, for regenerate and edit-and-resend; gives its text back. */
  rewind(turnId: string): string | null;
  /** Saves Markdown; says where. `addRow` is in `keep`. */
  exportTranscript(to: ExportPath): Promise<Outcome<string>>;
  /** Makes the reply of one model a dataset row. */
  keep(turnId: string, model: string): Outcome<string>;
}

export interface Chat {
  readonly actions: ChatActions;
  /** Stores what found no room before. */
  resume(): void;
  /** Once more, before what is in memory alone is gone. */
  close(): void;
}

export function createChat(context: WorkbenchContext): Chat {
  const conversation = createConversation(context);
  const handles = new Map<string, OperationHandle<ChatProgress>>();

  function stop(): void {
    for (const handle of handles.values()) if (handle.snapshot().projectId === context.project().id) handle.cancel();
  }

  function send(user: string, settings: Parameters<ChatActions['send']>[1]): void {
    if (user.trim() === '' || settings.models.length === 0) {
      context.note(settings.models.length === 0 ? 'Choose a model first.' : 'There is nothing to send.');
      return;
    }
    const { id, providerId } = context.project();
    const { models, system, sampling, alone = false } = settings;
    context.projectAutosave.change(id, (project) => ({ ...project, chat: { models, system, sampling } }));
    const history = conversation.turns();
    const turnId = context.deps.newId();
    conversation.begin(id, { id: turnId, system, user, ...(alone ? { alone } : {}), replies: [] });
    const handle = startChatTurn(context.operations, {
      projectId: id,
      providerId,
      turnId,
      system,
      user,
      alone,
      models,
      sampling,
      history,
      costOf: context.costOf(providerId),
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
    const projectId = context.project().id;
    if (context.operations.rows.get(projectId, id) !== null) return ok('This exchange is a row already.');
    const row = plainRow(projectId, id, 'chat', prompt, reply.text, context.deps.clock.now());
    const { answer, costUsd } = reply;
    const origin = { model, usage: answer?.usage ?? null, finishReason: answer?.finishReason ?? null, costUsd };
    try {
      context.operations.rows.put([{ ...row, ...origin, rating: 'unrated' }]);
      return ok('Kept as a row that is not rated yet: a model may be wrong about its own answer.');
    } catch (error) {
      return failed({ what: String(error), saved: ROWS_SAFE, next: 'Try again.' });
    }
  }

  const actions: ChatActions = {
    send,
    stop,
    keep,
    turns: () => conversation.turns(),
    rewind(turnId) {
      stop();
      const turn: ChatTurn | undefined = conversation.turns().find(({ id }) => id === turnId);
      if (turn === undefined) return null;
      context.guard('The conversation is as it was.', () => conversation.cutFrom(turnId));
      return turn.user;
    },
    exportTranscript: ({ path, replace }) =>
      context.attempt('The conversation is kept in the project.', async () => {
        const text = transcriptMarkdown(conversation.turns(), context.project().name);
        const { documents, keysInUse } = context.deps;
        const keys = createKeyMask(keysInUse());
        const where = await documents.writeText(path, keys.mask(text), { work: 'transcript', replace });
        return `Saved to ${where}.${keys.told()}`;
      }),
  };
  const takeBack = (): void =>
    context.guard('Answers of before that found no room are kept where they are.', () => conversation.takeBack());
  return { actions, resume: takeBack, close: takeBack };
}
