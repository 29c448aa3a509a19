import { Box, Text } from 'ink';
import { type ReactNode, useMemo, useState } from 'react';
import { sanitizeText } from '../../domain/text/sanitize.ts';
import { listBindings, useBindings } from '../../keys/index.ts';
import { type Tone, useTheme } from '../../theme/index.ts';
import { drawnSlice, layoutText } from '../editing/index.ts';
import { Line } from '../line/index.ts';
import { cutPieces, type Span } from '../textarea/index.ts';
import { type ScrollMove, scrollBy } from './reducer.ts';

export interface ScrollTextProps {
  /** Any text, trusted or not; made safe, wrapped softly. */
  readonly text: string;
  readonly width: number;
  /** Rows; the last one tells the place when the text is longer. */
  readonly height: number;
  /** Whether it hears arrows, jk, g/G, PgUp/PgDn. */
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
  const move = (to: ScrollMove) => (): void => {
    const next = scrollBy(top, to, rows.length, page);
    setWanted(follow && next >= end ? null : next);
  };
  useBindings(
    'field',
    listBindings,
    {
      'list.up': move('up'),
      'list.down': move('down'),
      'list.page-up': move('page-up'),
      'list.page-down': move('page-down'),
      'list.first': move('first'),
      'list.last': move('last'),
    },
    { active: focus },
  );
  const shown = rows.slice(top, top + page);
  return (
    <Box flexDirection="column" width={width} height={height} flexShrink={0} overflow="hidden">
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
