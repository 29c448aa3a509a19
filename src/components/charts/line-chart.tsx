import { Box, Text } from 'ink';
import { memo, type ReactNode } from 'react';
import { displayWidth } from '../../domain/text/graphemes.ts';
import { type Theme, useTheme } from '../../theme/theme.tsx';
import { fitSegments, type Segment } from '../feedback/status-line.tsx';
import { safeMiddle } from '../text/line.tsx';
import { WrappedText } from '../text/wrapped-text.tsx';
import { axisLabel, type CanvasCell, type Point, plot } from './plot.ts';
import { Sparkline } from './sparkline.tsx';

export interface ChartSeries {
  readonly name: string;
  /** In any order; points that are not finite are left out. */
  readonly points: readonly Point[];
}

/** A step worth seeing on the axis. */
export interface ChartMark {
  readonly x: number;
  readonly kind: 'epoch' | 'best' | 'best, not kept';
}

export interface LineChartProps {
  readonly series: readonly ChartSeries[];
  readonly width: number;
  /** Rows, axis and legend included. */
  readonly height: number;
  /** Logarithmic y; values of 0 and below cannot be drawn then. */
  readonly log?: boolean;
  /** On the axis; where two fall on one column, the later one is seen. */
  readonly marks?: readonly ChartMark[];
  /** Whether a spike of the first steps may be cut off; it is said then. */
  readonly clip?: boolean;
  /** What x counts: `step`. */
  readonly xName?: string;
  /** Said when there is nothing to draw yet. */
  readonly empty?: string;
}

/** Neighbouring cells of one series as one run of text, so that a row is a handful of nodes. */
function runs(cells: readonly CanvasCell[]): readonly { readonly text: string; readonly series: number | null }[] {
  const joined: { text: string; series: number | null }[] = [];
  for (const { text, series } of cells) {
    const last = joined.at(-1);
    if (last !== undefined && last.series === series) last.text += text;
    else joined.push({ text, series });
  }
  return joined;
}

function Legend({ series, width, theme }: { series: readonly ChartSeries[]; width: number; theme: Theme }): ReactNode {
  const shown = series.filter((one) => one.points.length > 0);
  const texts = shown.map(({ name, points }) => `${name} ${axisLabel(points.at(-1)?.y ?? 0)}`);
  const whole = texts.reduce((sum, text) => sum + displayWidth(text) + 4, -2) <= width;
  const room = whole ? width : Math.max(0, Math.floor(width / Math.max(1, shown.length)) - 3);
  return (
    <Text wrap="truncate-end">
      {series.map((one, index) => {
        const last = one.points.at(-1);
        if (last === undefined) return null;
        const { style, symbol } = theme.series(index);
        return (
          <Text key={index} {...style}>
            {symbol} {safeMiddle(one.name, Math.max(1, room - displayWidth(axisLabel(last.y)) - 1))} {axisLabel(last.y)}
            {'  '}
          </Text>
        );
      })}
    </Text>
  );
}

const MARK_NAMES: Readonly<Record<ChartMark['kind'], (x: number) => string>> = {
  epoch: () => 'epoch ends',
  best: () => 'best on held-out rows',
  'best, not kept': (x) => `best at step ${x}, no checkpoint`,
};

const markSign = (kind: ChartMark['kind'], { symbols }: Theme): string =>
  kind === 'epoch' ? symbols.axis.tick : symbols.up;

/** `↑ best on held-out rows`, for each kind that is marked; the epochs' goes first where there is no room. */
const legendOf = (marks: readonly ChartMark[], theme: Theme): readonly Segment[] =>
  [...new Map(marks.map(({ kind, x }) => [kind, x]))].map(([kind, x]) => ({
    text: `${markSign(kind, theme)} ${MARK_NAMES[kind](x)}`,
    keep: kind === 'epoch' ? 4 : 1,
  }));

/** The x axis with its marks. */
function axisLine(marks: readonly ChartMark[], columns: number, columnOf: (x: number) => number, theme: Theme): string {
  const line = Array.from({ length: columns }, () => theme.symbols.axis.horizontal);
  for (const { x, kind } of marks) {
    const at = columnOf(x);
    if (at >= 0 && at < columns) line[at] = markSign(kind, theme);
  }
  return line.join('');
}

/** The curves as a row of bars each, where there is no room for axes. */
function Sparks({ series, width, height }: Pick<LineChartProps, 'series' | 'width' | 'height'>): ReactNode {
  const theme = useTheme();
  const measured = series.flatMap(({ name, points }, index) => (points.length === 0 ? [] : [{ name, points, index }]));
  return (
    <Box flexDirection="column" width={width}>
      {measured.slice(0, Math.max(1, height)).map(({ name, points, index }) => {
        const { style, symbol } = theme.series(index);
        const label = `${symbol} ${safeMiddle(name, Math.max(4, Math.floor(width / 2)), theme.symbols.ellipsis)} ${axisLabel(points.at(-1)?.y ?? 0)} `;
        return (
          <Box key={index} height={1} flexShrink={0}>
            <Text {...style}>{label}</Text>
            <Sparkline values={points.map(({ y }) => y)} width={Math.max(0, width - displayWidth(label))} />
          </Box>
        );
      })}
    </Box>
  );
}

/** A line chart in braille dots, or in one sign a series where the terminal has none. */
export const LineChart = memo(function Chart(props: LineChartProps): ReactNode {
  const {
    series,
    width,
    height,
    log = false,
    clip = false,
    marks = [],
    xName = 'step',
    empty = 'No measurements yet.',
  } = props;
  const theme = useTheme();
  const { axis, braille, series: signs } = theme.symbols;
  const drawn = plot({
    series: series.map((one) => one.points),
    width,
    height: height - 1,
    log,
    clip,
    signs: braille ? null : signs,
  });
  if (drawn === null) {
    return series.some(({ points }) => points.length > 0) ? (
      <Sparks series={series} width={width} height={height} />
    ) : (
      <WrappedText text={empty} width={width} tone="muted" />
    );
  }
  const gutter = drawn.rows[0]?.label.length ?? 0;
  const { left, right } = drawn.xLabels;
  const said: readonly Segment[] = [
    { text: `${xName}${log ? ', log scale' : ''}`, keep: 3 },
    { text: drawn.clipped ? 'first steps lie above' : '', keep: 2 },
    ...legendOf(marks, theme),
  ];
  const middle = fitSegments(said, width - gutter - 4 - left.length - right.length, 2)
    .map(({ text }) => text)
    .join(', ');
  const gap = Math.max(1, width - gutter - 2 - left.length - right.length - middle.length);
  return (
    <Box flexDirection="column" width={width}>
      <Legend series={series} width={width} theme={theme} />
      {drawn.rows.map((row, index) => (
        <Text key={index} wrap="truncate-end">
          <Text {...theme.tone('muted')}>
            {row.label} {axis.vertical}
          </Text>
          {runs(row.cells).map((run, at) => (
            <Text key={at} {...(run.series === null ? {} : theme.series(run.series).style)}>
              {run.text}
            </Text>
          ))}
        </Text>
      ))}
      <Text {...theme.tone('muted')} wrap="truncate-end">
        {' '.repeat(gutter + 1)}
        {axis.corner}
        {axisLine(marks, Math.max(0, width - gutter - 2), drawn.columnOf, theme)}
      </Text>
      <Text {...theme.tone('muted')} wrap="truncate-end">
        {' '.repeat(gutter + 2)}
        {left}
        {' '.repeat(Math.floor(gap / 2))}
        {middle}
        {' '.repeat(Math.ceil(gap / 2))}
        {right}
      </Text>
    </Box>
  );
});
