import { useMemo } from 'react';
import type { FormField } from '../../../components/form/index.ts';
import { count } from '../../../domain/text/figures.ts';
import { useAppState, useWorkbench } from '../../../state/context.tsx';

/** Rows by side, where the dataset keeps a split. */
export interface StoredSplit {
  readonly train: number;
  readonly validation: number;
  readonly unassigned: number;
}

/** The split that the rows carry; null when they carry none, and the settings of the job divide them. */
export function useStoredSplit(): StoredSplit | null {
  const { splits } = useWorkbench();
  const version = useAppState((state) => state.rowsVersion);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version stands for the rows
  const counts = useMemo(() => splits.counts(), [splits, version]);
  return counts.train + counts.validation === 0 ? null : counts;
}

/** Says which sides the job takes, in the place of the settings it does not. */
export function storedSplitField({ train, validation, unassigned }: StoredSplit, onOpen: () => void): FormField {
  const open = unassigned === 0 ? '' : `; ${count(unassigned)} on no side are trained on`;
  return {
    id: 'split',
    label: 'Split',
    kind: 'action',
    value: `of the dataset: ${count(train)} train, ${count(validation)} held out${open}`,
    run: onOpen,
  };
}
