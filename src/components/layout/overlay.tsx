import { Box, Text, useIsScreenReaderEnabled } from 'ink';
import type { ReactNode } from 'react';
import { useBodySize } from './frame.tsx';
import { PaneBox } from './panes.tsx';

export interface OverlayProps {
  readonly title: string;
  /** Wanted size with the border; never more than the body. */
  readonly width: number;
  readonly height: number;
  /** Draws the inside in the given columns and rows. */
  readonly children: (size: { readonly columns: number; readonly rows: number }) => ReactNode;
}

/**
 * A bordered panel over the middle of the body. Render it as the last child of the screen's outermost box (or of the
 * frame): it is placed by that box's top left corner. It takes no keys; wrap it in `<Modal>` for that.
 */
export function Overlay({ title, width, height, children }: OverlayProps): ReactNode {
  const body = useBodySize();
  const linear = useIsScreenReaderEnabled();
  const columns = Math.min(width, body.columns);
  const rows = Math.min(height, body.rows);
  if (linear)
    return (
      <Box flexDirection="column">
        <Text bold>{title}</Text>
        {children({ columns: body.columns, rows: body.rows })}
      </Box>
    );
  const left = Math.floor((body.columns - columns) / 2);
  const top = Math.floor((body.rows - rows) / 2);
  const blank = Array.from({ length: rows }, () => ' '.repeat(columns)).join('\n');
  return (
    <Box position="absolute" top={top} left={left} width={columns} height={rows}>
      <Box position="absolute" top={0} left={0} width={columns} height={rows}>
        <Text>{blank}</Text>
      </Box>
      <PaneBox title={title} focused width={columns} height={rows}>
        {children}
      </PaneBox>
    </Box>
  );
}
