import type { ReactNode } from 'react';
import { ConfirmDialog, PromptDialog } from '../../components/dialog/index.ts';
import { useWorkbench } from '../../state/context.tsx';

export interface SaveQuestionProps {
  /** Name of the project, for the name of the file. */
  readonly project: string;
  readonly onDone: () => void;
}

const fileName = (project: string): string =>
  `${project
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60)}-chat.md`.replace(/^-/, '');

/** Where the transcript goes. */
export function SaveQuestion({ project, onDone }: SaveQuestionProps): ReactNode {
  const { chat, navigation, preferences } = useWorkbench();
  const save = async (path: string): Promise<void> => {
    const outcome = await chat.exportTranscript(path);
    if (outcome.ok) navigation.note(outcome.value);
    else navigation.problem(outcome.problem);
  };
  return (
    <PromptDialog
      title="Save the transcript as Markdown"
      label="Path of the file; one that is there is replaced"
      initial={`${preferences.exportFolder()}/${fileName(project)}`}
      validate={(path) => (path.trim() === '' ? 'a file needs a path' : null)}
      onSubmit={(path) => {
        onDone();
        void save(path.trim());
      }}
      onCancel={onDone}
    />
  );
}

const exchanges = (count: number): string => (count === 1 ? '1 exchange' : `${count} exchanges`);

export interface ClearQuestionProps {
  readonly count: number;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
}

export function ClearQuestion({ count, onConfirm, onCancel }: ClearQuestionProps): ReactNode {
  return (
    <ConfirmDialog
      title="Start a new conversation?"
      lines={[
        `${exchanges(count)} of this one go for good; w saves them first.`,
        'Kept rows, models and parameters stay.',
      ]}
      confirmLabel="start over"
      danger
      onConfirm={onConfirm}
      onCancel={onCancel}
    />
  );
}

export interface RegenerateQuestionProps {
  /** Exchanges that come after the one asked again. */
  readonly later: number;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
}

export function RegenerateQuestion({ later, onConfirm, onCancel }: RegenerateQuestionProps): ReactNode {
  return (
    <ConfirmDialog
      title="Ask this message again?"
      lines={[`${exchanges(later)} after it go for good: they were answers to what was said here.`]}
      confirmLabel="ask again"
      danger
      onConfirm={onConfirm}
      onCancel={onCancel}
    />
  );
}
