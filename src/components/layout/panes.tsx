import { Box, Text, useIsScreenReaderEnabled } from 'ink';
import type { ReactNode } from 'react';
import { displayWidth } from '../../domain/text/graphemes.ts';
import { paneBindings } from '../../keys/bindings/components.ts';
import { useBindings } from '../../keys/hooks.tsx';
import { useMouseArea } from '../../keys/mouse.tsx';
import type { MouseHandlers } from '../../keys/mouse-areas.ts';
import type { Symbols } from '../../theme/symbols.ts';
import { useTheme } from '../../theme/theme.tsx';
import { safeMiddle } from '../text/line.tsx';

interface Corners {
  readonly left: string;
  readonly right: string;
  readonly line: string;
}

const TOPS: Readonly<Record<Symbols['border'] | Symbols['borderFocus'], Corners>> = {
  round: { left: '╭', right: '╮', line: '─' },
  bold: { left: '┏', right: '┓', line: '━' },
  double: { left: '╔', right: '╗', line: '═' },
  classic: { left: '+', right: '+', line: '-' },
};
/** The focused pane's where both borders are drawn with the same signs: without colour, bold alone is easily overlooked. */
const CLASSIC_FOCUS: Corners = { left: '+', right: '+', line: '=' };

/** The upper border with the title in it, in exactly `width` columns. */
function topBorder(title: string, { left, right, line }: Corners, width: number, ellipsis: string): string {
  if (width < 2) return line.repeat(Math.max(0, width));
  const room = width - 6;
  const clean = room < 1 ? '' : safeMiddle(title, room, ellipsis);
  const label = clean === '' ? '' : `${line} ${clean} `;
  return left + label + line.repeat(Math.max(0, width - 2 - displayWidth(label))) + right;
}

interface PaneConstraint {
  readonly id: string;
  /** Share of the space among panes side by side; 1 by default. */
  readonly flex?: number;
  /** Rows or columns it should have at least. */
  readonly min?: number;
}

export type Arrangement = 'row' | 'column' | 'single';

/** Sizes along one axis that add up to `total`, by share, each at least its minimum as far as that goes. */
export function divideSpace(panes: readonly PaneConstraint[], total: number): readonly number[] {
  const flex = panes.reduce((sum, pane) => sum + (pane.flex ?? 1), 0);
  const sizes = panes.map((pane) => Math.max(pane.min ?? 1, Math.floor((total * (pane.flex ?? 1)) / flex)));
  let over = sizes.reduce((sum, size) => sum + size, 0) - total;
  for (let index = sizes.length - 1; index >= 0 && over > 0; index--) {
    const size = sizes[index] ?? 0;
    const given = Math.min(over, Math.max(0, size - 1));
    sizes[index] = size - given;
    over -= given;
  }
  const last = sizes.length - 1;
  if (over < 0 && last >= 0) sizes[last] = (sizes[last] ?? 0) - over;
  return sizes;
}

/** The pane after (1) or before (-1) `focus`, round and round. */
export function nextPane(ids: readonly string[], focus: string, by: 1 | -1): string {
  const at = ids.indexOf(focus);
  return ids[(at + by + ids.length) % ids.length] ?? focus;
}

export interface PaneSize {
  readonly columns: number;
  readonly rows: number;
}

export interface PaneBoxProps {
  readonly title: string;
  /** Shown by a heavier border, the focus colour and bold; the pointer is that of the list inside alone. */
  readonly focused: boolean;
  /** Outer size, border included. */
  readonly width: number;
  readonly height: number;
  /** A click anywhere on it, with the place from its corner. */
  readonly onClick?: MouseHandlers['onClick'];
  /** Draws the inside in the given columns and rows (two less each for the border; one column of air left and right). */
  readonly children: (size: PaneSize) => ReactNode;
}

/** A titled border of exact size. What is inside is clipped, never wrapped into the border. */
export function PaneBox({ title, focused, width, height, onClick, children }: PaneBoxProps): ReactNode {
  const { symbols, tokens } = useTheme();
  const linear = useIsScreenReaderEnabled();
  const area = useMouseArea(onClick === undefined ? {} : { onClick });
  const size = { columns: Math.max(1, width - 4), rows: Math.max(1, height - 2) };
  if (linear) {
    return (
      <Box flexDirection="column">
        <Text bold>{title}</Text>
        {children(size)}
      </Box>
    );
  }
  const style = focused ? symbols.borderFocus : symbols.border;
  const color = focused ? tokens.borderFocus : tokens.border;
  const colored = color === undefined ? {} : { color };
  const corners = focused && style === 'classic' ? CLASSIC_FOCUS : TOPS[style];
  return (
    <Box ref={area} flexDirection="column" width={width} height={height} flexShrink={0} overflow="hidden">
      <Text {...colored} bold={focused} wrap="truncate-end">
        {topBorder(title, corners, width, symbols.ellipsis)}
      </Text>
      <Box
        borderStyle={style}
        borderTop={false}
        {...(color === undefined ? {} : { borderColor: color })}
        width={width}
        height={Math.max(1, height - 1)}
        flexShrink={0}
      >
        <Box flexDirection="column" marginX={1} width={size.columns} height={size.rows} overflow="hidden">
          {children(size)}
        </Box>
      </Box>
    </Box>
  );
}

export interface Pane extends PaneConstraint {
  readonly title: string;
  /** Draws the inside; `focused` says whether its list or field may take keys. */
  readonly render: (size: PaneSize, focused: boolean) => ReactNode;
}

export interface PanesProps {
  readonly panes: readonly Pane[];
  /** Id of the pane that has the focus. The screen keeps it. */
  readonly focus: string;
  /** Tab and Shift-Tab. */
  readonly onFocus: (id: string) => void;
  /** Size of all panes together, borders included. */
  readonly width: number;
  readonly height: number;
  /** Side by side, one over the other, or only the focused one. Default: side by side from 90 columns, else only the focused one. */
  readonly arrangement?: Arrangement;
  /** False while something over the panes has the keys, or a field inside wants Tab. */
  readonly active?: boolean;
}

/** Panes with titles and a visible focus. Where only one is shown, its title says which of how many. */
export function Panes({ panes, focus, onFocus, width, height, arrangement, active = true }: PanesProps): ReactNode {
  const ids = panes.map((pane) => pane.id);
  useBindings(
    'screen',
    paneBindings,
    {
      'panes.next': () => onFocus(nextPane(ids, focus, 1)),
      'panes.previous': () => onFocus(nextPane(ids, focus, -1)),
    },
    { active: active && panes.length > 1 },
  );
  const how = arrangement ?? (width >= 90 ? 'row' : 'single');
  const shown = how === 'single' ? panes.filter((pane) => pane.id === focus).slice(0, 1) : panes;
  const sizes = divideSpace(shown, how === 'row' ? width : height);
  const position = (id: string): string =>
    how === 'single' && panes.length > 1 ? ` ${ids.indexOf(id) + 1}/${ids.length} (Tab)` : '';
  return (
    <Box flexDirection={how === 'row' ? 'row' : 'column'} width={width} height={height} flexShrink={0}>
      {shown.map((pane, index) => (
        <PaneBox
          key={pane.id}
          title={`${pane.title}${position(pane.id)}`}
          focused={pane.id === focus}
          onClick={() => onFocus(pane.id)}
          width={how === 'row' ? (sizes[index] ?? 1) : width}
          height={how === 'row' ? height : (sizes[index] ?? 1)}
        >
          {(size) => pane.render(size, pane.id === focus)}
        </PaneBox>
      ))}
    </Box>
  );
}
