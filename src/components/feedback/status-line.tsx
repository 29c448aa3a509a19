import { Text } from 'ink';
import { Fragment, type ReactNode } from 'react';
import { displayWidth } from '../../domain/text/graphemes.ts';
import { useTheme } from '../../theme/theme.tsx';
import type { Tone } from '../../theme/themes.ts';
import { safeLine } from '../text/line.tsx';

export interface Segment {
  readonly text: string;
  readonly tone?: Tone;
  /** 1 is kept longest when the row is too narrow; 5 by default. */
  readonly keep?: number;
}

/** The segments that fit with gaps of `gap` columns, in their order; the least important go first. */
export function fitSegments(segments: readonly Segment[], width: number, gap: number): readonly Segment[] {
  const kept = segments.filter((segment) => segment.text !== '');
  const total = (list: readonly Segment[]): number =>
    list.reduce((sum, segment) => sum + displayWidth(segment.text), 0) + gap * Math.max(0, list.length - 1);
  while (kept.length > 1 && total(kept) > width) {
    const least = kept.reduce(
      (worst, segment, index) => ((segment.keep ?? 5) >= (kept[worst]?.keep ?? 5) ? index : worst),
      0,
    );
    kept.splice(least, 1);
  }
  return kept;
}

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
