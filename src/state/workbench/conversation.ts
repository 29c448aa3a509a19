import type { ChatTurn } from '../../domain/chat/turn.ts';
import type { Core } from './core.ts';

/** The turns of each project's conversation: on disk when they begin and when they end, told as they grow. */
export interface Conversation {
  /** Of the current project. The same array until something changes. */
  turns(): readonly ChatTurn[];
  begin(projectId: string, turn: ChatTurn): void;
  /** A turn that was cut away meanwhile stays away. */
  grow(projectId: string, turn: ChatTurn): void;
  cutFrom(turnId: string): void;
  clear(): void;
  subscribe(listener: () => void): () => void;
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

export function createConversation(core: Core): Conversation {
  const { transcripts } = core.deps;
  const known = new Map<string, readonly ChatTurn[]>();
  const listeners = new Set<() => void>();

  function of(projectId: string): readonly ChatTurn[] {
    const before = known.get(projectId);
    if (before !== undefined) return before;
    const read = transcripts.turns(projectId).map(settled);
    known.set(projectId, read);
    return read;
  }

  function change(projectId: string, turns: readonly ChatTurn[]): void {
    known.set(projectId, turns);
    for (const listener of [...listeners]) listener();
  }

  function save(projectId: string, turn: ChatTurn): void {
    core.guard('The answer is in this window but not on disk.', () => transcripts.save(projectId, turn));
  }

  function cutFrom(turnId: string): void {
    const projectId = core.project().id;
    const turns = of(projectId);
    const index = turns.findIndex((turn) => turn.id === turnId);
    if (index < 0) return;
    transcripts.removeFrom(projectId, turnId);
    change(projectId, turns.slice(0, index));
  }

  return {
    turns: () => of(core.project().id),
    begin(projectId, turn) {
      save(projectId, turn);
      change(projectId, [...of(projectId).filter(({ id }) => id !== turn.id), turn]);
    },
    grow(projectId, turn) {
      const turns = of(projectId);
      const index = turns.findIndex(({ id }) => id === turn.id);
      if (index < 0) return;
      // A finished answer is on disk before it is told.
      if (!isStreaming(turn)) save(projectId, turn);
      change(projectId, turns.with(index, turn));
    },
    cutFrom,
    clear() {
      const [first] = of(core.project().id);
      if (first !== undefined) cutFrom(first.id);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
