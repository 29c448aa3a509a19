import { Text } from 'ink';
import { Fragment, type ReactNode } from 'react';
import { useTheme } from '../../theme/index.ts';
import { safeLine } from '../line/index.ts';
import { fitSegments, type Segment } from './fit.ts';

export interface StatusLineProps {
  readonly segments: readonly Segment[];
  readonly width: number;
  /** Columns between segments; 3 by default. */
  readonly gap?: number;
}

/** One row of facts, `running 24   waiting 430   retried 3`; where it is narrow, the least important facts go. */
export function StatusLine({ segments, width, gap = 3 }: StatusLineProps): ReactNode {
  const theme = useTheme();
  const safe = segments.map((segment) => ({ ...segment, text: safeLine(segment.text, width, theme.symbols.ellipsis) }));
  return (
    <Text wrap="truncate-end">
      {fitSegments(safe, width, gap).map((segment, index) => (
        <Fragment key={index}>
          {index > 0 ? ' '.repeat(gap) : ''}
          <Text {...theme.tone(segment.tone ?? 'plain')}>{segment.text}</Text>
        </Fragment>
      ))}
    </Text>
  );
}
