import { safeLine } from '../../../components/text/line.tsx';
import type { Coverage } from '../../../domain/dataset/coverage.ts';
import { count } from '../../../domain/text/format.ts';
import { displayWidth, padToWidth } from '../../../domain/text/graphemes.ts';

/** Where the cursor is: a value of the first slot, and one of the second. */
export interface GridPlace {
  readonly down: number;
  readonly across: number;
}

export interface GridCell {
  readonly text: string;
  readonly selected: boolean;
  /** `none`: no row; `some`: rows, none accepted; `accepted`: some are. */
  readonly kind: 'head' | 'none' | 'some' | 'accepted';
}

/** Lines of cells that fit the place, the cursor's cell among them; each line begins with its label. */
export type GridLine = readonly GridCell[];

const MOST_LABEL = 20;
const MOST_COLUMN = 12;
const GAP = 2;

const cellText = ({ rows, accepted }: { readonly rows: number; readonly accepted: number }, none: string): string =>
  rows === 0 ? none : accepted === 0 ? count(rows) : `${count(rows)} (${count(accepted)})`;

/** The first of `shown` entries out of `total`, so that `at` is among them. */
const windowStart = (at: number, shown: number, total: number): number =>
  Math.max(0, Math.min(at - Math.floor(shown / 2), total - shown));

/** The map around the cursor: long lists of values scroll both ways, and no line is wider than `width`. */
export function coverageGrid(
  map: Coverage,
  place: GridPlace,
  size: { readonly columns: number; readonly rows: number },
  symbols: { readonly ellipsis: string; readonly none: string },
): readonly GridLine[] {
  const { down, across } = map;
  const label = Math.min(MOST_LABEL, Math.max(4, ...down.map((value) => displayWidth(safeLine(value, MOST_LABEL)))));
  const widest = Math.max(
    ...across.map((value) => displayWidth(safeLine(value, MOST_COLUMN))),
    ...down.flatMap((one) => across.map((other) => cellText(map.at(one, other), symbols.none).length)),
  );
  const column = Math.min(MOST_COLUMN, Math.max(3, widest));
  const shownAcross = Math.max(1, Math.min(across.length, Math.floor((size.columns - label) / (column + GAP))));
  const shownDown = Math.max(1, Math.min(down.length, size.rows - 1));
  const left = windowStart(place.across, shownAcross, across.length);
  const top = windowStart(place.down, shownDown, down.length);
  const wide = (text: string): string =>
    ' '.repeat(GAP) + padToWidth(safeLine(text, column, symbols.ellipsis), column, 'right');
  const named = (text: string): string => padToWidth(safeLine(text, label, symbols.ellipsis), label);
  const head: GridCell[] = [{ text: named(''), selected: false, kind: 'head' }];
  for (let at = left; at < left + shownAcross; at += 1)
    head.push({ text: wide(across[at] ?? ''), selected: at === place.across, kind: 'head' });
  const lines: GridLine[] = [head];
  for (let row = top; row < top + shownDown; row += 1) {
    const value = down[row] ?? '';
    const line: GridCell[] = [{ text: named(value), selected: row === place.down, kind: 'head' }];
    for (let at = left; at < left + shownAcross; at += 1) {
      const found = map.at(value, across[at] ?? '');
      line.push({
        text: wide(cellText(found, symbols.none)),
        selected: row === place.down && at === place.across,
        kind: found.rows === 0 ? 'none' : found.accepted === 0 ? 'some' : 'accepted',
      });
    }
    lines.push(line);
  }
  return lines;
}

/** The map to be pasted: tabs between the columns, a line a value. */
export const coverageText = (map: Coverage): string =>
  [
    [`${map.first} \\ ${map.second}`, ...map.across].join('\t'),
    ...map.down.map((down) => [down, ...map.across.map((across) => cellText(map.at(down, across), '0'))].join('\t')),
  ].join('\n');
