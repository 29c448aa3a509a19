import type { ReactNode } from 'react';
import { PromptDialog } from '../../../components/dialogs/prompt-dialog.tsx';
import { gridText, parseGrid, parseShares, type Sweep, sweptTargets } from '../../../domain/bakeoff/grid.ts';
import type { Reading } from '../../../domain/bakeoff/target.ts';
import { sharePercent } from '../../../domain/bakeoff/target-settings.ts';
import type { BakeoffDraft } from '../reducer.ts';

interface SweepEntry {
  readonly title: string;
  readonly label: string;
  readonly initial: (draft: BakeoffDraft) => string;
  readonly read: (typed: string) => Reading<Partial<Sweep>>;
}

/** Both lists of a sweep, as they are typed. */
const SWEEPS = {
  grid: {
    title: 'Values to try',
    label: 'epochs=1,3 rank=8,16 learning_rate=1e-5,1e-4; empty for none',
    initial: ({ grid }) => gridText(grid),
    read: (typed) => {
      const read = parseGrid(typed);
      return read.ok ? { ok: true, value: { grid: read.value } } : read;
    },
  },
  shares: {
    title: 'Shares of the rows',
    label: 'Would more rows help? 25%,50%,75%,100%; empty for none',
    initial: ({ shares }) => shares.map(sharePercent).join(','),
    read: (typed) => {
      if (typed.trim() === '') return { ok: true, value: { shares: [] } };
      const read = parseShares(typed);
      return read.ok ? { ok: true, value: { shares: read.value } } : read;
    },
  },
} satisfies Record<string, SweepEntry>;

/** What a typed list makes of the draft, or why it makes no sense. */
export function readSweep(asked: keyof typeof SWEEPS, typed: string, draft: BakeoffDraft): Reading<Partial<Sweep>> {
  const read: Reading<Partial<Sweep>> = SWEEPS[asked].read(typed);
  if (!read.ok) return read;
  const swept = sweptTargets(draft.targets, { ...draft, ...read.value });
  return swept.ok ? read : swept;
}

export interface SweepDialogProps {
  readonly asked: keyof typeof SWEEPS;
  readonly draft: BakeoffDraft;
  readonly change: (part: Partial<BakeoffDraft>) => void;
  readonly cancel: () => void;
}

/** Asks for the values or the shares that every target is to be tried with. */
export function SweepDialog({ asked, draft, change, cancel }: SweepDialogProps): ReactNode {
  const { title, label, initial } = SWEEPS[asked];
  return (
    <PromptDialog
      title={title}
      label={label}
      initial={initial(draft)}
      validate={(typed) => {
        const read = readSweep(asked, typed, draft);
        return read.ok ? null : `${read.what} ${read.fix}`;
      }}
      onSubmit={(typed) => {
        const read = readSweep(asked, typed, draft);
        if (read.ok) change(read.value);
      }}
      onCancel={cancel}
    />
  );
}
