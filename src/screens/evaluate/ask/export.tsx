import { type ReactNode, useState } from 'react';
import { ChoiceDialog, PromptDialog } from '../../../components/dialog/index.ts';
import { useAppState, useWorkbench } from '../../../state/context.tsx';
import { EXPORTS, exportPath, pathProblem } from './path.ts';

export interface ExportQuestionsProps {
  readonly evaluationId: string;
  readonly onDone: () => void;
}

/** Format, path: then writes. Esc goes one question back. */
export function ExportQuestions({ evaluationId, onDone }: ExportQuestionsProps): ReactNode {
  const { evaluate, navigation, preferences } = useWorkbench();
  const project = useAppState((state) => state.project.name);
  const [chosen, setChosen] = useState<(typeof EXPORTS)[number] | null>(null);
  if (chosen === null) {
    return (
      <ChoiceDialog
        title="Export as"
        options={EXPORTS}
        onChoose={(value) => setChosen(EXPORTS.find((one) => one.value === value) ?? null)}
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
    <PromptDialog
      title="Export"
      label="Write to (a file that is there is replaced)"
      initial={exportPath(preferences.exportFolder(), project, chosen.ending)}
      validate={pathProblem}
      onSubmit={(path) => {
        void write(path.trim());
      }}
      onCancel={() => setChosen(null)}
    />
  );
}
