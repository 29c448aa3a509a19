import type { ReactNode } from 'react';
import { ChoiceDialog, ConfirmDialog } from '../../../components/dialog/index.ts';
import type { RowFilter } from '../../../domain/dataset/types.ts';
import { useAppState } from '../../../state/context.tsx';
import { filterChoices, withPart } from '../browse/filter.ts';
import type { Question } from '../browse/reducer.ts';
import type { Targets } from '../browse/targets.ts';
import { ExportQuestions } from './export.tsx';
import { Regenerate } from './regenerate.tsx';

export interface AskProps {
  readonly question: Question;
  readonly filter: RowFilter;
  readonly targets: Targets;
  readonly onFilter: (filter: RowFilter) => void;
  readonly onRemove: () => void;
  readonly onRegenerate: () => void;
  readonly onDone: () => void;
}

/** Asks what `question` says over the rows. */
export function Ask(props: AskProps): ReactNode {
  const { question, filter, targets, onFilter, onRemove, onRegenerate, onDone } = props;
  const counts = useAppState((state) => state.counts);
  const slots = useAppState((state) => state.project.template.slots);
  switch (question) {
    case 'filter': {
      const options = filterChoices(filter, counts, slots);
      return (
        <ChoiceDialog
          title="Show"
          options={options}
          searchable
          onChoose={(value) => {
            const option = options.find((candidate) => candidate.value === value);
            if (option !== undefined) onFilter(withPart(filter, option.part));
            onDone();
          }}
          onCancel={onDone}
        />
      );
    }
    case 'remove':
      return (
        <ConfirmDialog
          title={`Remove ${targets.words}?`}
          lines={['Removed rows are not exported and not trained on.', 'u brings them back until luthier ends.']}
          confirmLabel="remove"
          onConfirm={onRemove}
          onCancel={onDone}
        />
      );
    case 'regenerate':
      return <Regenerate targets={targets} onConfirm={onRegenerate} onCancel={onDone} />;
    case 'export':
      return <ExportQuestions onDone={onDone} />;
  }
}
