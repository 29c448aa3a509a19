import { shareRange, shareText } from '../../text/format.ts';
import { redactKeys, sanitizeText } from '../../text/sanitize.ts';
import type { EvaluationSummary } from '../metrics.ts';
import type { ConfusionMatrix } from '../statistics/confusion.ts';
import { detailSections } from './details.ts';
import { modelNames } from './format.ts';
import { type ReportInput, type ReportTable, resultSections, type Section } from './sections.ts';

/** Makes any text safe in an element or a quoted attribute, and masks keys. */
type Escape = (text: string) => string;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

const escaper =
  (mask: (text: string) => string): Escape =>
  (text) =>
    sanitizeText(mask(text)).replaceAll(/[&<>"'`]/g, (char) => ENTITIES[char] ?? '');

/** Of the HTML report: light and dark by the reader's own setting, nothing loaded from anywhere. */
const STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --faint: #5b6570; --paper: #fff; --line: #d5dae0; --right: #1f6feb; --wrong: #b3530a; --band: #f4f6f8; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e3e7ec; --faint: #9aa5b1; --paper: #14171a; --line: #333a42; --right: #6ea8fe; --wrong: #f0a35e; --band: #1c2126; }
}
body { margin: 2rem auto; max-width: 72rem; padding: 0 1rem; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.9rem; }
th, td { padding: 0.25rem 0.7rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; overflow-wrap: anywhere; white-space: pre-wrap; }
th { color: var(--faint); font-weight: 600; }
td.figure, th.figure { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
tbody tr:nth-child(even) { background: var(--band); }
svg text { fill: var(--ink); font: 12px system-ui, sans-serif; }
svg text.faint { fill: var(--faint); }
svg text.small { font-size: 9px; }
svg .right { fill: var(--right); } svg .wrong { fill: var(--wrong); } svg .field { fill: var(--band); }
svg line { stroke: var(--line); } svg line.range { stroke: var(--ink); stroke-width: 1.5; }
`;

const LABEL = 240;
const PLOT = 480;
const ROW = 34;
const TOP = 22;
const LONGEST_NAME = 34;

/** Accuracy of each model as a bar with its 95% interval, as SVG. */
function accuracyBars({ models }: EvaluationSummary, names: readonly string[], safe: Escape): string {
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
function matrixChart({ labels, counts }: ConfusionMatrix, safe: Escape): string {
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

const MOST_WRONG = 200;

/** Nothing is fetched and nothing runs, whatever the text of a model may say. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

/**
 * The report of an evaluation as one HTML file with its charts inside: no script, nothing loaded. All text of others
 * is escaped and keys are masked.
 */
export function htmlReport(input: ReportInput): string {
  const { evaluation, summary, mask = redactKeys } = input;
  const names = modelNames(summary.models.map(({ model }) => model));
  const sections = [...resultSections(input), ...detailSections(input, MOST_WRONG)];
  return htmlPage({ title: evaluation.name, sections, summary, names, mask });
}

export interface ReportPage {
  readonly title: string;
  readonly sections: readonly Section[];
  /** What its charts are of; null for a page without. */
  readonly summary: EvaluationSummary | null;
  /** Of the summary's models. */
  readonly names: readonly string[];
  readonly mask: (text: string) => string;
}

/** Sections as one HTML file, as `htmlReport` does it. */
export function htmlPage({ title, sections, summary, names, mask }: ReportPage): string {
  const safe = escaper(mask);
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${safe(title)}</title><style>${STYLE}</style></head><body>`,
    `<h1>${safe(title)}</h1>`,
    ...sections.map((section) => htmlSection(section, { summary, names }, safe)),
    '</body></html>',
    '',
  ].join('\n');
}

type Drawn = Pick<ReportPage, 'summary' | 'names'>;

function htmlSection({ title, text, table, chart }: Section, drawn: Drawn, safe: Escape): string {
  return [
    `<section><h2>${safe(title)}</h2>`,
    ...text.map((paragraph) => `<p>${safe(paragraph)}</p>`),
    ...(chart === null ? [] : [`<div class="scroll">${drawing(chart, drawn, safe)}</div>`]),
    ...(table === null ? [] : [htmlTable(table, safe)]),
    '</section>',
  ].join('\n');
}

function drawing(chart: NonNullable<Section['chart']>, { summary, names }: Drawn, safe: Escape): string {
  if (summary === null) return '';
  if (chart.kind === 'accuracy') return accuracyBars(summary, names, safe);
  const matrix = summary.models[chart.model]?.classes?.matrix;
  return matrix === undefined ? '' : matrixChart(matrix, safe);
}

function htmlTable({ head, rows, textColumns: words }: ReportTable, safe: Escape): string {
  const cells = (tag: 'th' | 'td', row: readonly string[]): string =>
    row.map((cell, column) => `<${tag}${column < words ? '' : ' class="figure"'}>${safe(cell)}</${tag}>`).join('');
  const heading = head.every((cell) => cell === '') ? '' : `<thead><tr>${cells('th', head)}</tr></thead>`;
  const body = rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('\n');
  return `<div class="scroll"><table>${heading}<tbody>\n${body}\n</tbody></table></div>`;
}
