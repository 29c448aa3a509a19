import { Box } from 'ink';
import { type ReactNode, useState } from 'react';
import { displayWidth } from '../../domain/text/graphemes.ts';
import { useTheme } from '../../theme/theme.tsx';
import { TextField } from '../inputs/text-field.tsx';
import { List } from '../lists/list.tsx';
import { KeyHints } from '../text/key-hints.tsx';
import { Line } from '../text/line.tsx';
import { shortModel } from '../text/model-name.ts';

/** A model to choose, as a row says it. */
export interface ModelOption {
  readonly id: string;
  /** What it is and where it comes from, in words. */
  readonly note: string;
}

/** Where the pointer is and what is searched for. */
export interface ModelSearch {
  readonly query: string;
  /** Whether the field has all keys, Space among them; else it has the printable ones that are not the screen's. */
  readonly searching: boolean;
  readonly selected: number;
  setQuery(query: string): void;
  setSearching(searching: boolean): void;
  setSelected(index: number): void;
}

export function useModelSearch(): ModelSearch {
  const [query, setQuery] = useState('');
  const [searching, setSearching] = useState(false);
  const [selected, setSelected] = useState(0);
  const find = (typed: string): void => {
    setQuery(typed);
    setSelected(0);
  };
  return { query, searching, selected, setQuery: find, setSearching, setSelected };
}

/** The selected row's place in a list of `count` rows, which may have grown shorter since. */
export const pointedAt = ({ selected }: ModelSearch, count: number): number =>
  Math.max(0, Math.min(selected, count - 1));

export interface ModelPickerBodyProps {
  readonly search: ModelSearch;
  readonly options: readonly ModelOption[];
  /** Said above the search field. */
  readonly status: string;
  /** Why the provider's list is not there; null when it is. */
  readonly problem: string | null;
  /** What is chosen, in the order it was chosen in: places among the options, -1 for what a search leaves out. */
  readonly marked: readonly number[];
  /** Whether that order counts, so that each mark has its number. */
  readonly numbered?: boolean;
  readonly width: number;
  readonly height: number;
}

const MARK_COLUMNS = 4;

/** A list of models under a search field, with the keys at its foot. The keys themselves are the screen's. */
export function ModelPickerBody({
  search,
  options,
  status,
  problem,
  marked,
  numbered = false,
  width,
  height,
}: ModelPickerBodyProps): ReactNode {
  const widest = (text: (option: ModelOption) => string): number =>
    options.reduce((most, option) => Math.max(most, displayWidth(text(option))), 0);
  const names = widest(({ id }) => id);
  const notes = widest(({ note }) => note) + 2;
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Line text={status} width={width} tone="muted" />
      <SearchField search={search} width={width} />
      <List
        count={options.length}
        height={Math.max(1, height - 4)}
        width={width}
        selected={pointedAt(search, options.length)}
        onSelect={search.setSelected}
        focus
        {...(numbered ? {} : { isMarked: (index: number) => marked.includes(index) })}
        empty="No model fits. Esc clears what is typed."
        item={(index, { selected, width: columns }) => {
          const room = columns - (numbered ? MARK_COLUMNS : 0);
          return (
            <Box height={1}>
              {numbered ? <NumberedMark place={marked.indexOf(index)} /> : null}
              <ModelRow
                option={options[index]}
                selected={selected}
                nameWidth={Math.min(names, Math.max(room - notes, Math.floor(room / 2)))}
                width={room}
              />
            </Box>
          );
        }}
      />
      <Box flexGrow={1} />
      {problem === null ? null : <Line text={problem} width={width} tone="error" />}
      <KeyHints width={width} />
    </Box>
  );
}

/** Keys of the list while it is narrowed: Space marks, and `/` as the first sign makes Space one that is typed. */
const LEFT_WHILE_EMPTY = ['space', '/'] as const;
const LEFT = ['space'] as const;
const LIST_KEYS = ['home', 'end'] as const;

function SearchField({ search, width }: { readonly search: ModelSearch; readonly width: number }): ReactNode {
  const leave = (): void => {
    search.setQuery('');
    search.setSearching(false);
  };
  return (
    <Box height={1} flexShrink={0}>
      <Line text="/ " width={2} tone="key" />
      <TextField
        value={search.query}
        onChange={search.setQuery}
        width={width - 2}
        focus
        placeholder="type part of a name, or a whole one that is not in the list"
        {...(search.searching
          ? { onSubmit: () => search.setSearching(false) }
          : { leaves: search.query === '' ? LEFT_WHILE_EMPTY : LEFT, passes: LIST_KEYS })}
        {...(search.searching || search.query !== '' ? { onLeave: leave } : {})}
        leaveLabel={search.query === '' ? 'to the list' : 'clear the filter'}
      />
    </Box>
  );
}

/** `place`: where among the chosen; -1 when it is not. */
function NumberedMark({ place }: { readonly place: number }): ReactNode {
  const { symbols } = useTheme();
  const text = place < 0 ? symbols.unmarked : `${symbols.marked}${place + 1}`;
  return <Line text={text} width={MARK_COLUMNS} tone="accent" fill />;
}

interface ModelRowProps {
  readonly option: ModelOption | undefined;
  readonly selected: boolean;
  readonly nameWidth: number;
  readonly width: number;
}

function ModelRow({ option, selected, nameWidth, width }: ModelRowProps): ReactNode {
  const { symbols } = useTheme();
  if (option === undefined) return null;
  return (
    <>
      <Line
        text={shortModel(option.id, nameWidth, symbols.ellipsis)}
        width={nameWidth}
        cut="middle"
        bold={selected}
        fill
      />
      <Line text={`  ${option.note}`} width={Math.max(0, width - nameWidth)} tone="muted" />
    </>
  );
}
