import { Box } from 'ink';
import { type ReactNode, useState } from 'react';
import { Line } from '../../components/line/index.ts';
import { List } from '../../components/list/index.ts';
import { homeProjectsBindings } from '../../keys/bindings/home.ts';
import { useBindings } from '../../keys/index.ts';
import { useAppState, useWorkbench } from '../../state/context.tsx';
import type { ProjectSummary } from '../../state/types.ts';
import { useTheme } from '../../theme/index.ts';

/** A question about one project, asked over the screen. */
export type ProjectQuestion =
  | { readonly kind: 'new' }
  | { readonly kind: 'rename'; readonly project: ProjectSummary }
  | { readonly kind: 'delete'; readonly project: ProjectSummary };

export interface ProjectListProps {
  readonly width: number;
  readonly height: number;
  readonly focus: boolean;
  readonly onAsk: (question: ProjectQuestion) => void;
  /** After opening: back to the workflow. */
  readonly onOpened: () => void;
}

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** Every project, newest first; the open one is marked in words. */
export function ProjectList({ width, height, focus, onAsk, onOpened }: ProjectListProps): ReactNode {
  const theme = useTheme();
  const projects = useAppState((state) => state.projects);
  const current = useAppState((state) => state.project.id);
  const { projects: actions } = useWorkbench();
  const [selected, setSelected] = useState(0);
  const at = Math.min(selected, Math.max(0, projects.length - 1));
  const project = projects[at];
  const disabledReason = project === undefined ? 'no project is selected' : null;
  const withProject = (act: (project: ProjectSummary) => void) => ({
    run: () => {
      if (project !== undefined) act(project);
    },
    disabledReason,
  });
  useBindings(
    'screen',
    homeProjectsBindings,
    {
      'home.project.open': withProject(({ id }) => {
        actions.open(id);
        onOpened();
      }),
      'home.project.new': () => onAsk({ kind: 'new' }),
      'home.project.rename': withProject((one) => onAsk({ kind: 'rename', project: one })),
      'home.project.duplicate': withProject(({ id }) => actions.duplicate(id)),
      'home.project.delete': withProject((one) => onAsk({ kind: 'delete', project: one })),
    },
    { active: focus },
  );
  return (
    <List
      count={projects.length}
      height={height}
      width={width}
      selected={at}
      onSelect={setSelected}
      focus={focus}
      empty="No projects yet: n starts one."
      item={(index, state) => {
        const one = projects[index];
        if (one === undefined) return '';
        const facts = `${one.id === current ? `open ${theme.symbols.separator} ` : ''}${day(one.updatedAt)}`;
        const room = Math.max(1, state.width - 20);
        return (
          <Box height={1}>
            <Line text={one.name} width={room} bold={one.id === current} fill />
            <Line text={facts} width={Math.min(20, state.width - room)} tone="muted" align="right" />
          </Box>
        );
      }}
    />
  );
}
