import type { Usage } from '../../domain/chat/types.ts';
import type { BatchRequest, RequestTarget } from './requests.ts';

/** Money of one run, US$. What is reserved is the worst case of the calls under way. */
export interface Budget {
  /** Reserves the worst case of a call; false when spent + reserved + worst would pass the cap. */
  reserve(worstUsd: number): boolean;
  /** Gives a reservation back and books what the call really cost. */
  settle(worstUsd: number, actualUsd: number): void;
  setCap(usd: number | null): void;
  capUsd(): number | null;
  spentUsd(): number;
}

/** Forgives the rounding of adding many small floats, far below any price. */
const EPSILON_USD = 1e-9;

export function createBudget(capUsd: number | null): Budget {
  let cap = capUsd;
  let spent = 0;
  let reserved = 0;
  return {
    reserve(worstUsd) {
      if (cap !== null && spent + reserved + worstUsd > cap + EPSILON_USD) return false;
      reserved += worstUsd;
      return true;
    },
    settle(worstUsd, actualUsd) {
      reserved = Math.max(0, reserved - worstUsd);
      spent += actualUsd;
    },
    setCap(usd) {
      cap = usd;
    },
    capUsd: () => cap,
    spentUsd: () => spent,
  };
}

/** What calls may cost, from what the answers so far were billed. */
export interface CostEstimator {
  /** US$ a call may cost at most, as far as is known now. */
  worstUsd(work: BatchRequest): number;
  learn(work: BatchRequest, usage: Usage): void;
}

/**
 * Our count of a prompt is not the server's: a template of its own, tools, another encoding may bill more. Once a
 * target has answered, its prompts are taken to cost as many times our count as the worst one seen. It is never taken
 * for less than our count, for the next prompt may be of another kind.
 */
export function createCostEstimator(): CostEstimator {
  const billedPerCounted = new Map<RequestTarget, number>();
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
