import type { SplitActions, SplitPreview } from '../../../app/dataset/splits.ts';
import { heldOutText, heldOutWarnings, pairText } from '../../../domain/dataset/hold-out.ts';
import type { Leak } from '../../../domain/dataset/split.ts';
import { count, plural } from '../../../domain/text/format.ts';

export type SplitCounts = ReturnType<SplitActions['counts']>;

/** `84 train, 28 validation, 5 on no side`; says so when nothing is assigned. */
export function splitCountsText({ train, validation, unassigned }: SplitCounts): string {
  if (train + validation === 0) return `none of ${plural(unassigned, 'row')} is on a side`;
  const open = unassigned === 0 ? '' : `, ${count(unassigned)} on no side`;
  return `${count(train)} train, ${count(validation)} validation${open}`;
}

/** What assigning would do. */
export function previewLines(
  { train, validation, frozen, pairs, heldOut }: SplitPreview,
  { unassigned }: SplitCounts,
): readonly string[] {
  const stay = frozen === 0 ? 'kept from then on' : `${count(frozen)} stay on theirs`;
  return [
    `${count(train)} train, ${count(validation)} validation`,
    unassigned === 0
      ? 'Every row is on a side, and stays there.'
      : `${plural(unassigned, 'row gets', 'rows get')} a side, ${stay}.`,
    ...(heldOut === null ? [] : [heldOutText(heldOut), pairs.map(pairText).join('; '), ...heldOutWarnings(heldOut)]),
  ];
}

export const LEAK_LABELS: Readonly<Record<Leak['kind'], string>> = {
  identical: 'same question',
  near: 'nearly the same',
  group: 'same group',
};

/** Every leak as plain text, one a line, to be pasted elsewhere. */
export const leaksText = (leaks: readonly Leak[]): string =>
  leaks
    .map(({ kind, trainId, validationId, message, fix }) =>
      [LEAK_LABELS[kind], `validation ${validationId}`, `train ${trainId}`, message, fix].join('\t'),
    )
    .join('\n');
