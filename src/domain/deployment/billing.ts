import { formatUsd } from '../text/format.ts';
import type { DeploymentRecord, DeploymentStage, DeploymentView } from './types.ts';

/** Stages in which a provider bills: one that failed may be, until it is gone. */
const BILLED: ReadonlySet<DeploymentStage> = new Set(['starting', 'ready', 'failed', 'leaving']);

const HOUR_MS = 3_600_000;

/**
 * The record after a look at the provider. The time between two looks counts as running when it was running at the first,
 * and that before the first when it is there at all: where it stopped in between, that is the most it can have cost.
 */
export function afterLook(record: DeploymentRecord, view: DeploymentView, now: number): DeploymentRecord {
  const ran = record.billedSince === null ? 0 : Math.max(0, now - record.billedSince);
  const seen = { ...record, view: { ...view, model: view.model ?? record.view.model }, seenAt: now };
  if (!BILLED.has(view.stage)) return { ...seen, billedMs: record.billedMs + ran, billedSince: null, answered: false };
  return { ...seen, billedSince: record.billedSince ?? (record.billedMs === 0 ? record.askedAt : now) };
}

/** Whether it costs money while nobody uses it. */
export const isBilled = ({ billedSince, usdPerHour }: DeploymentRecord): boolean =>
  billedSince !== null && usdPerHour !== 0;

/** Hours that it ran. */
export const hoursOf = ({ billedMs, billedSince }: DeploymentRecord, now: number): number =>
  (billedMs + (billedSince === null ? 0 : Math.max(0, now - billedSince))) / HOUR_MS;

/** US$ of the hours it ran; null where the price is unknown. */
export function costSoFar(record: DeploymentRecord, now: number): number | null {
  return record.usdPerHour === null ? null : record.usdPerHour * hoursOf(record, now);
}

/** `$3.99 an hour`, `an unknown price an hour`, `nothing by the hour`. */
export function hourlyText(usdPerHour: number | null): string {
  if (usdPerHour === null) return 'an unknown price an hour';
  return usdPerHour === 0 ? 'nothing by the hour' : `${formatUsd(usdPerHour)} an hour`;
}

/** `2.4 h, $9.60 so far`; the money left out where it is unknown. */
export function soFarText(record: DeploymentRecord, now: number): string {
  const hours = `${hoursOf(record, now).toFixed(1)} h`;
  const cost = costSoFar(record, now);
  return cost === null ? `${hours}, cost unknown` : `${hours}, ${formatUsd(cost)} so far`;
}
