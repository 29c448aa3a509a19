import type { Usage } from '../../domain/chat/types.ts';
import type { Target, Work } from './types.ts';

/** What calls may cost, from what the answers so far were billed. */
export interface Reserve {
  /** US$ a call may cost at most, as far as is known now. */
  worstUsd(work: Work): number;
  learn(work: Work, usage: Usage): void;
}

/**
 * Our count of a prompt is not the server's: a template of its own, tools, another encoding may bill more. Once a
 * target has answered, its prompts are taken to cost as many times our count as the worst one seen. It is never taken
 * for less than our count, for the next prompt may be of another kind.
 */
export function createReserve(): Reserve {
  const billedPerCounted = new Map<Target, number>();
  return {
    worstUsd({ target, worstUsage }) {
      if (worstUsage === null) return 0;
      const promptTokens = Math.ceil(worstUsage.promptTokens * (billedPerCounted.get(target) ?? 1));
      return target.costOf({ ...worstUsage, promptTokens }) ?? 0;
    },
    learn({ target, worstUsage }, { promptTokens }) {
      if (worstUsage === null || worstUsage.promptTokens === 0) return;
      const ratio = promptTokens / worstUsage.promptTokens;
      billedPerCounted.set(target, Math.max(billedPerCounted.get(target) ?? 1, ratio));
    },
  };
}
