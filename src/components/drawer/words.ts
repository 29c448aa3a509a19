import { formatUsd } from '../../domain/pricing/format.ts';
import type { OperationSnapshot } from '../../operations/channel/types.ts';

/** `00:19`, `12:05`, `1:02:03`. */
export function clockTime(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const two = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

/** `65%`; 100% only when it is done. */
export function percent(fraction: number): string {
  const share = Number.isFinite(fraction) ? Math.max(0, Math.min(1, fraction)) : 0;
  return `${share >= 1 ? 100 : Math.min(99, Math.floor(share * 100))}%`;
}

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
