import { Box, Text } from 'ink';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { latestOperation } from '../../../app/core/state.ts';
import { useAppState } from '../../../app/react.tsx';
import { Spinner } from '../../../components/feedback/spinner.tsx';
import { StatusLine } from '../../../components/feedback/status-line.tsx';
import { TextField } from '../../../components/inputs/text-field.tsx';
import type { RowSortKey } from '../../../domain/dataset/types.ts';
import { count } from '../../../domain/text/format.ts';
import { useTheme } from '../../../theme/theme.tsx';
import { type BrowseState, markedCount } from './reducer.ts';
import { filterText } from './row-filter.ts';
import type { ShownRows } from './use-rows.ts';

export interface ToolbarProps {
  readonly browse: BrowseState;
  readonly shown: ShownRows;
  readonly width: number;
  readonly onSearch: (text: string) => void;
  /** Done with the field; `keep` is false when the search is to go. */
  readonly onLeave: (keep: boolean) => void;
}

/** Above this many rows a search waits until the typing pauses: what each letter finds would be drawn before the next. */
const MANY_ROWS = 5_000;
const SEARCH_DELAY_MS = 100;

/** How the orders are called on screen. */
const SORT_NAMES: Readonly<Record<RowSortKey, string>> = {
  created: 'created',
  cell: 'values',
  tokens: 'tokens',
  status: 'status',
  rating: 'rating',
  length: 'length',
};

/** One row above the table: what is shown, or the search while it is typed. */
export function Toolbar({ browse, shown, width, onSearch, onLeave }: ToolbarProps): ReactNode {
  const { symbols } = useTheme();
  const counts = useAppState((state) => state.counts);
  const importing = useAppState((state) => latestOperation(state, 'import'));
  if (browse.searching)
    return (
      <Search initial={browse.filter.text ?? ''} shown={shown} width={width} onSearch={onSearch} onLeave={onLeave} />
    );
  if (importing !== null && importing.endedAt === null) {
    const label = `Importing ${importing.detail.path}: ${count(importing.detail.rows)} rows so far`;
    return (
      <Box height={1} paddingLeft={1}>
        <Spinner label={label} width={width - 2} />
      </Box>
    );
  }
  const marked = markedCount(browse.marks, shown.count);
  const filter = filterText(browse.filter);
  const { accepted, rejected } = counts.byRating;
  return (
    <Box height={1} flexShrink={0} paddingLeft={1}>
      <StatusLine
        width={width - 2}
        segments={[
          { text: marked === 0 ? '' : `${symbols.marked} ${count(marked)} marked`, tone: 'accent', keep: 1 },
          { text: filter === '' ? '' : `filter: ${filter}`, tone: 'accent', keep: 2 },
          { text: shown.hitsSoFar === null ? '' : foundText(shown), tone: 'accent', keep: 2 },
          { text: `${count(shown.total)} rows`, keep: 3 },
          { text: `${symbols.ok} ${count(accepted)} accepted`, keep: 4 },
          { text: rejected === 0 ? '' : `${symbols.error} ${count(rejected)} rejected`, keep: 5 },
          {
            text: `by ${SORT_NAMES[browse.sort.key]} ${browse.sort.descending ? symbols.down : symbols.up}`,
            tone: 'muted',
            keep: 6,
          },
        ]}
      />
    </Box>
  );
}

/** How far a search is: what was found of all rows, or so far. */
const foundText = ({ hitsSoFar, count: found, total }: ShownRows): string =>
  hitsSoFar === null
    ? `${count(found)} of ${count(total)}`
    : `searching${hitsSoFar === 0 ? '' : `, ${count(hitsSoFar)} so far`}`;

/** The value once it has stood still for `ms`; at once when that is 0. */
function useDebounced<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    if (ms === 0) {
      setSettled(value);
      return;
    }
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return ms === 0 ? value : settled;
}

interface SearchProps extends Omit<ToolbarProps, 'browse'> {
  readonly initial: string;
}

function Search({ initial, shown, width, onSearch, onLeave }: SearchProps): ReactNode {
  const theme = useTheme();
  const [draft, setDraft] = useState(initial);
  const settled = useDebounced(draft, shown.total > MANY_ROWS ? SEARCH_DELAY_MS : 0);
  const search = useRef(onSearch);
  search.current = onSearch;
  const applied = useRef(initial);
  useEffect(() => {
    if (applied.current === settled) return;
    applied.current = settled;
    search.current(settled);
  }, [settled]);
  const found = foundText(shown);
  return (
    <Box height={1} flexShrink={0} width={width} paddingLeft={1}>
      <Text {...theme.tone('key')}>/ </Text>
      <Box width={Math.max(1, width - found.length - 6)}>
        <TextField
          value={draft}
          onChange={setDraft}
          width={Math.max(1, width - found.length - 6)}
          focus
          placeholder="search values, prompts and answers"
          onSubmit={(text) => {
            if (applied.current !== text) onSearch(text);
            applied.current = text;
            onLeave(true);
          }}
          onLeave={() => onLeave(false)}
          leaveLabel="drop the search"
        />
      </Box>
      <Text {...theme.tone('muted')}> {found}</Text>
    </Box>
  );
}
