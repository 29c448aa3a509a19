import type { EvaluationSummary } from '../summary/types.ts';
import type { ReportInput, ReportTable, Section } from './content.ts';
import { detailSections } from './details.ts';
import { figureSections } from './figures.ts';
import { accuracyBars } from './html/bars.ts';
import { type Escape, escaper } from './html/escape.ts';
import { matrixChart } from './html/matrix.ts';
import { STYLE } from './html/style.ts';

const MOST_WRONG = 200;

/** Nothing is fetched and nothing runs, whatever the text of a model may say. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

/**
 * The report of an evaluation as one HTML file with its charts inside: no script, nothing loaded. All text of others
 * is escaped and keys are masked.
 */
export function htmlReport(input: ReportInput): string {
  const safe = escaper(input.secrets ?? []);
  const title = safe(input.evaluation.name);
  const sections = [...figureSections(input), ...detailSections(input, MOST_WRONG)];
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${title}</title><style>${STYLE}</style></head><body>`,
    `<h1>${title}</h1>`,
    ...sections.map((section) => htmlSection(section, input.summary, safe)),
    '</body></html>',
    '',
  ].join('\n');
}

function htmlSection({ title, text, table, chart }: Section, summary: EvaluationSummary, safe: Escape): string {
  return [
    `<section><h2>${safe(title)}</h2>`,
    ...text.map((paragraph) => `<p>${safe(paragraph)}</p>`),
    ...(chart === null ? [] : [`<div class="scroll">${drawing(chart, summary, safe)}</div>`]),
    ...(table === null ? [] : [htmlTable(table, safe)]),
    '</section>',
  ].join('\n');
}

function drawing(chart: NonNullable<Section['chart']>, summary: EvaluationSummary, safe: Escape): string {
  if (chart.kind === 'accuracy') return accuracyBars(summary, safe);
  const matrix = summary.models[chart.model]?.classes?.matrix;
  return matrix === undefined ? '' : matrixChart(matrix, safe);
}

function htmlTable({ head, rows, words }: ReportTable, safe: Escape): string {
  const cells = (tag: 'th' | 'td', row: readonly string[]): string =>
    row.map((cell, column) => `<${tag}${column < words ? '' : ' class="figure"'}>${safe(cell)}</${tag}>`).join('');
  const heading = head.every((cell) => cell === '') ? '' : `<thead><tr>${cells('th', head)}</tr></thead>`;
  const body = rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('\n');
  return `<div class="scroll"><table>${heading}<tbody>\n${body}\n</tbody></table></div>`;
}
