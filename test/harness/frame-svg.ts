import type xterm from '@xterm/headless';

/** Of a cell of 14 px letters. */
const CELL = { width: 8.4, height: 18 };
const MARGIN = 14;
const PAPER = '#101418';
const INK = '#d7dce2';

/** The first 16 colours as terminals show them, by number. */
const PALETTE = [
  ...['#101418', '#e06c75', '#7ec77b', '#e2c275', '#6ea8fe', '#d291e4', '#5cc8d6', '#c8ccd4'],
  ...['#7d8794', '#f28b92', '#9be096', '#f2d891', '#8fbcff', '#e3aef0', '#85e0ec', '#ffffff'],
];

/** Steps of the 6×6×6 cube of xterm's 256 colours. */
const STEPS = [0, 95, 135, 175, 215, 255];

const hex = (...channels: readonly number[]): string =>
  `#${channels.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;

function paletteColour(index: number): string {
  if (index < 16) return PALETTE[index] ?? INK;
  if (index >= 232) return hex(...Array.from({ length: 3 }, () => 8 + (index - 232) * 10));
  const [red = 0, green = 0, blue = 0] = [36, 6, 1].map((unit) => STEPS[Math.floor((index - 16) / unit) % 6]);
  return hex(red, green, blue);
}

interface Look {
  readonly ink: string;
  readonly paper: string;
  readonly bold: boolean;
}

type Cell = NonNullable<ReturnType<NonNullable<ReturnType<xterm.IBuffer['getLine']>>['getCell']>>;

function colourOf(isRgb: boolean, isPalette: boolean, value: number, usual: string): string {
  if (isRgb) return `#${value.toString(16).padStart(6, '0')}`;
  return isPalette ? paletteColour(value) : usual;
}

function lookOf(cell: Cell): Look {
  const ink = colourOf(cell.isFgRGB(), cell.isFgPalette(), cell.getFgColor(), INK);
  const paper = colourOf(cell.isBgRGB(), cell.isBgPalette(), cell.getBgColor(), PAPER);
  const bold = cell.isBold() !== 0;
  const shown = cell.isDim() === 0 ? ink : '#7d8794';
  return cell.isInverse() === 0 ? { ink: shown, paper, bold } : { ink: paper, paper: shown, bold };
}

interface Run extends Look {
  readonly column: number;
  readonly columns: number;
  readonly text: string;
}

const sameLook = (one: Look, other: Look): boolean =>
  one.ink === other.ink && one.paper === other.paper && one.bold === other.bold;

/** The cells of a row in stretches of one look. */
function runsOf(line: NonNullable<ReturnType<xterm.IBuffer['getLine']>>, columns: number): readonly Run[] {
  const runs: Run[] = [];
  for (let column = 0; column < columns; column += 1) {
    const cell = line.getCell(column);
    // The second half of a wide letter is no cell of its own.
    if (cell === undefined || cell.getWidth() === 0) continue;
    const look = lookOf(cell);
    const text = cell.getChars() || ' ';
    const last = runs.at(-1);
    if (last !== undefined && sameLook(last, look)) {
      runs[runs.length - 1] = { ...last, text: last.text + text, columns: last.columns + cell.getWidth() };
    } else runs.push({ ...look, column, columns: cell.getWidth(), text });
  }
  return runs;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const escaped = (text: string): string => text.replaceAll(/[&<>]/g, (sign) => ENTITIES[sign] ?? '');

/** What a terminal shows now, as SVG: a `<text>` for each row, in it a `<tspan>` for each stretch of one look. */
export function frameSvg({ buffer, rows, cols }: xterm.Terminal, title: string): string {
  const x = (column: number): string => (MARGIN + column * CELL.width).toFixed(1);
  const width = Math.ceil(2 * MARGIN + cols * CELL.width);
  const height = 2 * MARGIN + rows * CELL.height;
  const drawn = Array.from({ length: rows }, (_, row) => {
    const line = buffer.active.getLine(buffer.active.viewportY + row);
    const runs = line === undefined ? [] : runsOf(line, cols);
    const top = MARGIN + row * CELL.height;
    const papers = runs
      .filter(({ paper }) => paper !== PAPER)
      .map(
        ({ column, columns, paper }) =>
          `<rect x="${x(column)}" y="${top}" width="${(columns * CELL.width).toFixed(1)}" height="${CELL.height}" fill="${paper}"/>`,
      );
    const spans = runs.map(
      ({ column, columns, ink, bold, text }) =>
        `<tspan x="${x(column)}" textLength="${(columns * CELL.width).toFixed(1)}" fill="${ink}"${bold ? ' font-weight="700"' : ''}>${escaped(text)}</tspan>`,
    );
    return `${papers.join('')}<text y="${top + 13}" xml:space="preserve">${spans.join('')}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14">
<title>${escaped(title)}</title>
<rect width="${width}" height="${height}" rx="8" fill="${PAPER}"/>
${drawn.join('\n')}
</svg>
`;
}
