import type { ChartSeries } from '../../../components/charts/line-chart.tsx';
import { type CurveName, curveOf } from '../../../domain/training/metrics.ts';
import type { StepMetrics } from '../../../domain/training/types.ts';

/** The figures that targets are watched by, in the order of the key, each by a name that says what it was measured on. */
export const FIGURES = [
  ['fullValidLoss', 'Full validation loss: on all held-out rows'],
  ['validLoss', 'Batch validation loss: on a few held-out rows a step, not on all'],
  ['trainLoss', 'Training loss'],
] as const satisfies readonly (readonly [CurveName, string])[];

export type Figure = (typeof FIGURES)[number][0];

export const FIGURE_NAMES = FIGURES.map(([name]) => name);

export const titleOf = (figure: Figure): string => FIGURES.find(([name]) => name === figure)?.[1] ?? '';

export const nextFigure = (figure: Figure): Figure =>
  FIGURE_NAMES[(FIGURE_NAMES.indexOf(figure) + 1) % FIGURE_NAMES.length] ?? 'fullValidLoss';

/** The first figure that any of the jobs measured, so that nobody looks at an empty chart while another is full. */
export function firstMeasured(jobs: readonly (readonly StepMetrics[])[]): Figure {
  return FIGURE_NAMES.find((name) => jobs.some((points) => curveOf(points, name).length > 0)) ?? 'fullValidLoss';
}

/** Beyond the highest of what follows by this much, a first point would press all the others flat. */
const SPIKE = 2;

export interface ClippedCurves {
  readonly series: readonly ChartSeries[];
  /** The highest first point that was cut to the height of the others; null where none was. */
  readonly clipped: number | null;
}

/** Curves with the spike of their first points cut to the height of what follows, where it is more than twice that. */
export function clippedCurves(series: readonly ChartSeries[]): ClippedCurves {
  const later = series.flatMap(({ points }) => points.slice(1).map(({ y }) => y));
  const top = Math.max(...later);
  if (later.length === 0 || top <= 0) return { series, clipped: null };
  const spikes = series.flatMap(({ points }) =>
    points[0] === undefined || points[0].y <= top * SPIKE ? [] : [points[0].y],
  );
  if (spikes.length === 0) return { series, clipped: null };
  return {
    series: series.map((one) => ({ ...one, points: one.points.map(({ x, y }) => ({ x, y: Math.min(y, top) })) })),
    clipped: Math.max(...spikes),
  };
}
