import type { App } from '../../harness/pty.ts';

const TOP_LEFT = new Set(['┏', '╭']);
const TOP_RIGHT = new Set(['┓', '╮']);
const BOTTOM_LEFT = new Set(['┗', '╰']);
const BOTTOM_RIGHT = new Set(['┛', '╯']);
const SIDE = new Set(['┃', '│']);

type Cells = App['cells'] extends () => infer Grid ? Grid : never;

const at = (cells: Cells, row: number, column: number): string => cells[row]?.[column] ?? '';

/** Every corner must belong to a box whose four sides are whole; what breaks one is told with its place. */
export function borderFaults(cells: Cells): readonly string[] {
  const faults: string[] = [];
  let closed = 0;
  cells.forEach((line, top) => {
    line.forEach((glyph, left) => {
      if (!TOP_LEFT.has(glyph)) return;
      const right = line.findIndex((other, column) => column > left && TOP_RIGHT.has(other));
      let bottom = top + 1;
      while (SIDE.has(at(cells, bottom, left)) && SIDE.has(at(cells, bottom, right))) bottom++;
      if (BOTTOM_LEFT.has(at(cells, bottom, left)) && BOTTOM_RIGHT.has(at(cells, bottom, right))) closed++;
      else faults.push(`the box at row ${top + 1}, column ${left + 1} breaks in row ${bottom + 1}`);
    });
  });
  const bottoms = cells.flat().filter((glyph) => BOTTOM_LEFT.has(glyph)).length;
  if (bottoms !== closed) faults.push(`${bottoms} lower corners for ${closed} boxes`);
  return faults;
}

/** What is wrong with the frame on screen; empty when header, body and footer fill the terminal and no more. */
export function frameFaults(app: App): readonly string[] {
  const lines = app.lines();
  return [
    ...(lines[0]?.startsWith(' luthier ') === true ? [] : ['the first row is not the header']),
    ...(lines.at(-1)?.trim() === '' ? ['the last row is not the footer'] : []),
    ...app.brokenRows().map((row) => `row ${row + 1} is the rest of a line that was too long`),
  ];
}
