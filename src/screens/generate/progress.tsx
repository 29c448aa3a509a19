import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { Line } from '../../components/line/index.ts';
import { ProgressBar } from '../../components/progress/index.ts';
import { Sparkline } from '../../components/sparkline/index.ts';
import { operationStatus, Status } from '../../components/status/index.ts';
import { StatusLine } from '../../components/statusline/index.ts';
import { useTheme } from '../../theme/index.ts';
import { countSegments, headSegments, latencyWords, limitSegments, type Run } from './figures.ts';

/** Rows the figures take. */
export const FIGURE_ROWS = 5;

const STATUS_WIDTH = 12;

/** Bar, money, calls, the server's limits and how fast it answers. */
export function Figures({ run, width }: { readonly run: Run; readonly width: number }): ReactNode {
  const theme = useTheme();
  const { detail } = run;
  const { kind, word } = operationStatus(run.status);
  const spark = Math.max(0, Math.min(24, width - 60));
  return (
    <Box flexDirection="column" width={width} height={FIGURE_ROWS} flexShrink={0} overflow="hidden">
      <Box height={1}>
        <Box width={STATUS_WIDTH} flexShrink={0}>
          <Status kind={kind} word={word} width={STATUS_WIDTH} />
        </Box>
        <ProgressBar fraction={run.fraction} width={Math.max(4, width - STATUS_WIDTH)} />
      </Box>
      <StatusLine segments={headSegments(run)} width={width} />
      <StatusLine segments={countSegments(run)} width={width} />
      <StatusLine segments={limitSegments(detail.limits, theme.symbols.spark)} width={width} />
      <Box height={1}>
        <Text>concurrency {detail.concurrency} </Text>
        <Sparkline values={detail.concurrencyHistory} width={spark} />
        <Text> </Text>
        <Line text={latencyWords(detail)} width={Math.max(0, width - 18 - spark)} tone="muted" />
      </Box>
    </Box>
  );
}
