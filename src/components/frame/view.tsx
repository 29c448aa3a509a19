import { Box, Text, useIsScreenReaderEnabled, useWindowSize } from 'ink';
import { type ReactNode, useMemo } from 'react';
import { Modal } from '../../keys/index.ts';
import type { Notice } from '../../state/types.ts';
import { Hints } from '../keyhint/index.ts';
import { Line } from '../line/index.ts';
import { MOST_PROBLEM_ROWS, NoteView, PROBLEM_ROWS, ProblemView, problemRows } from '../notice/index.ts';
import { Header, type HeaderFacts } from './header.tsx';
import { BodySizeContext, FOOTER_ROWS, HEADER_ROWS, LEAST_BODY_ROWS, MINIMUM } from './size.tsx';

export interface FrameProps {
  readonly facts: HeaderFacts;
  /** A note stands in the footer's row, a problem in three to seven rows above it. */
  readonly notice: Notice | null;
  /**
   * The screen, and after it whatever lies over it (help, palette, drawer, dialogs). A screen's outermost box takes
   * width and height from `useBodySize()` and `flexShrink={0}`: then what is too long is clipped, not squeezed.
   */
  readonly children: ReactNode;
}

/**
 * Header, body, footer in exactly the terminal's rows and columns. The one owner of the height budget: what is inside
 * asks `useBodySize()`. Below 60x16 it says so instead, and the screen stays mounted out of sight.
 */
export function Frame({ facts, notice, children }: FrameProps): ReactNode {
  const { columns, rows } = useWindowSize();
  const linear = useIsScreenReaderEnabled();
  const problem = notice?.kind === 'problem' ? notice.problem : null;
  const inner = Math.max(0, columns - 2);
  const room = Math.max(PROBLEM_ROWS, rows - HEADER_ROWS - FOOTER_ROWS - LEAST_BODY_ROWS);
  const told = problem === null ? 0 : problemRows(problem, inner, Math.min(room, MOST_PROBLEM_ROWS)).length;
  const bodyRows = Math.max(1, rows - HEADER_ROWS - FOOTER_ROWS - told);
  const size = useMemo(() => ({ columns, rows: bodyRows }), [columns, bodyRows]);
  const tooSmall = columns < MINIMUM.columns || rows < MINIMUM.rows;
  const content = (
    <BodySizeContext value={size}>
      <Box
        flexDirection="column"
        width={columns}
        flexShrink={0}
        {...(linear ? {} : { height: bodyRows, overflow: 'hidden' as const })}
      >
        {children}
      </Box>
    </BodySizeContext>
  );
  // As wide as the terminal is, not as React last heard: Ink draws once before that, and a line that is too long then
  // is broken by the terminal and stays.
  return (
    <Box flexDirection="column" width="100%" {...(linear ? {} : { height: rows, overflow: 'hidden' as const })}>
      {tooSmall ? <TooSmall columns={columns} rows={rows} /> : <Header facts={facts} width={columns} />}
      <Box display={tooSmall ? 'none' : 'flex'} flexDirection="column" flexShrink={0}>
        {content}
      </Box>
      {problem === null || tooSmall ? null : (
        <Box paddingLeft={1} flexShrink={0} height={told}>
          <ProblemView problem={problem} width={inner} rows={told} />
        </Box>
      )}
      {tooSmall ? null : (
        <Box paddingLeft={1} height={FOOTER_ROWS} flexShrink={0} width={columns}>
          {notice?.kind === 'note' ? <NoteView text={notice.text} width={inner} /> : <Hints width={inner} />}
        </Box>
      )}
    </Box>
  );
}

function TooSmall({ columns, rows }: { readonly columns: number; readonly rows: number }): ReactNode {
  const size = `This terminal is ${columns}x${rows}.`;
  const wish = `Luthier needs ${MINIMUM.columns}x${MINIMUM.rows}: make it larger.`;
  return (
    <Modal>
      <Box flexDirection="column" width={columns} height={rows} overflow="hidden" flexShrink={0}>
        <Line text={size} width={columns} tone="strong" />
        {rows > 1 ? <Line text={wish} width={columns} /> : <Text />}
      </Box>
    </Modal>
  );
}
