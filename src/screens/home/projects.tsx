import { Box } from 'ink';
import { type ReactNode, useState } from 'react';
import { cursorKind } from '../../app/core/screen-states.ts';
import type { ProjectSummary } from '../../app/core/state.ts';
import { useAppState, useScreenValue, useWorkbench } from '../../app/react.tsx';
import { ChoiceDialog } from '../../components/dialogs/choice-dialog.tsx';
import { ConfirmDialog } from '../../components/dialogs/confirm-dialog.tsx';
import { PromptDialog } from '../../components/dialogs/prompt-dialog.tsx';
import { List } from '../../components/lists/list.tsx';
import { Line } from '../../components/text/line.tsx';
import { homeProjectsBindings } from '../../keys/bindings/home.ts';
import { useBindings } from '../../keys/hooks.tsx';
import { useTheme } from '../../theme/theme.tsx';

/** A question about one project, over the screen. */
export type ProjectDialogRequest =
  | { readonly kind: 'new' }
  | { readonly kind: 'rename'; readonly project: ProjectSummary }
  | { readonly kind: 'delete'; readonly project: ProjectSummary };

export interface ProjectListProps {
  readonly width: number;
  readonly height: number;
  readonly focus: boolean;
  readonly onAsk: (question: ProjectDialogRequest) => void;
  /** After opening: back to the workflow. */
  readonly onOpened: () => void;
}

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

const CURSOR = cursorKind('home-projects');

/** Every project, newest first; the open one is marked in words. */
export function ProjectList({ width, height, focus, onAsk, onOpened }: ProjectListProps): ReactNode {
  const theme = useTheme();
  const projects = useAppState((state) => state.projects);
  const current = useAppState((state) => state.project.id);
  const { projects: actions } = useWorkbench();
  const [selected, setSelected] = useScreenValue(CURSOR, () => 0);
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
            <Line text={one.name} width={room} cut="middle" bold={one.id === current} fill />
            <Line text={facts} width={Math.min(20, state.width - room)} tone="muted" align="right" />
          </Box>
        );
      }}
    />
  );
}

const nameProblem = (text: string): string | null => (text.trim() === '' ? 'A project needs a name.' : null);

const PROJECT_STARTS = [
  { value: 'dnd', label: 'D&D characters', note: '2 values a slot, 16 combinations' },
  { value: 'dnd-1296', label: 'D&D characters, large', note: '6 values a slot, 1,296 combinations' },
  { value: 'nda', label: 'NDA clauses', note: '120 clauses, Yes or No' },
  { value: 'empty', label: 'Empty', note: 'your own template or rows' },
] as const;

type ProjectStart = (typeof PROJECT_STARTS)[number]['value'];

const DEFAULT_NAMES: Readonly<Record<ProjectStart, string>> = {
  dnd: 'D&D characters',
  'dnd-1296': 'D&D characters, large',
  nda: 'NDA clauses',
  empty: '',
};

function NewProject({ onDone }: { readonly onDone: () => void }): ReactNode {
  const { projects } = useWorkbench();
  const [from, setFrom] = useState<ProjectStart | null>(null);
  if (from === null) {
    return (
      <ChoiceDialog
        title="Start a project from"
        options={PROJECT_STARTS}
        onChoose={(value) => setFrom(PROJECT_STARTS.find((start) => start.value === value)?.value ?? 'empty')}
        onCancel={onDone}
      />
    );
  }
  return (
    <PromptDialog
      title="New project"
      label="Its name"
      initial={DEFAULT_NAMES[from]}
      validate={nameProblem}
      onSubmit={(name) => {
        projects.create(name.trim(), from);
        onDone();
      }}
      onCancel={() => setFrom(null)}
    />
  );
}

export interface ProjectDialogProps {
  readonly question: ProjectDialogRequest;
  readonly onDone: () => void;
}

/** Asks what `question` says and does it. */
export function ProjectDialog({ question, onDone }: ProjectDialogProps): ReactNode {
  const { projects } = useWorkbench();
  switch (question.kind) {
    case 'new':
      return <NewProject onDone={onDone} />;
    case 'rename':
      return (
        <PromptDialog
          title="Rename the project"
          label="Its new name"
          initial={question.project.name}
          validate={nameProblem}
          onSubmit={(name) => {
            projects.rename(question.project.id, name.trim());
            onDone();
          }}
          onCancel={onDone}
        />
      );
    case 'delete':
      return (
        <ConfirmDialog
          title={`Delete ${question.project.name}?`}
          lines={[
            'Its template, rows, conversation and record of jobs go for good.',
            'Files, jobs and tuned models at the provider stay there.',
          ]}
          confirmLabel="delete"
          danger
          onConfirm={() => {
            projects.remove(question.project.id);
            onDone();
          }}
          onCancel={onDone}
        />
      );
  }
}
