import type { ReactNode } from 'react';
import { useAppState, useWorkbench } from '../../../app/react.tsx';
import { CapDialog } from '../../../components/dialogs/cap-dialog.tsx';
import { ChoiceDialog } from '../../../components/dialogs/choice-dialog.tsx';
import { ConfirmDialog } from '../../../components/dialogs/confirm-dialog.tsx';
import { PromptDialog } from '../../../components/dialogs/prompt-dialog.tsx';
import type { EvaluatedItem, Evaluation, EvaluationItem } from '../../../domain/evaluation/types.ts';
import { formatUsd } from '../../../domain/text/format.ts';
import { ExportDialog } from '../export-dialog.tsx';
import { filterChoices, type ItemFilter } from './item-filter.ts';

/** What lies over the answers and asks something. */
export type ResultsDialogKind = 'filter' | 'search' | 'export' | 'regenerate' | 'cap' | 'learn';

export interface ResultsDialogProps {
  readonly question: ResultsDialogKind;
  readonly evaluation: Evaluation;
  readonly items: readonly EvaluatedItem[];
  readonly names: readonly string[];
  readonly current: EvaluatedItem | null;
  readonly onFilter: (filter: ItemFilter) => void;
  readonly onDone: () => void;
}

function RunCapDialog({
  evaluationId,
  onDone,
}: {
  readonly evaluationId: string;
  readonly onDone: () => void;
}): ReactNode {
  const { evaluateRun } = useWorkbench();
  const capUsd = useAppState(({ operations }) => {
    const run = operations.find(({ detail }) => detail.kind === 'evaluate' && detail.evaluationId === evaluationId);
    return run?.detail.kind === 'evaluate' ? run.detail.capUsd : null;
  });
  return <CapDialog capUsd={capUsd} onCap={evaluateRun.setCap} onDone={onDone} />;
}

function RegenerateDialog({ rowId, onDone }: { readonly rowId: string; readonly onDone: () => void }): ReactNode {
  const { dataset, navigation } = useWorkbench();
  const plan = useAppState((state) => state.project.plan);
  return (
    <ConfirmDialog
      title="Generate the target answer of this row again?"
      lines={[
        `From ${plan.model}, the teacher of Generate.`,
        plan.capUsd === null ? 'No spending cap is set.' : `It stops at the cap of ${formatUsd(plan.capUsd)}.`,
        'This evaluation keeps the target it was begun with.',
      ]}
      confirmLabel="generate"
      onConfirm={() => {
        dataset.regenerate([rowId]);
        navigation.note('Generating again; Ctrl-O shows how far it is. u in Dataset brings the old answer back.');
        onDone();
      }}
      onCancel={onDone}
    />
  );
}

/** A row that was measured on is no longer held out once it is trained on: never without a yes. */
function LearnDialog({ item, onDone }: { readonly item: EvaluationItem; readonly onDone: () => void }): ReactNode {
  const { rows, navigation } = useWorkbench();
  const row = item.rowId === null ? null : rows.get(item.rowId);
  return (
    <ConfirmDialog
      title="Train on a row that was measured on?"
      lines={[
        row === null
          ? 'A row of the training side is made of its question and target.'
          : `Its row is accepted and ${row.split === 'train' ? 'stays on' : 'goes to'} the training side.`,
        'A model that learns it answers it by heart: the scores of evaluations that hold it, this one among them, are then no longer comparable with those of later models.',
        ...(row?.split === 'validation' ? ['They are marked so.'] : []),
        'u in Dataset takes it back.',
      ]}
      confirmLabel="train on it"
      onConfirm={() => {
        navigation.note(rows.learn(item));
        onDone();
      }}
      onCancel={onDone}
    />
  );
}

/** Asks what `question` says over the answers. */
export function ResultsDialog(props: ResultsDialogProps): ReactNode {
  const { question, evaluation, items, names, current, onFilter, onDone } = props;
  switch (question) {
    case 'filter': {
      const choices = filterChoices(items, evaluation.plan.models, names);
      return (
        <ChoiceDialog
          title="Show"
          options={choices}
          searchable
          onChoose={(value) => {
            const choice = choices.find((one) => one.value === value);
            if (choice !== undefined) onFilter(choice.filter);
            onDone();
          }}
          onCancel={onDone}
        />
      );
    }
    case 'search':
      return (
        <PromptDialog
          title="Search"
          label="In prompts, targets and answers"
          onSubmit={(text) => {
            onFilter(text.trim() === '' ? { kind: 'all' } : { kind: 'text', text: text.trim() });
            onDone();
          }}
          onCancel={onDone}
        />
      );
    case 'export':
      return <ExportDialog evaluationId={evaluation.id} onDone={onDone} />;
    case 'learn':
      return current === null ? null : <LearnDialog item={current.item} onDone={onDone} />;
    case 'cap':
      return <RunCapDialog evaluationId={evaluation.id} onDone={onDone} />;
    case 'regenerate': {
      const rowId = current?.item.rowId ?? null;
      return rowId === null ? null : <RegenerateDialog rowId={rowId} onDone={onDone} />;
    }
  }
}
