import { createHash } from 'node:crypto';
import { sameModel } from '../../domain/evaluation/statistics/paired.ts';
import type { EvaluatedItem, Vote } from '../../domain/evaluation/types.ts';
import type { ModelRef } from '../../domain/provider/models.ts';
import type { WorkbenchContext } from '../core/context.ts';
import type { EvaluationParts } from './actions.ts';

export interface BlindActions {
  votes(evaluationId: string): readonly Vote[];
  vote(evaluationId: string, vote: Omit<Vote, 'at'>): void;
  /** Takes back the newest vote; says whether there was one. */
  undo(evaluationId: string): boolean;
  /**
   * The next item that both answered and nobody judged, in a random but repeatable order; null when all are judged.
   * Items of `skipped` (ids) are passed over.
   */
  next(evaluationId: string, pair: readonly [ModelRef, ModelRef], skipped?: ReadonlySet<string>): BlindPair | null;
}

export interface BlindPair {
  readonly item: EvaluatedItem;
  /** Hidden from the person: which model's answer is shown first. */
  readonly first: ModelRef;
  readonly second: ModelRef;
}

const isOf = (vote: Vote, [a, b]: readonly [ModelRef, ModelRef]): boolean =>
  (sameModel(vote.first, a) && sameModel(vote.second, b)) || (sameModel(vote.first, b) && sameModel(vote.second, a));

/**
 * The next item both models answered and nobody judged between them, and whose answer is shown first. Both are drawn
 * by a hash of evaluation and item: without a pattern a person could learn, and the same after a restart.
 * Items of `skipped` (ids) are passed over.
 */
export function nextBlind(
  evaluationId: string,
  items: readonly EvaluatedItem[],
  votes: readonly Vote[],
  pair: readonly [ModelRef, ModelRef],
  skipped: ReadonlySet<string> = new Set(),
): { readonly item: EvaluatedItem; readonly first: ModelRef; readonly second: ModelRef } | null {
  const judged = new Set(votes.filter((vote) => isOf(vote, pair)).map((vote) => vote.itemId));
  let next: { readonly item: EvaluatedItem; readonly place: Buffer } | null = null;
  for (const item of items) {
    const { id } = item.item;
    if (judged.has(id) || skipped.has(id) || !pair.every((model) => answered(item, model))) continue;
    const place = createHash('sha256').update(`${evaluationId}:${id}`).digest();
    if (next === null || place.compare(next.place) < 0) next = { item, place };
  }
  if (next === null) return null;
  // The first bytes chose the item, so the side is read from the last, which say nothing of them.
  const [first, second] = (next.place.at(-1) ?? 0) % 2 === 0 ? pair : [pair[1], pair[0]];
  return { item: next.item, first, second };
}

const answered = ({ predictions }: EvaluatedItem, model: ModelRef): boolean =>
  predictions.some((prediction) => prediction?.status === 'done' && sameModel(prediction.model, model));

const VOTES_SAFE = 'The votes before are on disk.';

export function createBlindActions(context: WorkbenchContext, { actions, changed }: EvaluationParts): BlindActions {
  const { votes, clock } = context.deps;
  /** Who judges wants the next pair at once, not when the answers are read again. */
  const voted = (): void => {
    changed();
    context.reads.invalidate('evaluations');
  };
  return {
    votes: (evaluationId) => votes.list(evaluationId),
    vote: (evaluationId, vote) =>
      context.guard(VOTES_SAFE, () => {
        votes.add(evaluationId, { ...vote, at: clock.now() });
        voted();
      }),
    undo(evaluationId) {
      const was = votes.removeNewest(evaluationId);
      voted();
      return was;
    },
    next: (evaluationId, pair, skipped) =>
      nextBlind(evaluationId, actions.items(evaluationId), votes.list(evaluationId), pair, skipped),
  };
}
