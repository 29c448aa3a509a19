import type { ChatTurn } from '../../domain/chat/types.ts';
import { plural } from '../../domain/text/format.ts';
import { unstoredText } from '../completions/unstored.ts';
import type { WorkbenchContext } from '../core/context.ts';
import { problemOf } from '../runtime/errors.ts';
import type { UnstoredTurn } from '../runtime/spending-ports.ts';

/** The turns of each project's conversation: on disk when they begin and when they end. */
export interface Conversation {
  /** Of the current project. The same array until something changes. */
  turns(): readonly ChatTurn[];
  begin(projectId: string, turn: ChatTurn): void;
  /** A turn that was cut away meanwhile stays away. */
  grow(projectId: string, turn: ChatTurn): void;
  /** Throws when it cannot be written. */
  cutFrom(turnId: string): void;
  /** Stores the turns that found no room before, of other processes too. Throws when there is none yet. */
  takeBack(): void;
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

const paidAnswers = (turns: readonly ChatTurn[]): number =>
  turns.flatMap(({ replies }) => replies.filter(({ text }) => text !== '')).length;

export function createConversation(context: WorkbenchContext): Conversation {
  const { transcripts, turnSpill } = context.deps;
  const known = new Map<string, readonly ChatTurn[]>();
  /** Answers of this process that wait for room. */
  let waiting = 0;

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

  /** Shows a turn of another process, which is on disk now. */
  function show({ projectId, turn }: UnstoredTurn): void {
    const turns = known.get(projectId);
    if (turns === undefined) return;
    const index = turns.findIndex(({ id }) => id === turn.id);
    change(projectId, index < 0 ? [...turns, turn] : turns.with(index, turn));
  }

  function takeBack(): void {
    let answers = 0;
    turnSpill.giveBack((unstored) => {
      for (const { projectId, turn } of unstored) transcripts.save(projectId, turn);
      answers = paidAnswers(unstored.map(({ turn }) => turn));
      unstored.forEach(show);
    });
    waiting = 0;
    if (answers > 0) context.note(`${plural(answers, 'answer')} of before, kept elsewhere, found room now.`);
  }

  function save(projectId: string, turn: ChatTurn): void {
    try {
      takeBack();
      transcripts.save(projectId, turn);
    } catch (error) {
      context.problem(problemOf(error, unstored(projectId, turn), 'Make room on the disk, then send again.'));
    }
  }

  /** Keeps what was paid for of a turn without room, and says where. */
  function unstored(projectId: string, turn: ChatTurn): string {
    const answers = paidAnswers([turn]);
    if (isStreaming(turn) || answers === 0) return 'The message is in this window but not on disk.';
    waiting += answers;
    const path = turnSpill.keep([{ projectId, turn }]);
    return unstoredText(waiting, path, { onDisk: 'the next message or start', inMemory: 'send another message' });
  }

  function cutFrom(turnId: string): void {
    const projectId = context.project().id;
    const turns = of(projectId);
    const index = turns.findIndex((turn) => turn.id === turnId);
    if (index < 0) return;
    // What waits for room would come back after its turn was cut away.
    takeBack();
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
    takeBack,
  };
}
