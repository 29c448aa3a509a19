import { Box, Text } from 'ink';
import { type ReactNode, useMemo } from 'react';
import { sanitizeText } from '../../domain/text/sanitize.ts';
import { useTheme } from '../../theme/theme.tsx';
import type { Tone } from '../../theme/themes.ts';
import { cutPieces, drawnSlice, readingRows, type Span } from '../editing/text-layout.ts';
import { Line } from './line.tsx';
import { useScrolled } from './scroll-rows.tsx';

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
  const rows = useMemo(() => readingRows(safe, width), [safe, width]);
  const { top, page, area } = useScrolled({ count: rows.length, height, focus, follow });
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
