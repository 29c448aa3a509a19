import { shareRange, shareText } from '../../text/format.ts';
import type { EvaluationSummary } from '../metrics.ts';
import type { ConfusionMatrix } from '../statistics/confusion.ts';

/** Makes any text safe in an element or a quoted attribute, and masks keys. */
export type Escape = (text: string) => string;

const LABEL = 240;
const PLOT = 480;
const ROW = 34;
const TOP = 22;
const LONGEST_NAME = 34;

/** Accuracy of each model as a bar with its 95% interval, as SVG. */
export function accuracyBars({ models }: EvaluationSummary, names: readonly string[], safe: Escape): string {
  const height = TOP + models.length * ROW + 6;
  const x = (share: number): string => (LABEL + share * PLOT).toFixed(1);
  const grid = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      `<line x1="${x(share)}" x2="${x(share)}" y1="${TOP}" y2="${height}"/>` +
      `<text class="faint" x="${x(share)}" y="14" text-anchor="middle">${share * 100}%</text>`,
  );
  const bars = models.map(({ main }, place) => {
    const middle = TOP + place * ROW + ROW / 2;
    const { low, high } = main.interval;
    const name = names[place] ?? '';
    const shown = [...name].length > LONGEST_NAME ? `${[...name].slice(0, LONGEST_NAME - 1).join('')}…` : name;
    const range =
      main.accuracy === null
        ? ''
        : `<line class="range" x1="${x(low)}" x2="${x(high)}" y1="${middle}" y2="${middle}"/>` +
          [low, high]
            .map((end) => `<line class="range" x1="${x(end)}" x2="${x(end)}" y1="${middle - 5}" y2="${middle + 5}"/>`)
            .join('');
    return (
      `<g><title>${safe(`${name}: ${shareText(main.accuracy)}, 95% interval ${shareRange(main.interval)}`)}</title>` +
      `<text x="${LABEL - 10}" y="${middle + 4}" text-anchor="end">${safe(shown)}</text>` +
      `<rect class="right" fill-opacity="0.55" x="${LABEL}" y="${middle - 9}" width="${((main.accuracy ?? 0) * PLOT).toFixed(1)}" height="18"/>` +
      `${range}<text x="${LABEL + PLOT + 12}" y="${middle + 4}">${shareText(main.accuracy)}</text></g>`
    );
  });
  const width = LABEL + PLOT + 70;
  return `<svg role="img" aria-label="Accuracy of each model with its 95% interval" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">${grid.join('')}${bars.join('')}</svg>`;
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
  const field = `<rect class="field" x="${LABELS}" y="${LABELS}" width="${columns.length * cell}" height="${labels.length * cell}"/>`;
  return `<svg role="img" aria-label="Confusion matrix: targets down, answers across" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">${field}${rowNames.join('')}${columnNames.join('')}${cells.join('')}</svg>`;
}

function cut(label: string): string {
  const characters = [...label.replaceAll(/\s+/g, ' ')];
  return characters.length <= LONGEST_LABEL
    ? characters.join('')
    : `${characters.slice(0, LONGEST_LABEL - 1).join('')}…`;
}
