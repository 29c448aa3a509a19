import { Box } from 'ink';
import type { ReactNode } from 'react';
import { Line } from '../../../components/line/index.ts';
import type { PaneSize } from '../../../components/panes/index.ts';
import { ProgressBar } from '../../../components/progress/index.ts';
import { Spinner } from '../../../components/spinner/index.ts';
import { percent, plural } from '../../../domain/text/figures.ts';
import { useAppState } from '../../../state/context.tsx';
import { latestOperation } from '../../../state/selectors.ts';

/** How far the import is, while it runs. */
export function Running({ size }: { readonly size: PaneSize }): ReactNode {
  const running = useAppState((state) => latestOperation(state, 'import'));
  const rows = running?.detail.rows ?? 0;
  const fraction = running?.fraction ?? null;
  const share = fraction === null ? '' : `, ${percent(fraction)}`;
  return (
    <Box flexDirection="column" width={size.columns}>
      <Spinner label={`${plural(rows, 'row')} so far${share}`} width={size.columns} />
      {fraction === null ? null : <ProgressBar fraction={fraction} width={size.columns} />}
      <Box height={1} flexShrink={0} />
      <Line
        text="Esc leaves it running; x stops it, and the rows that are in stay in."
        width={size.columns}
        tone="muted"
      />
    </Box>
  );
}
