import { Box, Text, useIsScreenReaderEnabled } from 'ink';
import { type ReactNode, useMemo } from 'react';
import { useTheme } from '../../theme/index.ts';
import { Line, safeLine } from '../line/index.ts';
import { plot } from './plot.ts';
import { axisLabel, drawable, type Series } from './scale.ts';

export interface ChartProps {
  /** Drawn in order; the legend names each with its own sign and its last value. */
  readonly series: readonly Series[];
  /** Size of everything, legend and axes included. At least 16x5 to draw; smaller shows the legend only. */
  readonly width: number;
  readonly height: number;
  /** Logarithmic y. Values that are not above 0 are left out. */
  readonly log?: boolean;
  /** What x counts; `step` by default. */
  readonly xLabel?: string;
  /** Said when no point can be drawn yet. */
  readonly empty?: string;
}

/** A line chart in braille dots, with axes and a legend by sign and name. One point, gaps and flat series are fine. */
export function Chart(props: ChartProps): ReactNode {
  const { series, width, height, log = false, xLabel = 'step', empty = 'No measurements yet.' } = props;
  const theme = useTheme();
  const linear = useIsScreenReaderEnabled();
  const { symbols } = theme;
  const signs = symbols.braille ? null : symbols.series;
  const drawn = useMemo(
    () => plot(series, { width, height: height - 1, log, signs }),
    [series, width, height, log, signs],
  );
  const legend = <Legend series={series} width={width} log={log} />;
  if (linear || drawn === null) {
    const any = series.some((one) => drawable(one.points, log).length > 0);
    return (
      <Box flexDirection="column" width={width} {...(linear ? {} : { height, overflow: 'hidden' as const })}>
        {any ? legend : <Line text={empty} width={width} tone="muted" />}
      </Box>
    );
  }
  const { axis } = symbols;
  const from = axisLabel(drawn.x.low);
  const to = `${axisLabel(drawn.x.high)} ${xLabel}${log ? ', log' : ''}`;
  const inner = width - drawn.labelWidth - 1;
  const between = Math.max(1, inner - from.length - to.length);
  return (
    <Box flexDirection="column" width={width} height={height} flexShrink={0} overflow="hidden">
      {legend}
      {drawn.rows.map((row, index) => (
        <Text key={index} wrap="truncate-end">
          <Text {...theme.tone('muted')}>
            {row.label}
            {axis.vertical}
          </Text>
          {row.cells.map((cell, at) => (
            <Text key={at} {...(cell.series === null ? {} : theme.series(cell.series).style)}>
              {cell.text}
            </Text>
          ))}
        </Text>
      ))}
      <Text {...theme.tone('muted')} wrap="truncate-end">
        {' '.repeat(drawn.labelWidth)}
        {axis.corner}
        {axis.horizontal.repeat(inner)}
      </Text>
      <Line text={`${' '.repeat(drawn.labelWidth + 1)}${from}${' '.repeat(between)}${to}`} width={width} tone="muted" />
    </Box>
  );
}

function Legend({
  series,
  width,
  log,
}: {
  readonly series: readonly Series[];
  readonly width: number;
  readonly log: boolean;
}): ReactNode {
  const theme = useTheme();
  const room = Math.max(8, Math.floor(width / Math.max(1, series.length)) - 2);
  return (
    <Text wrap="truncate-end">
      {series.map((one, index) => {
        const look = theme.series(index);
        const last = drawable(one.points, log).at(-1);
        const value = last === undefined ? 'none yet' : axisLabel(last.y);
        return (
          <Text key={index}>
            {index > 0 ? '  ' : ''}
            <Text {...look.style}>{look.symbol}</Text>{' '}
            {safeLine(`${one.name} ${value}`, room - 2, theme.symbols.ellipsis)}
          </Text>
        );
      })}
    </Text>
  );
}
