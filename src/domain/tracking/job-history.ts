import type { CooperativeTask } from '../common/cooperative.ts';
import type { Json } from '../common/json.ts';
import { type CurveName, readResultFile } from '../training/metrics.ts';
import type { JobEvent, StepMetrics } from '../training/types.ts';
import type { HistoryRow, SystemRow } from './types.ts';

type Metrics = Readonly<Record<string, Json>>;

/** Figures of a step by the names of the service's result files, and two that only its events have. */
const NAMES: readonly (readonly [CurveName, string])[] = [
  ['trainLoss', 'train_loss'],
  ['trainTokenAccuracy', 'train_accuracy'],
  ['validLoss', 'valid_loss'],
  ['validTokenAccuracy', 'valid_mean_token_accuracy'],
  ['fullValidLoss', 'full_valid_loss'],
  ['fullValidTokenAccuracy', 'full_valid_mean_token_accuracy'],
];

/**
 * What a job's events report, a row a step, in the order in which the steps were first reported. Only the newest row grows
 * as events come: what is reported late of an earlier step, whose row may have been sent, is a row of its own at the end, of
 * what is new in it. So the rows of some events, but for the last, are the first rows of those events and more; while
 * more may come (`ended` is false) the last is left out.
 */
export function* eventRows(events: readonly JobEvent[], ended: boolean): CooperativeTask<readonly HistoryRow[]> {
  const rows: HistoryRow[] = [];
  const reported = new Map<number, Metrics>();
  for (const { metrics, createdAt } of events) {
    yield;
    if (metrics === null) continue;
    const { step } = metrics;
    const before = reported.get(step);
    const news = changedMetrics(metricsOf(metrics), before ?? {});
    reported.set(step, { ...before, ...news });
    const newest = rows.at(-1);
    if (newest?.step === step) rows[rows.length - 1] = { ...newest, values: { ...newest.values, ...news } };
    // A step without figures still says how fast the job goes; nothing new of a step that was reported says nothing.
    else if (before === undefined || !isEmpty(news)) rows.push({ step, at: createdAt * 1000, values: news });
  }
  return ended ? rows : rows.slice(0, -1);
}

/**
 * What a job measured: the rows of its events, which may have been sent while it ran and keep their place; then, by
 * step, what only the result file has. Rows without figures are left out.
 */
export function* jobHistory(
  reported: readonly HistoryRow[],
  results: string | null,
  startedAt: number,
): CooperativeTask<readonly HistoryRow[]> {
  const rows: HistoryRow[] = [];
  const known = new Map<number, Metrics>();
  for (const row of reported) {
    yield;
    if (!isEmpty(row.values)) rows.push(row);
    add(known, row);
  }
  const filed = new Map<number, Metrics>();
  for (const row of results === null ? [] : readResultFile(results)) {
    yield;
    add(filed, row);
  }
  const at = reported.at(-1)?.at ?? startedAt;
  for (const [step, values] of [...filed].toSorted(([a], [b]) => a - b)) {
    yield;
    const missing = without(values, known.get(step));
    if (!isEmpty(missing)) rows.push({ step, at, values: missing });
  }
  return rows;
}

/** Figures of a row to those of its step; of one that is there the later is meant. */
function add(steps: Map<number, Metrics>, { step, values }: Pick<HistoryRow, 'step' | 'values'>): void {
  const before = steps.get(step);
  steps.set(step, before === undefined ? values : { ...before, ...values });
}

const without = (values: Metrics, known: Metrics = {}): Metrics =>
  Object.fromEntries(Object.entries(values).filter(([name]) => !Object.hasOwn(known, name)));

/**
 * How fast the job went: steps a second between the reported steps, where their times differ. Made of
 * `eventRows`, so that it too only grows at its end.
 */
export function* stepsPerSecond(reported: readonly HistoryRow[]): CooperativeTask<readonly SystemRow[]> {
  const rows: SystemRow[] = [];
  let before: HistoryRow | null = null;
  for (const row of reported) {
    yield;
    if (before !== null && (row.at <= before.at || row.step <= before.step)) continue;
    if (before !== null) {
      const pace = ((row.step - before.step) / (row.at - before.at)) * 1000;
      rows.push({ at: row.at, values: { steps_per_second: pace } });
    }
    before = row;
  }
  return rows;
}

/** The highest step of some rows; 0 where there is none. */
export const highestStep = (rows: readonly { readonly step: number }[]): number =>
  rows.reduce((highest, { step }) => Math.max(highest, step), 0);

/** The value of each key at the highest step that has one; of two rows of one step the later is meant. */
export function* lastByStep(history: readonly HistoryRow[]): CooperativeTask<Metrics> {
  const last = new Map<string, { readonly step: number; readonly value: Json }>();
  for (const { step, values } of history) {
    yield;
    for (const [key, value] of Object.entries(values)) {
      const before = last.get(key);
      if (before === undefined || before.step <= step) last.set(key, { step, value });
    }
  }
  return Object.fromEntries([...last].map(([key, { value }]) => [key, value]));
}

function metricsOf(point: StepMetrics): Metrics {
  return Object.fromEntries(
    NAMES.flatMap(([field, name]) => {
      const figure = point[field];
      return figure === null ? [] : [[name, figure]];
    }),
  );
}

const changedMetrics = (figures: Metrics, before: Metrics): Metrics =>
  Object.fromEntries(Object.entries(figures).filter(([name, figure]) => before[name] !== figure));

const isEmpty = (values: Metrics): boolean => Object.keys(values).length === 0;
