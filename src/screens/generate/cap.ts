import type { GenerateDetail } from '../../operations/channel/types.ts';

type Spending = Pick<GenerateDetail, 'capUsd' | 'costUsd'>;

const STEP = 1.5;
const LEAST = 0.01;
const cents = (usd: number): number => Math.ceil(usd * 100) / 100;

/** Half as much again as the cap, or as what is spent already when there is none. */
export function raisedCap({ capUsd, costUsd }: Spending): number {
  return cents(Math.max(LEAST, (capUsd ?? costUsd ?? LEAST) * STEP));
}

/** Two thirds of the cap, never below what is spent: that is gone. Without a cap, what is spent becomes it. */
export function loweredCap({ capUsd, costUsd }: Spending): number {
  const spent = costUsd ?? 0;
  return cents(Math.max(spent, (capUsd ?? spent) / STEP));
}
