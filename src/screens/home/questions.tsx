import { type ReactNode, useState } from 'react';
import { ChoiceDialog, ConfirmDialog, PromptDialog } from '../../components/dialog/index.ts';
import { useWorkbench } from '../../state/context.tsx';
import type { ProjectQuestion } from './projects.tsx';

const nameProblem = (text: string): string | null => (text.trim() === '' ? 'A project needs a name.' : null);

const STARTS = [
  { value: 'dnd', label: 'D&D characters', note: '2 values a slot, 16 cells' },
  { value: 'dnd-1296', label: 'D&D characters, large', note: '6 values a slot, 1,296 cells' },
  { value: 'nda', label: 'NDA clauses', note: '120 clauses, Yes or No' },
  { value: 'empty', label: 'Empty', note: 'your own template or rows' },
] as const;

type Start = (typeof STARTS)[number]['value'];

const NAMES: Readonly<Record<Start, string>> = {
  dnd: 'D&D characters',
  'dnd-1296': 'D&D characters, large',
  nda: 'NDA clauses',
  empty: '',
};

function NewProject({ onDone }: { readonly onDone: () => void }): ReactNode {
  const { projects } = useWorkbench();
  const [from, setFrom] = useState<Start | null>(null);
  if (from === null) {
    return (
      <ChoiceDialog
        title="Start a project from"
        options={STARTS}
        onChoose={(value) => setFrom(STARTS.find((start) => start.value === value)?.value ?? 'empty')}
        onCancel={onDone}
      />
    );
  }
  return (
    <PromptDialog
      title="New project"
      label="Its name"
      initial={NAMES[from]}
      validate={nameProblem}
      onSubmit={(name) => {
        projects.create(name.trim(), from);
        onDone();
      }}
      onCancel={() => setFrom(null)}
    />
  );
}

export interface QuestionProps {
  readonly question: ProjectQuestion;
  readonly onDone: () => void;
}

/** Asks what `question` says and does it. */
export function Question({ question, onDone }: QuestionProps): ReactNode {
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
