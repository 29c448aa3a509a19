import { Box, Text } from 'ink';
import { type ReactNode, useState } from 'react';
import { displayWidth } from '../../domain/text/graphemes.ts';
import { choiceBindings } from '../../keys/bindings/components.ts';
import { useBindings } from '../../keys/hooks.tsx';
import { useTheme } from '../../theme/theme.tsx';
import { List } from '../lists/list.tsx';
import { Line, safeMiddle } from '../text/line.tsx';
import { wrapped } from '../text/wrapped.ts';
import { WrappedText } from '../text/wrapped-text.tsx';

export interface Option {
  readonly value: string;
  readonly label: string;
  /** Said beside it: a date, a price, a reason. */
  readonly note?: string;
}

/** The value after (1) or before (-1) this one, round and round; the first when it is none of them. */
export function stepOption(options: readonly Option[], value: string, by: 1 | -1): string {
  const at = options.findIndex((option) => option.value === value);
  if (at < 0) return options[0]?.value ?? value;
  return options[(at + by + options.length) % options.length]?.value ?? value;
}

/** Options whose label, note or value holds every word of the query, case left aside. */
export function filterOptions(options: readonly Option[], query: string): readonly Option[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return options.filter((option) => {
    const text = `${option.label} ${option.note ?? ''} ${option.value}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

export interface SelectProps {
  readonly options: readonly Option[];
  readonly value: string;
  readonly width: number;
}

/** Columns of a chosen option without its note: its label, and the arrow. */
export const selectColumns = ({ options, value }: Pick<SelectProps, 'options' | 'value'>): number =>
  displayWidth(options.find((option) => option.value === value)?.label ?? value) + 2;

/** The note of the chosen option, where there is no room for the whole of it beside the option. */
export function unseenNote({ options, value, width }: SelectProps): string {
  const note = options.find((option) => option.value === value)?.note ?? '';
  return displayWidth(note) > width - selectColumns({ options, value }) - NOTE_GAP ? note : '';
}

const NOTE_GAP = 2;

/** The chosen option on one row, with its note where that is seen whole. Keys are the form's. */
export function Select(props: SelectProps): ReactNode {
  const { options, value, width } = props;
  const { symbols } = useTheme();
  const option = options.find((candidate) => candidate.value === value);
  const label = safeMiddle(option?.label ?? value, Math.max(1, width - 2), symbols.ellipsis);
  const note = unseenNote(props) === '' ? (option?.note ?? '') : '';
  return (
    <Box width={width}>
      <Text wrap="truncate-end">
        {label} {symbols.down}
      </Text>
      {note === '' ? null : <Line text={`  ${note}`} width={displayWidth(note) + NOTE_GAP} />}
    </Box>
  );
}

const optionText = ({ label, note }: Option): string => (note === undefined ? label : `${label}  ${note}`);

/** Columns of the pointer before an option. */
const GUTTER = 2;
const MOST_FOOT_ROWS = 4;

/** Rows under the options in which the selected one stands whole; 0 where each fits into its row. */
export function optionFootRows(options: readonly Option[], width: number): number {
  const long = options.filter((option) => displayWidth(optionText(option)) > width - GUTTER);
  const most = long.reduce((rows, option) => Math.max(rows, wrapped(optionText(option), width).length), 0);
  return Math.min(most, MOST_FOOT_ROWS);
}

export interface OptionListProps {
  readonly options: readonly Option[];
  /** The value that is chosen now; the list starts there. */
  readonly value: string;
  readonly width: number;
  readonly height: number;
  readonly focus: boolean;
  readonly onChoose: (value: string) => void;
  /** Esc. */
  readonly onCancel: () => void;
}

/** The options opened up: arrows, Enter chooses, Esc leaves it as it was. */
export function OptionList({ options, value, width, height, focus, onChoose, onCancel }: OptionListProps): ReactNode {
  const theme = useTheme();
  const [selected, setSelected] = useState(() =>
    Math.max(
      0,
      options.findIndex((option) => option.value === value),
    ),
  );
  useBindings(
    'field',
    choiceBindings,
    {
      'choice.choose': () => {
        const option = options[Math.min(selected, options.length - 1)];
        if (option !== undefined) onChoose(option.value);
      },
      'choice.cancel': onCancel,
    },
    { active: focus },
  );
  const foot = Math.min(optionFootRows(options, width), Math.max(0, height - 2));
  const chosen = options[Math.min(selected, options.length - 1)];
  const isCut = chosen !== undefined && displayWidth(optionText(chosen)) > width - GUTTER;
  return (
    <Box flexDirection="column">
      <List
        count={options.length}
        height={height - foot}
        width={width}
        selected={selected}
        onSelect={setSelected}
        focus={focus}
        empty="Nothing fits."
        item={(index, state) => {
          const option = options[index];
          const label = safeMiddle(option?.label ?? '', state.width, theme.symbols.ellipsis);
          const room = state.width - displayWidth(label) - 2;
          return (
            <Box>
              <Text bold={state.selected} wrap="truncate-end">
                {label}
              </Text>
              {option?.note === undefined || room < 4 ? null : (
                <Line text={`  ${option.note}`} width={room + 2} tone="muted" />
              )}
            </Box>
          );
        }}
      />
      {foot > 0 && isCut && <WrappedText text={optionText(chosen)} width={width} rows={foot} tone="muted" />}
    </Box>
  );
}
