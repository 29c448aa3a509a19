import type { ReactNode } from 'react';
import { readNumber } from '../inputs/number-field.tsx';
import { PromptDialog } from './prompt-dialog.tsx';

export interface CapDialogProps {
  /** US$; null: there is none now. */
  readonly capUsd: number | null;
  /** US$; null lifts the cap. */
  readonly onCap: (usd: number | null) => void;
  readonly onDone: () => void;
}

const CAP_RULES = { min: 0, none: 'none' } as const;

/** Asks what the project may spend on the work of a run that goes on. */
export function CapDialog({ capUsd, onCap, onDone }: CapDialogProps): ReactNode {
  return (
    <PromptDialog
      title="Spending cap"
      label="US$ at most, with what was spent before; none lifts it"
      initial={capUsd === null ? '' : String(capUsd)}
      placeholder="none"
      validate={(text) => {
        const reading = readNumber(text, CAP_RULES);
        return reading.ok ? null : reading.reason;
      }}
      onSubmit={(text) => {
        const reading = readNumber(text, CAP_RULES);
        if (reading.ok) onCap(reading.value);
        onDone();
      }}
      onCancel={onDone}
    />
  );
}
