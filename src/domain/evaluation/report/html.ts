import { redactKeys, sanitizeText } from '../../text/sanitize.ts';
import type { EvaluationSummary } from '../metrics.ts';
import { accuracyBars, type Escape, matrixChart } from './charts.ts';
import { detailSections } from './details.ts';
import { modelNames } from './format.ts';
import { type ReportInput, type ReportTable, resultSections, type Section } from './sections.ts';

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
@page { margin: 14mm; }
:root { color-scheme: light dark; --ink: #1b1f24; --faint: #5b6570; --paper: #fff; --line: #d5dae0; --right: #1f6feb; --wrong: #b3530a; --band: #f4f6f8; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e3e7ec; --faint: #9aa5b1; --paper: #14171a; --line: #333a42; --right: #6ea8fe; --wrong: #f0a35e; --band: #1c2126; }
}
body { margin: 2rem auto; max-width: 72rem; padding: 0 1rem; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; }
h1, h2, p { overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.9rem; }
th, td { padding: 0.25rem 0.7rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; overflow-wrap: anywhere; white-space: pre-wrap; }
th { color: var(--faint); font-weight: 600; overflow-wrap: break-word; }
td { min-width: 2rem; }
td.figure, th.figure { text-align: right; font-variant-numeric: tabular-nums; }
td.figure { white-space: nowrap; }
tbody tr:nth-child(even) { background: var(--band); }
svg text { fill: var(--ink); font: 12px system-ui, sans-serif; }
svg text.faint { fill: var(--faint); }
svg text.small { font-size: 9px; }
svg .right { fill: var(--right); } svg .wrong { fill: var(--wrong); } svg .field { fill: var(--band); }
svg { max-width: 100%; height: auto; }
svg line.guide { stroke: var(--faint); stroke-dasharray: 4 3; stroke-width: 1.5; }
svg line { stroke: var(--line); } svg line.range { stroke: var(--ink); stroke-width: 1.5; }
@media print {
  :root { color-scheme: light; --ink: #000; --faint: #444; --paper: #fff; --line: #bbb; --right: #1f6feb; --wrong: #b3530a; --band: #f4f6f8; }
  body { margin: 0; max-width: none; padding: 0; font-size: 11px; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .scroll { overflow: visible; }
  table { width: 100%; font-size: 9px; } th, td { padding: 0.15rem 0.35rem; } td.figure { white-space: normal; }
  h2 { break-after: avoid; } tr, svg { break-inside: avoid; } thead { display: table-header-group; }
}
`;

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
    row
      .map((cell, column) => {
        // Between the parts of a model's name and not in the middle of a word.
        const text = tag === 'th' ? safe(cell).replaceAll(/[:/_](?=.)/g, '$&<wbr>') : safe(cell);
        return `<${tag}${column < words ? '' : ' class="figure"'}>${text}</${tag}>`;
      })
      .join('');
  const heading = head.every((cell) => cell === '') ? '' : `<thead><tr>${cells('th', head)}</tr></thead>`;
  const body = rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('\n');
  return `<div class="scroll"><table>${heading}<tbody>\n${body}\n</tbody></table></div>`;
}
