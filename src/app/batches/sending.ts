import { sharePrice } from '../../domain/batches/limits.ts';
import type { BatchRecord } from '../../domain/batches/record.ts';
import { chatCost } from '../../domain/pricing/cost.ts';
import type { Dispatcher, DispatchParts } from '../completions/dispatcher.ts';
import type { CostOf, RequestTarget } from '../completions/requests.ts';
import type { OperationDeps } from '../core/deps.ts';
import { BatchDispatcher } from './dispatcher.ts';

export type SendingDeps = Pick<OperationDeps, 'batches' | 'rows' | 'providers' | 'prices'>;

/** How a plan's requests go: call by call, or in batches of at most so many. */
export interface Sending {
  readonly inBatches?: boolean | undefined;
  readonly batchSize?: number | undefined;
}

/** Answers in a batch cost a share of what calls cost. */
export const batchCost =
  (costOf: CostOf): CostOf =>
  (usage) =>
    sharePrice(costOf(usage), true);

/** Whom a batch of before asked, at the price of now. */
export const targetOf =
  (prices: OperationDeps['prices']) =>
  ({ kind, providerId, asked, keepThoughts, existing }: BatchRecord): RequestTarget => ({
    kind,
    providerId,
    shape: asked,
    keepThoughts,
    ...(existing === undefined ? {} : { existing }),
    costOf: batchCost((usage) => chatCost(usage, asked.model, prices(providerId))),
  });

/** What sends the requests of a plan; nothing where that is call by call. */
export function dispatcherOf(
  deps: SendingDeps,
  { inBatches, batchSize }: Sending,
): ((parts: DispatchParts) => Dispatcher) | undefined {
  if (inBatches !== true) return undefined;
  return byFile(deps, { batchSize: batchSize ?? null, onlyTakesUp: false });
}

/** What takes up batches of before, and sends nothing. */
export const takingUp = (deps: SendingDeps): ((parts: DispatchParts) => Dispatcher) =>
  byFile(deps, { batchSize: null, onlyTakesUp: true });

const byFile =
  (deps: SendingDeps, how: { readonly batchSize: number | null; readonly onlyTakesUp: boolean }) =>
  (parts: DispatchParts): Dispatcher => {
    const { batches, rows, providers, prices } = deps;
    return new BatchDispatcher(parts, { batches, rows, providers, targetOf: targetOf(prices), ...how });
  };

/** The target of a plan's requests, at the price of how they are sent. */
export const sentAt = (target: RequestTarget, { inBatches }: Sending): RequestTarget =>
  inBatches === true ? { ...target, costOf: batchCost(target.costOf) } : target;
