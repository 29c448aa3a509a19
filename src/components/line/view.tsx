import { Text } from 'ink';
import type { ReactNode } from 'react';
import { displayWidth } from '../../domain/text/graphemes.ts';
import { type Tone, useTheme } from '../../theme/index.ts';
import { safeLine } from './safe.ts';

export interface LineProps {
  /** Any text, trusted or not: it is made safe, put on one row and cut with an ellipsis. */
  readonly text: string;
  /** Columns at most. */
  readonly width: number;
  readonly tone?: Tone;
  readonly bold?: boolean;
  /** Fills up to `width` with spaces, so that a background or inverse reaches the edge. */
  readonly fill?: boolean;
  readonly align?: 'left' | 'right';
}

/** One row of text that never wraps and never leaves its width. */
export function Line({
  text,
  width,
  tone = 'plain',
  bold = false,
  fill = false,
  align = 'left',
}: LineProps): ReactNode {
  const theme = useTheme();
  const cut = safeLine(text, width, theme.symbols.ellipsis);
  const space = ' '.repeat(Math.max(0, width - displayWidth(cut)));
  const shown = align === 'right' ? space + cut : fill ? cut + space : cut;
  const style = theme.tone(tone);
  return (
    <Text {...style} bold={bold || (style.bold ?? false)} wrap="truncate-end">
      {shown}
    </Text>
  );
}
