import type { SplitPlan } from '../../../domain/importing/types.ts';
import type { SplitRequest } from '../../../state/workbench/importTypes.ts';

/** What the form of a split holds; both sizes are kept, so that a look at the other loses nothing. */
export interface SplitDraft {
  readonly unit: 'share' | 'count';
  /** Of the rows to train on, in per cent. */
  readonly percent: number;
  /** Rows to train on; null until a count was typed. */
  readonly rows: number | null;
  readonly by: SplitPlan['by'];
  /** Name in the rows' cells that holds the label; null for the answer itself, undefined for what suits best. */
  readonly label: string | null | undefined;
  /** Name in the rows' cells to group by; undefined for what suits best. */
  readonly group: string | undefined;
  readonly seed: number;
}

export type SplitColumns = readonly { readonly name: string; readonly values: number }[];

export const startDraft = (seed: number): SplitDraft => ({
  unit: 'share',
  percent: 80,
  rows: null,
  by: 'random',
  label: undefined,
  group: undefined,
  seed,
});

/** Rows to train on when they are counted: what was typed, else the share of the rows there are. */
export const rowsOf = (draft: SplitDraft, total: number): number =>
  draft.rows ?? Math.round((total * draft.percent) / 100);

/**
 * The name a split goes by: labels have few values and documents many, so the first of the names (they come with the
 * fewest values first) is the label, unless most rows have a value of their own, and the last is the group.
 */
export function columnOf(draft: SplitDraft, columns: SplitColumns, total: number): string | null {
  switch (draft.by) {
    case 'random':
      return null;
    case 'group':
      return draft.group ?? columns.at(-1)?.name ?? null;
    case 'label': {
      if (draft.label !== undefined) return draft.label;
      const first = columns[0];
      return first === undefined || first.values * 2 > total ? null : first.name;
    }
  }
}

/** What the form asks for, or why that cannot be. */
export function requestOf(
  draft: SplitDraft,
  columns: SplitColumns,
  total: number,
): { readonly ok: true; readonly request: SplitRequest } | { readonly ok: false; readonly why: string } {
  if (total === 0) return { ok: false, why: 'there are no rows yet' };
  const column = columnOf(draft, columns, total);
  if (draft.by === 'group' && column === null) {
    return { ok: false, why: 'the rows have nothing to group by; an import keeps a group column' };
  }
  const { unit, percent, seed, by } = draft;
  const train =
    unit === 'share'
      ? ({ kind: 'share', share: percent / 100 } as const)
      : ({ kind: 'count', count: rowsOf(draft, total) } as const);
  return { ok: true, request: { plan: { train, seed, by }, column } };
}
