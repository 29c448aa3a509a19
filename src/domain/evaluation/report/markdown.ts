import { redactKeys, sanitizeLine } from '../../text/sanitize.ts';
import { detailSections } from './details.ts';
import type { ReportPage } from './html.ts';
import { type ReportInput, type ReportTable, resultSections } from './sections.ts';

const MOST_WRONG = 50;
const LONGEST_CELL = 300;

/** The report of an evaluation in Markdown with tables (GitHub's). All text of others is escaped and keys are masked. */
export function markdownReport(input: ReportInput): string {
  const sections = [...resultSections(input), ...detailSections(input, MOST_WRONG)];
  return markdownPage({ title: input.evaluation.name, sections, mask: input.mask ?? redactKeys });
}

/** Sections in Markdown, as `markdownReport` does it. */
export function markdownPage({ title, sections, mask }: Pick<ReportPage, 'title' | 'sections' | 'mask'>): string {
  const safe = (text: string): string => escapeMarkdown(cut(sanitizeLine(mask(text))));
  const parts = sections.map(({ title: name, text, table }) =>
    [`## ${safe(name)}`, ...text.map(safe), ...(table === null ? [] : [markdownTable(table, safe)])].join('\n\n'),
  );
  return `${[`# ${safe(title)}`, ...parts].join('\n\n')}\n`;
}

function markdownTable({ head, rows, textColumns: words }: ReportTable, safe: (text: string) => string): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, column) => (column < words ? '---' : '---:'));
  return [line(head.map(safe)), line(rule), ...rows.map((row) => line(row.map(safe)))].join('\n');
}

const cut = (text: string): string =>
  text.length <= LONGEST_CELL ? text : `${text.slice(0, LONGEST_CELL).toWellFormed()}…`;

const INLINE_MARKS = /[\\`*[\]|~$]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu;
const LINE_MARKS = /^(\s*)([-+=#>]|\d+[.)](?=\s|$))/;

/**
 * Text with nothing in it that Markdown acts on: a backslash before marks (CommonMark 2.4), entities for tags,
 * entities and mentions.
 */
export function escapeMarkdown(text: string): string {
  return text
    .replaceAll(INLINE_MARKS, '\\$&')
    .replace(LINE_MARKS, (_, space: string, mark: string) => `${space}${mark.slice(0, -1)}\\${mark.slice(-1)}`)
    .replaceAll(/&(?=#?\w+;)/g, '&amp;')
    .replaceAll(/<(?=[a-z/!?])/gi, '&lt;')
    .replaceAll('@', '&#64;');
}
