import type { Usage } from '../../domain/chat/types.ts';
import type { PricedRequest, RequestTarget } from './requests.ts';

/** Money of one run, US$. What is reserved is the worst case of the calls under way. The ledger keeps the project's cap. */
export interface Budget {
  /** Reserves the worst case of a call; false when spent + reserved + worst would pass the run's own cap. */
  reserve(worstUsd: number): boolean;
  /** Gives a reservation back and books what the call really cost. */
  settle(worstUsd: number, actualUsd: number): void;
  spentUsd(): number;
}

/** Forgives the rounding of adding many small floats, far below any price. */
const EPSILON_USD = 1e-9;

export function createBudget(cap: number | null): Budget {
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
    spentUsd: () => spent,
  };
}

/** What calls may cost, from what the answers so far were billed. */
export interface CostEstimator {
  /** US$ a call may cost at most, as far as is known now. */
  worstUsd(work: PricedRequest): number;
  learn(work: PricedRequest, usage: Usage): void;
}

/** The most of what was billed, as multiples of what was reckoned with. */
interface Bill {
  readonly prompt: number;
  readonly completion: number;
}

/**
 * Our count of a prompt is not the server's: a template of its own, tools, another encoding may bill more; and a server may
 * write, or bill, more than it was allowed. Once a target has answered, its calls are taken to cost as many times our count
 * as the worst one seen. They are never taken for less than our count, for the next may be of another kind. `known` is what
 * the ledger knows of the target from before, as a multiple of the whole cost.
 */
export function createCostEstimator(known: (target: RequestTarget) => number = () => 1): CostEstimator {
  const bills = new Map<RequestTarget, Bill>();
  const before = new Map<RequestTarget, number>();
  const knownOf = (target: RequestTarget): number => {
    const multiple = before.get(target) ?? known(target);
    before.set(target, multiple);
    return multiple;
  };
  return {
    worstUsd({ target, worstUsage }) {
      if (worstUsage === null) return 0;
      const { prompt, completion } = bills.get(target) ?? { prompt: 1, completion: 1 };
      const billed = {
        ...worstUsage,
        promptTokens: Math.ceil(worstUsage.promptTokens * prompt),
        completionTokens: Math.ceil(worstUsage.completionTokens * completion),
      };
      return Math.max(target.costOf(billed) ?? 0, (target.costOf(worstUsage) ?? 0) * knownOf(target));
    },
    learn({ target, worstUsage }, { promptTokens, completionTokens }) {
      if (worstUsage === null) return;
      const most = bills.get(target) ?? { prompt: 1, completion: 1 };
      bills.set(target, {
        prompt: Math.max(most.prompt, multiple(promptTokens, worstUsage.promptTokens)),
        completion: Math.max(most.completion, multiple(completionTokens, worstUsage.completionTokens)),
      });
    },
  };
}

const multiple = (billed: number, reckoned: number): number => (reckoned === 0 ? 1 : billed / reckoned);
