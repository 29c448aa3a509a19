import { Box, Text, useIsScreenReaderEnabled } from 'ink';
import type { ReactNode } from 'react';
import { useTheme } from '../../theme/theme.tsx';
import { Line } from '../text/line.tsx';
import { WrappedText, wrappedWithin } from '../text/wrapped-text.tsx';
import { gutterOf, useListWindow } from './list-window.ts';

export interface ListProps {
  readonly count: number;
  /** Visible rows; only these are mounted. Each item is one row high. */
  readonly height: number;
  /** Columns, the pointer's two included. */
  readonly width: number;
  /** Index of the selected item; the owner keeps it. */
  readonly selected: number;
  readonly onSelect: (index: number) => void;
  /** Whether the list takes keys: arrows, hjkl, g/G, PgUp/PgDn. */
  readonly focus: boolean;
  /** Whether the pointer is the one that keys move, though another component takes them; as `focus` by default. */
  readonly pointed?: boolean;
  /** Enter. Leave it out where the screen's own table has Enter. */
  readonly onChoose?: (index: number) => void;
  /** Space. */
  readonly onMark?: (index: number) => void;
  readonly isMarked?: (index: number) => boolean;
  /** Draws one item in exactly one row of `width` columns. A string is made safe and cut. */
  readonly item: (index: number, state: { readonly selected: boolean; readonly width: number }) => ReactNode;
  /** The whole of an item, where its row of `width` columns cuts it, else null: of the selected one it stands under the list. */
  readonly whole?: (index: number, width: number) => string | null;
  /** Said when there is nothing: what to do next, with the key. */
  readonly empty?: string;
}

/** Rows under a list for the whole of the selected item, and rows of the list itself below which it gives none. */
const MOST_FOOT_ROWS = 4;
const LEAST_ROWS = 1;

interface GutterProps {
  readonly selected: boolean;
  readonly focus: boolean;
  readonly pointed: boolean;
  /** Undefined where nothing can be marked. */
  readonly marked: boolean | undefined;
}

function Gutter({ selected, focus, pointed, marked }: GutterProps): ReactNode {
  const theme = useTheme();
  const { symbols } = theme;
  const mark = marked === undefined ? '' : `${marked ? symbols.marked : ' '} `;
  return (
    <Text {...theme.tone(selected && focus ? 'accent' : 'plain')}>
      {selected ? (pointed ? symbols.pointer : symbols.crumb) : ' '} {mark}
    </Text>
  );
}

/** A list of which only the visible rows are mounted. */
export function List(props: ListProps): ReactNode {
  const { count, width, focus, isMarked, item, empty = 'Nothing here yet.' } = props;
  const linear = useIsScreenReaderEnabled();
  const gutter = gutterOf(linear, isMarked !== undefined);
  const inner = Math.max(0, width - gutter);
  const full = count === 0 ? null : (props.whole?.(Math.min(props.selected, count - 1), inner) ?? null);
  const room = Math.min(MOST_FOOT_ROWS, props.height - LEAST_ROWS);
  const foot = full === null || room < 1 ? [] : wrappedWithin(full, width, room);
  const height = props.height - foot.length;
  const { indices, area } = useListWindow({ ...props, height });
  if (count === 0) return <WrappedText text={empty} width={width} tone="muted" />;
  const rows = (
    <Box
      ref={area}
      flexDirection="column"
      width={width}
      height={Math.min(height, count)}
      flexShrink={0}
      overflow="hidden"
    >
      {indices.map((index) => {
        const selected = index === props.selected;
        const content = item(index, { selected, width: inner });
        return (
          <Box key={index} height={1} flexShrink={0} aria-state={{ checked: isMarked?.(index) === true, selected }}>
            {linear ? null : (
              <Gutter selected={selected} focus={focus} pointed={props.pointed ?? focus} marked={isMarked?.(index)} />
            )}
            {typeof content === 'string' ? (
              <Line text={content} width={inner} cut="middle" tone={selected ? 'strong' : 'plain'} />
            ) : (
              content
            )}
          </Box>
        );
      })}
    </Box>
  );
  if (foot.length === 0) return rows;
  return (
    <Box flexDirection="column" flexShrink={0}>
      {rows}
      {foot.map((line, index) => (
        <Line key={index} text={line} width={width} cut="middle" tone="muted" />
      ))}
    </Box>
  );
}
