import { Box } from 'ink';
import type { ReactNode } from 'react';
import { paneBindings, useBindings } from '../../keys/index.ts';
import { PaneBox, type PaneSize } from './box.tsx';
import { type Arrangement, nextPane, type PaneWish, shares } from './reducer.ts';

export interface Pane extends PaneWish {
  readonly title: string;
  /** Draws the inside; `focused` says whether its list or field may hear keys. */
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

/** Panes with titles and a visible focus. Where only one is shown, its title tells which of how many. */
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
  const sizes = shares(shown, how === 'row' ? width : height);
  const position = (id: string): string =>
    how === 'single' && panes.length > 1 ? ` ${ids.indexOf(id) + 1}/${ids.length} (Tab)` : '';
  return (
    <Box flexDirection={how === 'row' ? 'row' : 'column'} width={width} height={height} flexShrink={0}>
      {shown.map((pane, index) => (
        <PaneBox
          key={pane.id}
          title={`${pane.title}${position(pane.id)}`}
          focused={pane.id === focus}
          width={how === 'row' ? (sizes[index] ?? 1) : width}
          height={how === 'row' ? height : (sizes[index] ?? 1)}
        >
          {(size) => pane.render(size, pane.id === focus)}
        </PaneBox>
      ))}
    </Box>
  );
}
