export interface JobShape {
  readonly columns: number;
  readonly rows: number;
}

export interface JobFacts {
  /** The job failed: why stands above, or in place of, the chart. */
  readonly problem: boolean;
  /** There is something to draw. */
  readonly measured: boolean;
}

export interface JobLayout {
  readonly header: number;
  /** Rows with the border; 0 when there is no problem. */
  readonly problem: number;
  /** With the border; 0 rows when the problem takes its place. */
  readonly chart: JobShape;
  readonly lower: JobShape;
  readonly sideBySide: boolean;
}

/** From here on chart and events stand side by side. */
const WIDE = 120;
/** Fewer body rows than these leave no row for the time line. */
const ROOMY = 18;
/** Fewer, as while a problem stands below the smallest body, leave none for the tracker either. */
const TIGHT = 12;
/** A chart with its border, legend and axis needs these. */
const LEAST_CHART = 7;

/** Who gets which rows and columns. Chart and events are both there at every size; a failure comes first of all. */
export function jobLayout({ columns, rows }: JobShape, { problem, measured }: JobFacts): JobLayout {
  const header = rows >= ROOMY ? 4 : rows >= TIGHT ? 3 : 2;
  const rest = rows - header;
  const sideBySide = columns >= WIDE;
  if (problem && !measured) {
    const lower = Math.max(3, Math.floor(rest * 0.45));
    const chart = { columns, rows: 0 };
    return { header, problem: rest - lower, chart, lower: { columns, rows: lower }, sideBySide: false };
  }
  const wanted = problem ? Math.min(8, Math.max(5, Math.floor(rest * 0.35))) : 0;
  const below = rest - wanted;
  if (sideBySide) {
    const chart = { columns: Math.floor(columns * 0.58), rows: below };
    const lower = { columns: columns - chart.columns, rows: below };
    return { header, problem: wanted, chart, lower, sideBySide };
  }
  const lower = Math.max(3, Math.min(14, Math.floor(below * 0.4)));
  if (problem && below - lower < LEAST_CHART) {
    const chart = { columns, rows: 0 };
    return { header, problem: rest - lower, chart, lower: { columns, rows: lower }, sideBySide };
  }
  return {
    header,
    problem: wanted,
    chart: { columns, rows: below - lower },
    lower: { columns, rows: lower },
    sideBySide,
  };
}
