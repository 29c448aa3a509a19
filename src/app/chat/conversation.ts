import type { ChatTurn } from '../../domain/chat/types.ts';
import type { WorkbenchContext } from '../core/context.ts';

/** The turns of each project's conversation: on disk when they begin and when they end. */
export interface Conversation {
  /** Of the current project. The same array until something changes. */
  turns(): readonly ChatTurn[];
  begin(projectId: string, turn: ChatTurn): void;
  /** A turn that was cut away meanwhile stays away. */
  grow(projectId: string, turn: ChatTurn): void;
  cutFrom(turnId: string): void;
}

const isStreaming = (turn: ChatTurn): boolean => turn.replies.some((reply) => reply.status === 'streaming');

/** A reply that was coming when the app was killed will come no more. */
function settled(turn: ChatTurn): ChatTurn {
  if (!isStreaming(turn)) return turn;
  const replies = turn.replies.map((reply) =>
    reply.status === 'streaming' ? { ...reply, status: 'stopped' as const } : reply,
  );
  return { ...turn, replies };
}

export function createConversation(context: WorkbenchContext): Conversation {
  const { transcripts } = context.deps;
  const known = new Map<string, readonly ChatTurn[]>();

  function of(projectId: string): readonly ChatTurn[] {
    const before = known.get(projectId);
    if (before !== undefined) return before;
    const read = transcripts.turns(projectId).map(settled);
    known.set(projectId, read);
    return read;
  }

  function change(projectId: string, turns: readonly ChatTurn[]): void {
    known.set(projectId, turns);
    context.reads.invalidate('conversation');
  }

  function save(projectId: string, turn: ChatTurn): void {
    context.guard('The answer is in this window but not on disk.', () => transcripts.save(projectId, turn));
  }

  function cutFrom(turnId: string): void {
    const projectId = context.project().id;
    const turns = of(projectId);
    const index = turns.findIndex((turn) => turn.id === turnId);
    if (index < 0) return;
    transcripts.removeFrom(projectId, turnId);
    change(projectId, turns.slice(0, index));
  }

  return {
    turns: () => of(context.project().id),
    begin(projectId, turn) {
      save(projectId, turn);
      change(projectId, [...of(projectId).filter(({ id }) => id !== turn.id), turn]);
    },
    grow(projectId, turn) {
      const turns = of(projectId);
      const index = turns.findIndex(({ id }) => id === turn.id);
      if (index < 0) return;
      // A finished answer is on disk before it is shown.
      if (!isStreaming(turn)) save(projectId, turn);
      change(projectId, turns.with(index, turn));
    },
    cutFrom,
  };
}
