import type { ConfusionMatrix } from '../../statistics/confusion.ts';
import type { Escape } from './escape.ts';

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
      const told = `${labels[place] ?? ''} answered as ${columns[column] ?? ''}: ${count} of ${total}`;
      const opacity = (0.15 + 0.75 * (count / total)).toFixed(2);
      const number =
        cell < NUMBERED_CELL
          ? ''
          : `<text x="${at(column) + cell / 2}" y="${middle(place)}" text-anchor="middle">${count}</text>`;
      return (
        `<g><title>${safe(told)}</title><rect class="${column === place ? 'right' : 'wrong'}" fill-opacity="${opacity}" ` +
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
