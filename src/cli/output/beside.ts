import { padToWidth } from '../../domain/text/graphemes.ts';
import { wrap } from './columns.ts';

export interface Titled {
  readonly title: string;
  readonly text: string;
}

const NARROW = 70;
const GAP = '  │ ';

/** Two texts under their titles, side by side where there is room for both, else one after the other. */
export function beside(left: Titled, right: Titled, width: number): string[] {
  if (width < NARROW) return [left, right].flatMap(({ title, text }) => [`  ${title}`, ...wrap(text, width, '    ')]);
  const half = Math.floor((width - 2 - GAP.length) / 2);
  const column = ({ title, text }: Titled): string[] => [title, '─'.repeat(half), ...wrap(text, half)];
  const [a, b] = [column(left), column(right)];
  return Array.from({ length: Math.max(a.length, b.length) }, (_, row) =>
    `  ${padToWidth(a[row] ?? '', half)}${GAP}${b[row] ?? ''}`.trimEnd(),
  );
}
