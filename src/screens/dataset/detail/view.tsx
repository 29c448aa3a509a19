import { Box } from 'ink';
import { type ReactNode, useMemo } from 'react';
import { Line } from '../../../components/line/index.ts';
import type { PaneSize } from '../../../components/panes/index.ts';
import { ScrollText } from '../../../components/scroll/index.ts';
import { ratingStatus, rowStatus, STATUS_LOOKS } from '../../../components/status/index.ts';
import { StatusLine } from '../../../components/statusline/index.ts';
import type { Row } from '../../../domain/dataset/types.ts';
import { useAppState, useWorkbench } from '../../../state/context.tsx';
import { useTheme } from '../../../theme/index.ts';
import { cellWords, statusWords } from '../browse/cells.ts';
import { splitWord } from '../browse/filter.ts';
import { detailText } from './text.ts';

export interface DetailProps {
  readonly row: Row | null;
  readonly size: PaneSize;
  readonly focus: boolean;
}

/** With fewer rows than this the answer comes before the prompts. */
const SMALL = 14;
const HEAD = 2;

/** The whole example: cell and state in the head, everything else in a text that scrolls. */
export function Detail({ row, size, focus }: DetailProps): ReactNode {
  if (row === null) return <Line text="No row is selected." width={size.columns} tone="muted" />;
  return <Whole row={row} size={size} focus={focus} />;
}

function Whole({ row, size, focus }: DetailProps & { readonly row: Row }): ReactNode {
  const { symbols } = useTheme();
  const { dataset } = useWorkbench();
  const template = useAppState((state) => state.project.template);
  const small = size.rows < SMALL;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the messages are rendered from the template
  const { text, spans } = useMemo(() => detailText(row, dataset.messages(row), small), [row, dataset, template, small]);
  const status = rowStatus(row.status);
  const rating = ratingStatus(row.rating);
  return (
    <Box flexDirection="column">
      <Line text={cellWords(row)} width={size.columns} bold />
      <StatusLine
        width={size.columns}
        segments={[
          { text: statusWords(status, symbols), tone: STATUS_LOOKS[status.kind].tone, keep: 1 },
          { text: statusWords(rating, symbols), tone: STATUS_LOOKS[rating.kind].tone, keep: 2 },
          { text: row.edited ? 'edited' : '', tone: 'warn', keep: 3 },
          { text: row.split === null ? '' : `split ${splitWord(row.split)}`, keep: 4 },
        ]}
      />
      <ScrollText
        key={row.id}
        text={text}
        spans={spans}
        width={size.columns}
        height={Math.max(1, size.rows - HEAD)}
        focus={focus}
      />
    </Box>
  );
}
