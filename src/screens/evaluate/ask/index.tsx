import type { ReactNode } from 'react';
import { ChoiceDialog, ConfirmDialog, PromptDialog } from '../../../components/dialog/index.ts';
import { readNumber } from '../../../components/numberfield/index.ts';
import type { EvaluatedItem, Evaluation } from '../../../domain/evaluation/types.ts';
import { formatUsd } from '../../../domain/pricing/format.ts';
import { useAppState, useWorkbench } from '../../../state/context.tsx';
import { filterChoices, type ItemFilter } from '../results/filter.ts';
import { ExportQuestions } from './export.tsx';

/** What lies over the answers and asks something. */
export type Question = 'filter' | 'search' | 'export' | 'regenerate' | 'cap';

export interface AskProps {
  readonly question: Question;
  readonly evaluation: Evaluation;
  readonly items: readonly EvaluatedItem[];
  readonly names: readonly string[];
  readonly current: EvaluatedItem | null;
  readonly onFilter: (filter: ItemFilter) => void;
  readonly onDone: () => void;
}

const CAP_RULES = { min: 0, none: 'none' } as const;

function CapQuestion({ onDone }: { readonly onDone: () => void }): ReactNode {
  const { evaluateRun } = useWorkbench();
  return (
    <PromptDialog
      title="Spending cap"
      label="US$ for this run at most; none lifts it"
      placeholder="none"
      validate={(text) => {
        const reading = readNumber(text, CAP_RULES);
        return reading.ok ? null : reading.why;
      }}
      onSubmit={(text) => {
        const reading = readNumber(text, CAP_RULES);
        if (reading.ok) evaluateRun.setCap(reading.value);
        onDone();
      }}
      onCancel={onDone}
    />
  );
}

function RegenerateQuestion({ rowId, onDone }: { readonly rowId: string; readonly onDone: () => void }): ReactNode {
  const { dataset, navigation } = useWorkbench();
  const plan = useAppState((state) => state.project.plan);
  return (
    <ConfirmDialog
      title="Buy the wanted answer of this row again?"
      lines={[
        `From ${plan.model}, the teacher of Generate.`,
        plan.capUsd === null ? 'No spending cap is set.' : `It stops at the cap of ${formatUsd(plan.capUsd)}.`,
        'This evaluation keeps the target it was begun with.',
      ]}
      confirmLabel="buy"
      onConfirm={() => {
        dataset.regenerate([rowId]);
        navigation.note('Asking again; Ctrl-O shows how far it is. u in Dataset brings the old answer back.');
        onDone();
      }}
      onCancel={onDone}
    />
  );
}

/** Asks what `question` says over the answers. */
export function Ask(props: AskProps): ReactNode {
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
      return <ExportQuestions evaluationId={evaluation.id} onDone={onDone} />;
    case 'cap':
      return <CapQuestion onDone={onDone} />;
    case 'regenerate': {
      const rowId = current?.item.rowId ?? null;
      return rowId === null ? null : <RegenerateQuestion rowId={rowId} onDone={onDone} />;
    }
  }
}
