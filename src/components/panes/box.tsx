import { Box, Text, useIsScreenReaderEnabled } from 'ink';
import type { ReactNode } from 'react';
import { useTheme } from '../../theme/index.ts';
import { topBorder } from './border.ts';

export interface PaneSize {
  readonly columns: number;
  readonly rows: number;
}

export interface PaneBoxProps {
  readonly title: string;
  /** Shown by a heavier border, the focus colour and a pointer before the title. */
  readonly focused: boolean;
  /** Outer size, border included. */
  readonly width: number;
  readonly height: number;
  /** Draws the inside, told its columns and rows (two less each for the border; one column of air left and right). */
  readonly children: (size: PaneSize) => ReactNode;
}

/** A titled border of exact size. What is inside is clipped, never wrapped into the border. */
export function PaneBox({ title, focused, width, height, children }: PaneBoxProps): ReactNode {
  const { symbols, tokens } = useTheme();
  const linear = useIsScreenReaderEnabled();
  const size = { columns: Math.max(1, width - 4), rows: Math.max(1, height - 2) };
  if (linear) {
    return (
      <Box flexDirection="column">
        <Text bold>{title}</Text>
        {children(size)}
      </Box>
    );
  }
  const style = focused ? symbols.borderFocus : symbols.border;
  const color = focused ? tokens.borderFocus : tokens.border;
  const colored = color === undefined ? {} : { color };
  const label = focused && title !== '' ? `${symbols.pointer} ${title}` : title;
  return (
    <Box flexDirection="column" width={width} height={height} flexShrink={0} overflow="hidden">
      <Text {...colored} bold={focused} wrap="truncate-end">
        {topBorder(label, style, width, symbols.ellipsis)}
      </Text>
      <Box
        borderStyle={style}
        borderTop={false}
        {...(color === undefined ? {} : { borderColor: color })}
        width={width}
        height={Math.max(1, height - 1)}
        flexShrink={0}
      >
        <Box flexDirection="column" marginX={1} width={size.columns} height={size.rows} overflow="hidden">
          {children(size)}
        </Box>
      </Box>
    </Box>
  );
}
