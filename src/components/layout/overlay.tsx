import { Box, Text, useIsScreenReaderEnabled } from 'ink';
import type { ReactNode } from 'react';
import { displayWidth } from '../../domain/text/graphemes.ts';
import { sanitizeLine } from '../../domain/text/sanitize.ts';
import { wrapped } from '../text/wrapped.ts';
import { WrappedText } from '../text/wrapped-text.tsx';
import { useBodySize } from './frame.tsx';
import { PaneBox } from './panes.tsx';

export interface OverlayProps {
  readonly title: string;
  /** Wanted size with the border, for a title that fits into it; never more than the body. */
  readonly width: number;
  readonly height: number;
  /** Draws the inside in the given columns and rows. */
  readonly children: (size: { readonly columns: number; readonly rows: number }) => ReactNode;
}

/** Columns of the upper border that are not the title's: corners, lines, spaces. */
const BORDER_COLUMNS = 6;
/** Columns of border and margin on both sides. */
export const OVERLAY_SIDES = 4;

/**
 * A bordered panel over the middle of the body. Render it as the last child of the screen's outermost box (or of the
 * frame): it is placed by that box's top left corner. It takes no keys; wrap it in `<Modal>` for that. A title that is
 * too long for the border stands inside, wrapped.
 */
export function Overlay({ title, width, height, children }: OverlayProps): ReactNode {
  const body = useBodySize();
  const linear = useIsScreenReaderEnabled();
  const columns = Math.min(width, body.columns);
  const inner = columns - OVERLAY_SIDES;
  const fits = displayWidth(sanitizeLine(title)) <= columns - BORDER_COLUMNS;
  const titleRows = fits ? 0 : wrapped(title, inner).length;
  const rows = Math.min(height + titleRows, body.rows);
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
      <PaneBox title={fits ? title : ''} focused width={columns} height={rows}>
        {(size) => (
          <>
            {!fits && <WrappedText text={title} width={inner} bold />}
            {children({ columns: size.columns, rows: Math.max(1, size.rows - titleRows) })}
          </>
        )}
      </PaneBox>
    </Box>
  );
}
