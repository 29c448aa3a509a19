import { Box } from 'ink';
import type { ReactNode } from 'react';
import { nextPane, type Pane, PaneBox, Panes, shares } from '../../components/panes/index.ts';
import { paneBindings, useBindings } from '../../keys/index.ts';
import type { PaneId } from './editor/reducer.ts';

export interface TemplatePane extends Pane {
  readonly id: PaneId;
}

export interface LayoutProps {
  readonly prompts: TemplatePane;
  readonly slots: TemplatePane;
  readonly preview: TemplatePane;
  readonly focus: PaneId;
  readonly onFocus: (pane: PaneId) => void;
  readonly width: number;
  readonly height: number;
}

/** Whether all panes fit at once; below, one at a time. */
export function isWide(columns: number, rows: number): boolean {
  return columns >= 100 && rows >= 20;
}

/** Prompts beside slots over preview where there is room, else one pane at a time. */
export function TemplateLayout({ prompts, slots, preview, focus, onFocus, width, height }: LayoutProps): ReactNode {
  const panes = [prompts, slots, preview];
  const move = (id: string): void => {
    const pane = panes.find((candidate) => candidate.id === id);
    if (pane !== undefined) onFocus(pane.id);
  };
  const wide = isWide(width, height);
  const ids = panes.map((pane) => pane.id);
  useBindings(
    'screen',
    paneBindings,
    {
      'panes.next': () => move(nextPane(ids, focus, 1)),
      'panes.previous': () => move(nextPane(ids, focus, -1)),
    },
    { active: wide },
  );
  if (!wide)
    return <Panes panes={panes} focus={focus} width={width} height={height} onFocus={move} arrangement="single" />;
  const left = Math.floor(width / 2);
  const [above = 1, below = 1] = shares(
    [
      { id: 'slots', flex: 2 },
      { id: 'preview', flex: 3 },
    ],
    height,
  );
  const box = (pane: TemplatePane, columns: number, rows: number): ReactNode => (
    <PaneBox title={pane.title} focused={pane.id === focus} width={columns} height={rows}>
      {(size) => pane.render(size, pane.id === focus)}
    </PaneBox>
  );
  return (
    <Box width={width} height={height} flexShrink={0}>
      {box(prompts, left, height)}
      <Box flexDirection="column" width={width - left} flexShrink={0}>
        {box(slots, width - left, above)}
        {box(preview, width - left, below)}
      </Box>
    </Box>
  );
}
