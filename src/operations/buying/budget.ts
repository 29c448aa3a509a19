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
