import type { Leak } from '../../../domain/dataset/splits/types.ts';
import { count, plural } from '../../../domain/text/figures.ts';
import type { SplitActions, SplitPreview } from '../../../state/workbench/importTypes.ts';

export type SideCounts = ReturnType<SplitActions['counts']>;

/** `84 train, 28 validation, 5 on no side`; says so when nothing is assigned. */
export function sidesNow({ train, validation, unassigned }: SideCounts): string {
  if (train + validation === 0) return `none of ${plural(unassigned, 'row')} is on a side`;
  const open = unassigned === 0 ? '' : `, ${count(unassigned)} on no side`;
  return `${count(train)} train, ${count(validation)} validation${open}`;
}

/** What assigning would do. */
export function previewLines(
  { train, validation, frozen }: SplitPreview,
  { unassigned }: SideCounts,
): readonly string[] {
  const stay = frozen === 0 ? 'kept from then on' : `${count(frozen)} stay on theirs`;
  return [
    `${count(train)} train, ${count(validation)} validation`,
    unassigned === 0
      ? 'Every row is on a side, and stays there.'
      : `${plural(unassigned, 'row gets', 'rows get')} a side, ${stay}.`,
  ];
}

export const LEAK_WORDS: Readonly<Record<Leak['kind'], string>> = {
  identical: 'same question',
  near: 'nearly the same',
  group: 'same group',
};

/** Every leak as plain text, one a line, to be pasted elsewhere. */
export const leaksText = (leaks: readonly Leak[]): string =>
  leaks
    .map(({ kind, trainId, validationId, message, fix }) =>
      [LEAK_WORDS[kind], `validation ${validationId}`, `train ${trainId}`, message, fix].join('\t'),
    )
    .join('\n');
