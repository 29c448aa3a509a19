import { type ReactNode, useState } from 'react';
import type { EvaluateActions } from '../../app/evaluation/actions.ts';
import { useAppState, useWorkbench } from '../../app/react.tsx';
import { ChoiceDialog } from '../../components/dialogs/choice-dialog.tsx';
import { ExportPathDialog, fileStem } from '../../components/dialogs/export-path-dialog.tsx';

export type ExportFormat = Parameters<EvaluateActions['export']>[1];

const EXPORT_FORMATS: readonly {
  readonly value: ExportFormat;
  readonly label: string;
  readonly note: string;
  readonly ending: string;
}[] = [
  { value: 'markdown', label: 'report, Markdown', note: 'figures and comparisons', ending: 'md' },
  { value: 'html', label: 'report, HTML', note: 'one file with its charts', ending: 'html' },
  { value: 'jsonl', label: 'predictions, JSONL', note: 'every answer with its scores', ending: 'jsonl' },
  { value: 'csv', label: 'predictions, CSV', note: 'a line for every answer', ending: 'csv' },
];

/** Where an export is offered to be written: `<folder>/<project>-evaluation.md`. */
const exportPath = (folder: string, project: string, ending: string): string =>
  `${folder}/${fileStem(project, 'evaluation')}-evaluation.${ending}`;

export interface ExportDialogProps {
  readonly evaluationId: string;
  readonly onDone: () => void;
}

/** Format, path: then writes. Esc goes one question back. */
export function ExportDialog({ evaluationId, onDone }: ExportDialogProps): ReactNode {
  const { evaluate, navigation, preferences } = useWorkbench();
  const project = useAppState((state) => state.project.name);
  const [chosen, setChosen] = useState<(typeof EXPORT_FORMATS)[number] | null>(null);
  if (chosen === null) {
    return (
      <ChoiceDialog
        title="Export as"
        options={EXPORT_FORMATS}
        onChoose={(value) => setChosen(EXPORT_FORMATS.find((one) => one.value === value) ?? null)}
        onCancel={onDone}
      />
    );
  }
  const write = async (path: string): Promise<void> => {
    onDone();
    const outcome = await evaluate.export(evaluationId, chosen.value, path);
    if (outcome.ok) navigation.note(`Written to ${outcome.value}`);
    else navigation.problem(outcome.problem);
  };
  return (
    <ExportPathDialog
      path={exportPath(preferences.exportFolder(), project, chosen.ending)}
      onSubmit={(path) => {
        void write(path);
      }}
      onCancel={() => setChosen(null)}
    />
  );
}
