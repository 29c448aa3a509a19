import { Box, Text } from 'ink';
import { type ReactNode, useMemo, useState } from 'react';
import { sanitizeText } from '../../domain/text/sanitize.ts';
import { useTheme } from '../../theme/theme.tsx';
import type { Tone } from '../../theme/themes.ts';
import { cutPieces, drawnSlice, layoutText, type Span } from '../editing/text-layout.ts';
import { type ListMove, moveIn, useMoveKeys } from '../lists/list-window.ts';
import { Line } from './line.tsx';

/** The first visible row after the move; the last page stays full. */
export function scrollBy(top: number, move: ListMove, rows: number, height: number): number {
  return moveIn(top, move, Math.max(1, rows - height + 1), height);
}

export interface ScrollTextProps {
  /** Any text, trusted or not; made safe, wrapped softly. */
  readonly text: string;
  readonly width: number;
  /** Rows; the last one shows the place when the text is longer. */
  readonly height: number;
  /** Whether it takes arrows, jk, g/G, PgUp/PgDn. */
  readonly focus: boolean;
  /** Keeps to the end while text arrives and the reader has not scrolled up; for streamed answers. */
  readonly follow?: boolean;
  readonly tone?: Tone;
  /** Stretches with a look of their own, in order, not overlapping; offsets in the text as `sanitizeText` leaves it. */
  readonly spans?: readonly Span[];
}

const NO_SPANS: readonly Span[] = [];

/** Long text of which only the visible rows are mounted. Give it another `key` to start another text at its top. */
export function ScrollText({
  text,
  width,
  height,
  focus,
  follow = false,
  tone = 'plain',
  spans = NO_SPANS,
}: ScrollTextProps): ReactNode {
  const theme = useTheme();
  const safe = useMemo(() => sanitizeText(text), [text]);
  const rows = useMemo(() => layoutText(safe, width), [safe, width]);
  const [wanted, setWanted] = useState<number | null>(follow ? null : 0);
  const page = rows.length > height ? Math.max(1, height - 1) : height;
  const end = Math.max(0, rows.length - page);
  const top = Math.min(wanted ?? end, end);
  const move = (to: ListMove): void => {
    const next = scrollBy(top, to, rows.length, page);
    setWanted(follow && next >= end ? null : next);
  };
  const area = useMoveKeys({ move, focus });
  const shown = rows.slice(top, top + page);
  return (
    <Box ref={area} flexDirection="column" width={width} height={height} flexShrink={0} overflow="hidden">
      {shown.map((row) => (
        <Text key={row.start} {...theme.tone(tone)} wrap="truncate-end">
          {row.end === row.start ? ' ' : null}
          {row.end === row.start
            ? null
            : cutPieces(row.start, row.end, spans, null).map((piece) => (
                <Text key={piece.start} {...(piece.tone === null ? {} : theme.tone(piece.tone))}>
                  {drawnSlice(safe, piece.start, piece.end)}
                </Text>
              ))}
        </Text>
      ))}
      {rows.length > height ? (
        <Line text={`${top + 1}-${top + shown.length} of ${rows.length} lines`} width={width} tone="muted" />
      ) : null}
    </Box>
  );
}
