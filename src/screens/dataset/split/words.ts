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
export function previewLines(preview: SplitPreview, now: SideCounts): readonly string[] {
  const { train, validation, frozen } = preview;
  const moved = `${plural(now.unassigned, 'row')} would be put on a side`;
  return [
    `${count(train)} train, ${count(validation)} validation: ${moved}`,
    frozen === 0
      ? 'A side is kept by row id: rows added later never move these.'
      : `${plural(frozen, 'row')} ${frozen === 1 ? 'stays' : 'stay'} where they are: a side is kept by row id.`,
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
