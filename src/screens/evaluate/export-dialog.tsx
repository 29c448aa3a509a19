import { type ReactNode, useState } from 'react';
import { EXPORT_CHOICES } from '../../app/evaluation/exports.ts';
import { useAppState, useWorkbench } from '../../app/react.tsx';
import type { ExportPath } from '../../app/runtime/ports.ts';
import { ChoiceDialog } from '../../components/dialogs/choice-dialog.tsx';
import { ExportPathDialog, fileStem } from '../../components/dialogs/export-path-dialog.tsx';

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
  const [chosen, setChosen] = useState<(typeof EXPORT_CHOICES)[number] | null>(null);
  if (chosen === null) {
    return (
      <ChoiceDialog
        title="Export as"
        options={EXPORT_CHOICES}
        onChoose={(value) => setChosen(EXPORT_CHOICES.find((one) => one.value === value) ?? null)}
        onCancel={onDone}
      />
    );
  }
  const write = async (to: ExportPath): Promise<void> => {
    onDone();
    const outcome = await evaluate.export(evaluationId, chosen.value, to);
    if (outcome.ok) navigation.note(outcome.value);
    else navigation.problem(outcome.problem);
  };
  return (
    <ExportPathDialog
      path={exportPath(preferences.exportFolder(), project, chosen.ending)}
      isTaken={(path) => preferences.isTaken('evaluation', path)}
      complete={preferences.completePath}
      onSubmit={(to) => void write(to)}
      onCancel={() => setChosen(null)}
    />
  );
}
