import { nextBlind } from '../../operations/evaluate/blind.ts';
import type { Core } from './core.ts';
import type { Evaluating } from './evaluate.ts';
import type { BlindActions } from './evaluateTypes.ts';

const VOTES_SAFE = 'The votes before are on disk.';

export function createBlindActions(core: Core, { actions, changed }: Evaluating): BlindActions {
  const { votes, clock } = core.deps;
  return {
    votes: (evaluationId) => votes.list(evaluationId),
    vote: (evaluationId, vote) =>
      core.guard(VOTES_SAFE, () => {
        votes.add(evaluationId, { ...vote, at: clock.now() });
        changed();
      }),
    undo(evaluationId) {
      const was = votes.removeNewest(evaluationId);
      changed();
      return was;
    },
    next: (evaluationId, pair, skipped) =>
      nextBlind(evaluationId, actions.items(evaluationId), votes.list(evaluationId), pair, skipped),
  };
}
