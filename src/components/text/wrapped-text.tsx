import { Box } from 'ink';
import type { ReactNode } from 'react';
import type { Tone } from '../../theme/themes.ts';
import { Line } from './line.tsx';
import { wrapped } from './wrapped.ts';

/** As `wrapped`, in at most `rows` lines, of which the last may then be too long for its width. */
export function wrappedWithin(text: string, width: number, rows: number): readonly string[] {
  const lines = wrapped(text, width);
  return lines.length <= rows
    ? lines
    : [
        ...lines.slice(0, rows - 1),
        lines
          .slice(rows - 1)
          .map((line) => line.trimEnd())
          .join(' '),
      ];
}

export interface WrappedTextProps {
  /** Any text, trusted or not. */
  readonly text: string;
  readonly width: number;
  /** Rows at most; as many as it needs when left out. The last one is cut where they are too few. */
  readonly rows?: number;
  readonly tone?: Tone;
  readonly bold?: boolean;
}

/** A text that must be read to its end: wrapped, never cut while there are rows for it. */
export function WrappedText({
  text,
  width,
  rows = Infinity,
  tone = 'plain',
  bold = false,
}: WrappedTextProps): ReactNode {
  return (
    <Box flexDirection="column" width={width} flexShrink={0}>
      {wrappedWithin(text, width, rows).map((line, index) => (
        <Line key={index} text={line === '' ? ' ' : line} width={width} tone={tone} bold={bold} />
      ))}
    </Box>
  );
}
