import { formatUsd } from '../../domain/pricing/format.ts';
import { clockTime } from '../../domain/text/figures.ts';
import type { OperationSnapshot } from '../../operations/channel/types.ts';

/** How long it has run, or ran. */
export const elapsedOf = (operation: OperationSnapshot, now: number): string =>
  clockTime((operation.endedAt ?? now) - operation.startedAt);

export const isLive = (operation: OperationSnapshot): boolean =>
  operation.status === 'running' || operation.status === 'paused';

/** What it left behind, or what went wrong, in a line; empty while it runs well. */
export function outcomeOf(operation: OperationSnapshot): string {
  if (operation.problem !== null) return operation.problem.what;
  if (operation.receipt === null) return '';
  const { summary, costUsd } = operation.receipt;
  return `${summary} · ${costUsd === null ? 'cost unknown' : formatUsd(costUsd)}`;
}
