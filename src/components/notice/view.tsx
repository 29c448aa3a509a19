import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import type { Problem } from '../../domain/text/problem.ts';
import { useTheme } from '../../theme/index.ts';
import { Line, safeLine } from '../line/index.ts';

/** Rows a problem takes. */
export const PROBLEM_ROWS = 3;

export interface ProblemViewProps {
  readonly problem: Problem;
  /** Columns at most. */
  readonly width: number;
}

/** A problem in three rows: what happened, what was saved, what to press next. */
export function ProblemView({ problem, width }: ProblemViewProps): ReactNode {
  const { symbols } = useTheme();
  return (
    <Box flexDirection="column" width={width} height={PROBLEM_ROWS} flexShrink={0}>
      <Line text={`${symbols.error} ${problem.what}`} width={width} tone="error" />
      <Line text={`  Saved: ${problem.saved}`} width={width} tone="muted" />
      <Line text={`  Next: ${problem.next}`} width={width} tone="strong" />
    </Box>
  );
}

export interface NoteViewProps {
  readonly text: string;
  readonly width: number;
}

/** A note in one row. */
export function NoteView({ text, width }: NoteViewProps): ReactNode {
  const theme = useTheme();
  return (
    <Text {...theme.tone('accent')} wrap="truncate-end">
      {safeLine(text, width, theme.symbols.ellipsis)}
    </Text>
  );
}
