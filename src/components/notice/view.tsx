import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import type { Problem } from '../../domain/text/problem.ts';
import { type Tone, useTheme } from '../../theme/index.ts';
import { Line, safeLine } from '../line/index.ts';
import { type Part, problemRows } from './rows.ts';

export interface ProblemViewProps {
  readonly problem: Problem;
  /** Columns at most. */
  readonly width: number;
  /** Rows at most, three or more; seven when it is left out. */
  readonly rows?: number;
}

const TONES: Readonly<Record<Part, Tone>> = { what: 'error', saved: 'muted', next: 'strong' };

/** A problem: what happened, what was saved, what to press next, each wrapped as far as the rows go. */
export function ProblemView({ problem, width, rows }: ProblemViewProps): ReactNode {
  const { symbols } = useTheme();
  const shown = problemRows(problem, width, rows);
  return (
    <Box flexDirection="column" width={width} height={shown.length} flexShrink={0}>
      {shown.map(({ part, first, text }, index) => (
        <Line
          key={index}
          text={`${part === 'what' && first ? symbols.error : ' '} ${text}`}
          width={width}
          tone={TONES[part]}
        />
      ))}
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
