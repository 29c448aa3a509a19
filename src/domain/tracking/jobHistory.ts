import { measuredPoints } from '../training/curve.ts';
import { readResultFile } from '../training/resultFile.ts';
import type { JobEvent, StepMetrics } from '../training/types.ts';
import type { HistoryRow, Json, SystemRow } from './types.ts';

/** Figures of a step by the names of the service's result files, and two that only its events tell. */
const NAMES: readonly (readonly [keyof StepMetrics, string])[] = [
  ['trainLoss', 'train_loss'],
  ['trainTokenAccuracy', 'train_accuracy'],
  ['validLoss', 'valid_loss'],
  ['validTokenAccuracy', 'valid_mean_token_accuracy'],
  ['fullValidLoss', 'full_valid_loss'],
  ['fullValidTokenAccuracy', 'full_valid_mean_token_accuracy'],
];

/**
 * What a job measured, a row a step. First the steps its events told, which may have been sent while it ran and keep
 * their place; then those that only the result file has. Empty cells are left out.
 */
export function jobHistory(
  events: readonly JobEvent[],
  results: string | null,
  startedAt: number,
): readonly HistoryRow[] {
  const times = timesOf(events);
  const told = measuredPoints(events).map((point) => ({
    step: point.step,
    at: times.get(point.step) ?? startedAt,
    values: figuresOf(point),
  }));
  const known = new Set(told.map(({ step }) => step));
  const rest = results === null ? [] : readResultFile(results).filter(({ step }) => !known.has(step));
  const last = told.at(-1)?.at ?? startedAt;
  const rows = [...told, ...rest.map(({ step, values }) => ({ step, at: last, values }))];
  return rows.filter(({ values }) => Object.keys(values).length > 0);
}

/** How fast the job went: steps a second between the measured steps, where the clock tells them apart. */
export function jobPace(events: readonly JobEvent[]): readonly SystemRow[] {
  const rows: SystemRow[] = [];
  let before: { readonly step: number; readonly at: number } | null = null;
  for (const [step, at] of [...timesOf(events)].toSorted(([a], [b]) => a - b)) {
    if (before !== null && at <= before.at) continue;
    if (before !== null)
      rows.push({ at, values: { steps_per_second: ((step - before.step) / (at - before.at)) * 1000 } });
    before = { step, at };
  }
  return rows;
}

function figuresOf(point: StepMetrics): Readonly<Record<string, Json>> {
  return Object.fromEntries(
    NAMES.flatMap(([field, name]) => {
      const figure = point[field];
      return figure === null ? [] : [[name, figure]];
    }),
  );
}

/** When each step was told, in milliseconds since the epoch. */
function timesOf(events: readonly JobEvent[]): ReadonlyMap<number, number> {
  return new Map(
    events.flatMap(({ metrics, createdAt }) => (metrics === null ? [] : [[metrics.step, createdAt * 1000]])),
  );
}
