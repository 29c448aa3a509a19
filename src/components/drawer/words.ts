import { formatUsd } from '../../domain/pricing/format.ts';
import { clockTime } from '../../domain/text/figures.ts';
import type { OperationSnapshot } from '../../operations/channel/types.ts';
import { sizeOf } from '../tracking/index.ts';

/** How long it has run, or ran. */
export const elapsedOf = (operation: OperationSnapshot, now: number): string =>
  clockTime((operation.endedAt ?? now) - operation.startedAt);

export const isLive = (operation: OperationSnapshot): boolean =>
  operation.status === 'running' || operation.status === 'paused';

/** What it left behind, or what went wrong, in a line; while it runs well, what it does now where it tells. */
export function outcomeOf(operation: OperationSnapshot): string {
  const { problem, receipt, detail } = operation;
  if (problem !== null) return problem.what;
  if (receipt === null)
    return detail.kind === 'sync' && isLive(operation) ? `${detail.doing}  ${sizeOf(detail)}`.trimEnd() : '';
  const { summary, costUsd } = receipt;
  if (detail.kind === 'sync') {
    // Nothing is bought; what one wants of it is where it went.
    const { url } = detail;
    return url === null || summary.includes(url) ? summary : `${summary} ${url}`;
  }
  return `${summary} · ${costUsd === null ? 'cost unknown' : formatUsd(costUsd)}`;
}
