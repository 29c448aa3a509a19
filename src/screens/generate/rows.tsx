import { Box } from 'ink';
import type { ReactNode } from 'react';
import { Line } from '../../components/line/index.ts';
import { List } from '../../components/list/index.ts';
import { cellLabel } from '../../domain/lattice/lattice.ts';
import type { GenerateDetail } from '../../operations/channel/types.ts';
import { useTheme } from '../../theme/index.ts';

export interface RunRowsProps {
  readonly detail: GenerateDetail;
  readonly view: 'latest' | 'problems';
  /** Whether more may come. */
  readonly live: boolean;
  readonly selected: number;
  readonly onSelect: (index: number) => void;
  readonly width: number;
  readonly height: number;
}

/** The rows that came last, or those that went wrong with their cause. */
export function RunRows({ detail, view, live, selected, onSelect, width, height }: RunRowsProps): ReactNode {
  const { symbols } = useTheme();
  const rows =
    view === 'latest'
      ? detail.latest.map(({ cell, ok, tokens, preview }) => ({
          cell,
          ok,
          text: `${ok ? symbols.ok : symbols.warn} ${tokens === null ? '' : `${tokens} tokens  `}${preview}`,
        }))
      : detail.problems.map(({ cell, cause }) => ({ cell, ok: false, text: `${symbols.error} ${cause}` }));
  return (
    <List
      count={rows.length}
      height={height}
      width={width}
      selected={selected}
      onSelect={onSelect}
      focus
      empty={view === 'problems' ? 'No problems.' : live ? 'The first answer is on its way.' : 'No answer came.'}
      item={(index, state) => {
        const row = rows[index];
        if (row === undefined) return '';
        const label = Math.min(34, Math.floor(state.width * 0.4));
        return (
          <Box height={1}>
            <Line text={cellLabel(row.cell)} width={label} fill bold={state.selected} />
            <Line
              text={` ${row.text}`}
              width={Math.max(0, state.width - label)}
              tone={row.ok ? 'plain' : view === 'problems' ? 'error' : 'warn'}
            />
          </Box>
        );
      }}
    />
  );
}
