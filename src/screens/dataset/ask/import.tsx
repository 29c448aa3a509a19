import type { ReactNode } from 'react';
import { PromptDialog } from '../../../components/dialog/index.ts';
import { useWorkbench } from '../../../state/context.tsx';

export const pathProblem = (path: string): string | null => (path.trim() === '' ? 'A path is needed.' : null);

/** A path, then reads it. The rows come in while one goes on; the outcome is told wherever one is by then. */
export function ImportQuestion({ onDone }: { readonly onDone: () => void }): ReactNode {
  const { dataset, navigation } = useWorkbench();
  const read = async (path: string): Promise<void> => {
    onDone();
    const outcome = await dataset.import(path);
    if (outcome.ok) navigation.note(outcome.value);
    else navigation.problem(outcome.problem);
  };
  return (
    <PromptDialog
      title="Import"
      label="Chat or prompt/completion JSONL to add as rows"
      placeholder="path/to/rows.jsonl"
      validate={pathProblem}
      onSubmit={(path) => {
        void read(path.trim());
      }}
      onCancel={onDone}
    />
  );
}
