import { type ReactNode, useState } from 'react';
import { ConfirmDialog } from '../../../components/dialog/index.ts';
import type { Row } from '../../../domain/dataset/types.ts';
import { formatUsd } from '../../../domain/pricing/format.ts';
import { count } from '../../../domain/text/figures.ts';
import { useAppState, useWorkbench } from '../../../state/context.tsx';
import type { Targets } from '../browse/targets.ts';

/** Rows whose old price is added up; of more it is not told. */
const PRICED = 1_000;

/** What these rows cost when they were bought; null when any of it is unknown. */
function spentOn(rows: readonly (Row | null)[]): number | null {
  let spent = 0;
  for (const row of rows) {
    if (row === null) continue;
    if (row.costUsd === null) return null;
    spent += row.costUsd;
  }
  return spent;
}

export interface RegenerateProps {
  readonly targets: Targets;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
}

export function Regenerate({ targets, onConfirm, onCancel }: RegenerateProps): ReactNode {
  const { rows } = useWorkbench();
  const plan = useAppState((state) => state.project.plan);
  const [spent] = useState(() =>
    targets.count > PRICED ? 'too many rows to add up' : formatUsd(spentOn(targets.ids().map((id) => rows.get(id)))),
  );
  return (
    <ConfirmDialog
      title={`Buy ${targets.count === 1 ? 'this answer' : `${count(targets.count)} answers`} again?`}
      lines={[
        `From ${plan.model}. Cost the first time: ${spent}.`,
        plan.capUsd === null ? 'No spending cap is set.' : `It stops at the cap of ${formatUsd(plan.capUsd)}.`,
        'Old answers stay until new ones are there; u brings them back.',
      ]}
      confirmLabel="buy"
      onConfirm={onConfirm}
      onCancel={onCancel}
    />
  );
}
