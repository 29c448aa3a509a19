import { displayWidth, padToWidth, truncateToWidth } from '../../domain/text/graphemes.ts';

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

/** Words set in lines of at most `width` columns, each after `indent`; line breaks of the text stay. */
export function wrap(text: string, width: number, indent = ''): string[] {
  const room = Math.max(10, width - displayWidth(indent));
  return text.split('\n').flatMap((paragraph) => fill(paragraph, room).map((line) => indent + line));
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
