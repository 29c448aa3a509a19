import { shareRange, shareText } from '../../text/format.ts';
import { chanceShare } from '../baseline.ts';
import type { EvaluationSummary } from '../metrics.ts';
import type { ConfusionMatrix } from '../statistics/confusion.ts';

/** Makes any text safe in an element or a quoted attribute, and masks keys. */
export type Escape = (text: string) => string;

const LABEL = 240;
const PLOT = 480;
const LEAST_ROW = 34;
const LINE = 15;
/** Room above the plot for the names of the guides, one a row. */
const GUIDE = 16;
const FOOT = 44;
/** Characters of a name in one line of `LABEL` columns at 12 px. */
const NAME_LINE = 34;

/** A name in lines of at most `NAME_LINE` characters, broken behind a `:`, `/`, `-` or space where there is one: never cut. */
function nameLines(name: string): readonly string[] {
  const signs = [...name];
  if (signs.length <= NAME_LINE) return [name];
  const whole = signs.slice(0, NAME_LINE);
  const last = whole.findLastIndex((sign) => ':/- '.includes(sign));
  const at = last < NAME_LINE / 2 ? NAME_LINE : last + 1;
  return [signs.slice(0, at).join(''), ...nameLines(signs.slice(at).join(''))];
}

interface Guide {
  readonly share: number;
  readonly name: string;
}

/** What needs no model, as lines across the bars: chance, and always answering the most frequent target. */
function guidesOf({ baseline }: EvaluationSummary): readonly Guide[] {
  if (baseline === null) return [];
  const chance = chanceShare(baseline);
  return [
    ...(chance === null ? [] : [{ share: chance, name: `chance ${shareText(chance)}` }]),
    { share: baseline.majorityShare, name: `most frequent target ${shareText(baseline.majorityShare)}` },
  ];
}

/** Accuracy of each model as a bar with its 95% interval, beside what needs no model, as SVG. */
export function accuracyBars(summary: EvaluationSummary, names: readonly string[], safe: Escape): string {
  const { models } = summary;
  const guides = guidesOf(summary);
  const labels = models.map((_, place) => nameLines(names[place] ?? ''));
  const heights = labels.map((lines) => Math.max(LEAST_ROW, lines.length * LINE + 10));
  const top = 8 + guides.length * GUIDE;
  const bottom = top + heights.reduce((sum, height) => sum + height, 0);
  const x = (share: number): string => (LABEL + share * PLOT).toFixed(1);
  const grid = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      `<line x1="${x(share)}" x2="${x(share)}" y1="${top}" y2="${bottom}"/>` +
      `<text class="faint" x="${x(share)}" y="${bottom + 16}" text-anchor="middle">${share * 100}%</text>`,
  );
  const axis = `<text class="faint" x="${LABEL + PLOT / 2}" y="${bottom + 36}" text-anchor="middle">accuracy: share of the graded answers that are right; whiskers are 95% intervals</text>`;
  const lines = guides.map(({ share, name }, place) => {
    const y = 8 + place * GUIDE;
    // Left of its line where there would be no room to the right of it.
    const [at, anchor] = share > 0.6 ? [-5, 'end'] : [5, 'start'];
    return (
      `<line class="guide" x1="${x(share)}" x2="${x(share)}" y1="${y}" y2="${bottom}"/>` +
      `<text class="faint" x="${(LABEL + share * PLOT + at).toFixed(1)}" y="${y + 10}" text-anchor="${anchor}">${safe(name)}</text>`
    );
  });
  let y = top;
  const bars = models.map(({ main }, place) => {
    const middle = y + (heights[place] ?? LEAST_ROW) / 2;
    y += heights[place] ?? LEAST_ROW;
    const { low, high } = main.interval;
    const parts = labels[place] ?? [];
    const range =
      main.accuracy === null
        ? ''
        : `<line class="range" x1="${x(low)}" x2="${x(high)}" y1="${middle}" y2="${middle}"/>` +
          [low, high]
            .map((end) => `<line class="range" x1="${x(end)}" x2="${x(end)}" y1="${middle - 5}" y2="${middle + 5}"/>`)
            .join('');
    const first = middle + 4 - ((parts.length - 1) * LINE) / 2;
    const name = parts
      .map((part, line) => `<text x="${LABEL - 10}" y="${first + line * LINE}" text-anchor="end">${safe(part)}</text>`)
      .join('');
    return (
      `<g><title>${safe(`${names[place] ?? ''}: ${shareText(main.accuracy)}, 95% interval ${shareRange(main.interval)}`)}</title>` +
      `${name}<rect class="right" fill-opacity="0.55" x="${LABEL}" y="${middle - 9}" width="${((main.accuracy ?? 0) * PLOT).toFixed(1)}" height="18"/>` +
      `${range}<text x="${LABEL + PLOT + 16}" y="${middle + 4}">${shareText(main.accuracy)}</text></g>`
    );
  });
  const [width, height] = [LABEL + PLOT + 80, bottom + FOOT];
  return `<svg role="img" aria-label="Accuracy of each model with its 95% interval" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">${grid.join('')}${axis}${bars.join('')}${lines.join('')}</svg>`;
}

const SIDE = 880;
const LARGEST_CELL = 48;
const SMALLEST_CELL = 11;
/** Cells of this size hold their number. */
const NUMBERED_CELL = 22;
const LABELS = 190;
const LONGEST_LABEL = 30;
const OUTSIDE = '(no class)';

/**
 * A confusion matrix as SVG: targets down, answers across, the shade being the share of the row. Every class keeps its
 * name at both edges up to any number of classes; every cell says its counts when pointed at; empty cells are not drawn.
 */
export function matrixChart({ labels, counts }: ConfusionMatrix, safe: Escape): string {
  const columns = [...labels, OUTSIDE];
  const cell = Math.max(SMALLEST_CELL, Math.min(LARGEST_CELL, Math.floor(SIDE / columns.length)));
  const small = cell < NUMBERED_CELL ? ' class="small"' : '';
  const at = (place: number): number => LABELS + place * cell;
  const middle = (place: number): number => at(place) + cell / 2 + 4;
  const rowNames = labels.map(
    (label, row) => `<text${small} x="${LABELS - 6}" y="${middle(row)}" text-anchor="end">${safe(cut(label))}</text>`,
  );
  const columnNames = columns.map(
    (label, column) =>
      `<text${small} transform="translate(${middle(column)} ${LABELS - 6}) rotate(-90)">${safe(cut(label))}</text>`,
  );
  const cells = counts.flatMap((row, place) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return row.map((count, column) => {
      if (count === 0) return '';
      const description = `${labels[place] ?? ''} answered as ${columns[column] ?? ''}: ${count} of ${total}`;
      const opacity = (0.15 + 0.75 * (count / total)).toFixed(2);
      const number =
        cell < NUMBERED_CELL
          ? ''
          : `<text x="${at(column) + cell / 2}" y="${middle(place)}" text-anchor="middle">${count}</text>`;
      return (
        `<g><title>${safe(description)}</title><rect class="${column === place ? 'right' : 'wrong'}" fill-opacity="${opacity}" ` +
        `x="${at(column)}" y="${at(place)}" width="${cell - 1}" height="${cell - 1}"/>${number}</g>`
      );
    });
  });
  const [width, height] = [at(columns.length) + 4, at(labels.length) + 4];
  const axes =
    `<text class="faint" x="${LABELS + 2}" y="14">answered →</text>` +
    `<text class="faint" x="4" y="${LABELS + 14}" dominant-baseline="hanging">target ↓</text>`;
  const field = `<rect class="field" x="${LABELS}" y="${LABELS}" width="${columns.length * cell}" height="${labels.length * cell}"/>`;
  return `<svg role="img" aria-label="Confusion matrix: targets down, answers across" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">${field}${axes}${rowNames.join('')}${columnNames.join('')}${cells.join('')}</svg>`;
}

function cut(label: string): string {
  const characters = [...label.replaceAll(/\s+/g, ' ')];
  return characters.length <= LONGEST_LABEL
    ? characters.join('')
    : `${characters.slice(0, LONGEST_LABEL - 1).join('')}…`;
}
