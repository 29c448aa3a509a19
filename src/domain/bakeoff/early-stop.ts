import { type CurvePoint, curveOf } from '../training/metrics.ts';
import type { StepMetrics } from '../training/types.ts';

/** What was measured of a job that may be stopped. */
export interface StoppableJob {
  readonly id: string;
  /** Jobs of one group are compared: losses of other bases, rows or losses of another kind say nothing of each other. */
  readonly group: string;
  readonly points: readonly StepMetrics[];
  /** Whether it still runs. */
  readonly running: boolean;
}

/** Why a job is to be stopped. */
export interface Behind {
  readonly id: string;
  readonly step: number;
  /** Which of both losses on held-out rows was compared. */
  readonly curve: (typeof CURVES)[number];
  /** Its lowest so far, and the median of the others' at the same point of their way. */
  readonly loss: number;
  readonly others: number;
}

/** With fewer there is no middle to be behind. */
const FEWEST_JOBS = 3;
/** Measured points before a job is judged: the first say more of the warm-up than of the settings. */
const FEWEST_POINTS = 3;
/** Share of its way before a job is judged. */
const EARLIEST = 1 / 3;
/** Above the median by less than this share of it is not clearly behind. */
const CLEARLY = 0.05;

/**
 * Running jobs whose loss on held-out rows is clearly behind: the lowest so far is above the median of the others' by more than 5% of it, when each has
 * come as far. The median stopping rule of Golovin et al., "Google Vizier" (KDD 2017), section 3.2.2, with room for noise.
 * A job is compared with those of its group that have measured as far, at least two of them.
 */
export function clearlyBehind(jobs: readonly StoppableJob[]): readonly Behind[] {
  return [...Map.groupBy(jobs, ({ group }) => group).values()].flatMap((group) =>
    group.length < FEWEST_JOBS ? [] : group.filter(({ running }) => running).flatMap((job) => behind(job, group) ?? []),
  );
}

interface Way {
  readonly curve: readonly CurvePoint[];
  readonly total: number | null;
}

/** The loss on the whole validation set where it is measured often enough, else that on batches of it: never one for the other. */
const CURVES = ['fullValidLoss', 'validLoss'] as const;

function behind(job: StoppableJob, group: readonly StoppableJob[]): Behind | null {
  for (const name of CURVES) {
    const own = wayOf(job, name);
    const last = own.curve.at(-1);
    if (last === undefined || own.total === null || own.curve.length < FEWEST_POINTS) continue;
    const come = last.step / own.total;
    if (come < EARLIEST) return null;
    const others = group.flatMap((other) => (other.id === job.id ? [] : (lowestAt(wayOf(other, name), come) ?? [])));
    if (others.length < FEWEST_JOBS - 1) continue;
    const loss = Math.min(...own.curve.map(({ value }) => value));
    const middle = median(others);
    return loss > middle * (1 + CLEARLY) ? { id: job.id, step: last.step, curve: name, loss, others: middle } : null;
  }
  return null;
}

function wayOf({ points }: StoppableJob, name: (typeof CURVES)[number]): Way {
  return {
    curve: curveOf(points, name),
    total: points.findLast(({ totalSteps }) => totalSteps !== null)?.totalSteps ?? null,
  };
}

/** The lowest loss of a job up to a share of its way; null where it has not come as far. */
function lowestAt({ curve, total }: Way, come: number): number | null {
  const last = curve.at(-1);
  if (total === null || last === undefined || last.step / total < come) return null;
  const before = curve.filter(({ step }) => step / total <= come).map(({ value }) => value);
  return before.length === 0 ? null : Math.min(...before);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? Number.POSITIVE_INFINITY;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? high) + high) / 2;
}
