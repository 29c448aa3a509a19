import { type ReactNode, useState } from 'react';
import { ChoiceDialog, PromptDialog } from '../../../components/dialog/index.ts';
import { useAppState, useWorkbench } from '../../../state/context.tsx';
import type { DatasetActions } from '../../../state/workbench/types.ts';

type Format = Parameters<DatasetActions['export']>[1];
type Which = 'accepted' | 'not-rejected';

const FORMATS = [
  { value: 'chat', label: 'chat JSONL', note: 'messages; what fine-tuning takes' },
  { value: 'prompt-completion', label: 'prompt/completion JSONL', note: 'two strings; for legacy models' },
  { value: 'dpo', label: 'preference JSONL (DPO)', note: 'pairs of an accepted and a rejected answer' },
] as const;

const pathProblem = (path: string): string | null => (path.trim() === '' ? 'A path is needed.' : null);

const slug = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '') || 'dataset';

/** Format, rows, path: then writes. Esc goes one question back. */
export function ExportQuestions({ onDone }: { readonly onDone: () => void }): ReactNode {
  const { dataset, navigation, preferences } = useWorkbench();
  const project = useAppState((state) => state.project);
  const { byRating, total } = useAppState((state) => state.counts);
  const [format, setFormat] = useState<Format | null>(null);
  const [which, setWhich] = useState<Which | null>(null);
  if (format === null) {
    return (
      <ChoiceDialog
        title="Export as"
        options={FORMATS}
        onChoose={(value) => setFormat(FORMATS.find((one) => one.value === value)?.value ?? null)}
        onCancel={onDone}
      />
    );
  }
  if (which === null && format !== 'dpo') {
    const rows = (count: number): string => count.toLocaleString('en-US');
    return (
      <ChoiceDialog
        title="Which rows"
        value={project.training.rows}
        options={[
          { value: 'accepted', label: 'accepted', note: rows(byRating.accepted) },
          {
            value: 'not-rejected',
            label: 'all but the rejected',
            note: `${rows(total - byRating.rejected)}; unfinished answers are left out`,
          },
        ]}
        onChoose={(value) => setWhich(value === 'accepted' ? 'accepted' : 'not-rejected')}
        onCancel={() => setFormat(null)}
      />
    );
  }
  const write = async (path: string): Promise<void> => {
    onDone();
    const outcome = await dataset.export(path, format, which ?? 'accepted');
    if (outcome.ok) navigation.note(outcome.value);
    else navigation.problem(outcome.problem);
  };
  return (
    <PromptDialog
      title="Export"
      label="Write to (a file that is there is replaced)"
      initial={`${preferences.exportFolder()}/${slug(project.name)}.jsonl`}
      validate={pathProblem}
      onSubmit={(path) => {
        void write(path.trim());
      }}
      onCancel={() => (format === 'dpo' ? setFormat(null) : setWhich(null))}
    />
  );
}
