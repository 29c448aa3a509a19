import type { ReactNode } from 'react';
import type { ConflictChoice } from '../../app/core/project-autosave.ts';
import type { TemplateConflict } from '../../app/core/state.ts';
import { ChoiceDialog } from '../../components/dialogs/choice-dialog.tsx';

const CHOICES: readonly { readonly value: ConflictChoice; readonly label: string; readonly note: string }[] = [
  { value: 'theirs', label: 'Reload theirs', note: 'what was changed in this window goes' },
  { value: 'mine', label: 'Keep mine', note: 'what the other window saved goes' },
  { value: 'beside', label: 'Keep both', note: 'mine becomes a project of its own' },
];

export interface ConflictDialogProps {
  readonly conflict: TemplateConflict;
  readonly onChoose: (choice: ConflictChoice) => void;
}

/** Another window saved the template that is changed in this one. Esc loses neither. */
export function ConflictDialog({ conflict, onChoose }: ConflictDialogProps): ReactNode {
  return (
    <ChoiceDialog
      title={`Another window changed the template of ${conflict.name}`}
      options={CHOICES}
      onChoose={(value) => onChoose(CHOICES.find((choice) => choice.value === value)?.value ?? 'beside')}
      onCancel={() => onChoose('beside')}
    />
  );
}
