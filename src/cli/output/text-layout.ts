import { displayWidth, graphemesOf, padToWidth, truncateToWidth } from '../../domain/text/graphemes.ts';

/**
 * Rows as aligned lines, two spaces between columns, measured in terminal columns so that wide characters line
 * up. Columns named in `right` are pushed right, as numbers read best.
 */
export function columns(rows: readonly (readonly string[])[], right: ReadonlySet<number> = new Set()): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, displayWidth(cell));
  }
  return rows.map((row) =>
    row
      .map((cell, index) => padToWidth(cell, widths[index] ?? 0, right.has(index) ? 'right' : 'left'))
      .join('  ')
      .trimEnd(),
  );
}

/** The text on one line of at most `width` columns. */
export const clip = (text: string, width: number): string => truncateToWidth(text.replace(/\s+/g, ' ').trim(), width);

/** The same with its spaces as they are, for a line of a table. */
export const clipRight = (text: string, width: number): string => truncateToWidth(text, width);

/** A name on at most `width` columns, cut in its middle: what tells two ids apart stands at their ends. */
export function clipMiddle(name: string, width: number): string {
  if (displayWidth(name) <= width) return name;
  const signs = graphemesOf(name);
  const room = Math.max(2, width - 1);
  const tail = Math.floor(room / 2);
  return `${truncateToWidth(signs.join(''), room - tail, '')}…${signs.slice(-tail).join('')}`;
}

/** Words set in lines of at most `width` columns, each after `indent`; line breaks of the text stay. */
export function wrap(text: string, width: number, indent = ''): string[] {
  const room = Math.max(10, width - displayWidth(indent));
  return text.split('\n').flatMap((paragraph) => fill(paragraph, room).map((line) => indent + line));
}

/** A line as it stands where it fits, else between its words: what follows is set two columns deeper than it begins. */
export function wrapLine(line: string, width: number): string[] {
  if (displayWidth(line) <= width) return [line];
  const indent = /^\s*/.exec(line)?.[0] ?? '';
  const deeper = `${indent}  `;
  const [first = '', ...rest] = fill(line.slice(indent.length), Math.max(10, width - displayWidth(deeper)));
  return [indent + first, ...rest.map((part) => deeper + part.trimStart())];
}

function fill(paragraph: string, room: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of paragraph.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && displayWidth(longer) > room) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}

export interface Titled {
  readonly title: string;
  readonly text: string;
}

const MIN_SIDE_BY_SIDE = 70;
const GAP = '  │ ';

/** Two texts under their titles, side by side where there is room for both, else one after the other. */
export function sideBySide(left: Titled, right: Titled, width: number): string[] {
  if (width < MIN_SIDE_BY_SIDE)
    return [left, right].flatMap(({ title, text }) => [`  ${title}`, ...wrap(text, width, '    ')]);
  const half = Math.floor((width - 2 - GAP.length) / 2);
  const column = ({ title, text }: Titled): string[] => [title, '─'.repeat(half), ...wrap(text, half)];
  const [a, b] = [column(left), column(right)];
  return Array.from({ length: Math.max(a.length, b.length) }, (_, row) =>
    `  ${padToWidth(a[row] ?? '', half)}${GAP}${b[row] ?? ''}`.trimEnd(),
  );
}

const BARS = '▁▂▃▄▅▆▇█';

/** The values as one row of bars, at most `width` of them, each the mean of its share. Empty for no values. */
export function sparkline(values: readonly number[], width: number): string {
  const points = squeeze(values, width);
  if (points.length === 0) return '';
  const low = Math.min(...points);
  const span = Math.max(...points) - low;
  return points
    .map((value) => BARS.charAt(span === 0 ? 0 : Math.round(((value - low) / span) * (BARS.length - 1))))
    .join('');
}

function squeeze(values: readonly number[], width: number): readonly number[] {
  const columns = Math.min(Math.max(1, Math.floor(width)), values.length);
  return Array.from({ length: columns }, (_, column) => {
    const from = Math.floor((column * values.length) / columns);
    const share = values.slice(from, Math.floor(((column + 1) * values.length) / columns));
    return share.reduce((sum, value) => sum + value, 0) / share.length;
  });
}
