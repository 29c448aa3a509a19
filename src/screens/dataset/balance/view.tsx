import { Box, Text } from 'ink';
import { type ReactNode, useMemo, useState } from 'react';
import { Histogram } from '../../../components/histogram/index.ts';
import { PaneBox, type PaneSize } from '../../../components/panes/index.ts';
import { ScrollText } from '../../../components/scroll/index.ts';
import { Spinner } from '../../../components/spinner/index.ts';
import type { RowFilter } from '../../../domain/dataset/types.ts';
import { count } from '../../../domain/text/figures.ts';
import { datasetBalanceBindings } from '../../../keys/bindings/dataset.ts';
import { useBindings } from '../../../keys/index.ts';
import { useTheme } from '../../../theme/index.ts';
import { filterWords } from '../browse/filter.ts';
import { lengthsOf, type Tally } from './tally.ts';
import { useTally } from './use-tally.ts';
import { balanceText } from './words.ts';

export interface BalanceProps {
  readonly filter: RowFilter;
  readonly width: number;
  readonly height: number;
  readonly onClose: () => void;
}

const WIDE = 100;
const LENGTH_ROWS = 9;

/** Whether every slot value has its share of rows, and how long the answers are. */
export function Balance({ filter, width, height, onClose }: BalanceProps): ReactNode {
  const [round, setRound] = useState(0);
  const { tally, fraction } = useTally(filter, round);
  useBindings('screen', datasetBalanceBindings, {
    'dataset.balance.again': () => setRound(round + 1),
    'dataset.balance.close': onClose,
  });
  const wide = width >= WIDE;
  const lower = wide ? height : Math.min(LENGTH_ROWS, Math.floor(height / 2));
  const side = wide ? Math.floor(width / 2) : width;
  const words = filterWords(filter);
  const waiting = (size: PaneSize): ReactNode => (
    <Spinner label={`Counting ${Math.round(fraction * 100)}%`} width={size.columns} />
  );
  const of = tally === null ? '' : ` of ${count(tally.rows)} rows`;
  return (
    <Box flexDirection={wide ? 'row' : 'column'} width={width} height={height} flexShrink={0}>
      <PaneBox
        title={`Slot values${of}${words === '' ? '' : `, ${words}`}`}
        focused
        width={side}
        height={wide ? height : height - lower}
      >
        {(size) => (tally === null ? waiting(size) : <Values tally={tally} size={size} />)}
      </PaneBox>
      <PaneBox title="Lengths of the answers" focused={false} width={width - (wide ? side : 0)} height={lower}>
        {(size) => (tally === null ? waiting(size) : <Lengths tally={tally} size={size} />)}
      </PaneBox>
    </Box>
  );
}

interface PartProps {
  readonly tally: Tally;
  readonly size: PaneSize;
}

function Values({ tally, size }: PartProps): ReactNode {
  const { symbols } = useTheme();
  const text = useMemo(() => balanceText(tally, size.columns, symbols), [tally, size.columns, symbols]);
  return <ScrollText text={text} width={size.columns} height={size.rows} focus />;
}

function Lengths({ tally, size }: PartProps): ReactNode {
  const theme = useTheme();
  const { unit, bars } = useMemo(() => lengthsOf(tally, Math.max(2, Math.min(12, size.rows - 1))), [tally, size.rows]);
  return (
    <Box flexDirection="column">
      <Text {...theme.tone('muted')} wrap="truncate-end">
        {unit} | rows
      </Text>
      <Histogram bars={bars} width={size.columns} height={Math.max(1, size.rows - 1)} />
    </Box>
  );
}
