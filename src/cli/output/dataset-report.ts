import type { DatasetReport, TokenSummary } from '../../domain/dataset/report.ts';
import type { DatasetFinding } from '../../domain/dataset/types.ts';
import { count, formatUsd, plural } from '../../domain/text/format.ts';
import { columns } from './text-layout.ts';

/** Findings printed in full before the rest is summed up, so that one broken export cannot bury the figures. */
const SHOWN = 100;

/** A check as lines for a person: findings first, since they are what there is to do, then the figures. */
export function reportLines(report: DatasetReport, name: string): string[] {
  return [
    `${name}  ${plural(report.examples, report.kind === 'preference' ? 'preference pair' : 'example')}, checked for ${report.model}`,
    '',
    ...findingLines(report),
    '',
    ...figureLines(report),
  ];
}

/** What there is to do, errors and warnings, the first 100 in full. */
export function findingLines(report: DatasetReport): string[] {
  if (report.findings.length === 0) return ['✓ No findings.'];
  const flagged = report.flagged > 0 ? `, ${plural(report.flagged, 'example')} flagged` : '';
  const head = `${plural(report.errors, 'error')}, ${plural(report.warnings, 'warning')}${flagged}`;
  const lines = report.findings.slice(0, SHOWN).flatMap(findingLine);
  const rest = report.findings.length - SHOWN;
  return [head, ...lines, ...(rest > 0 ? [`  … and ${count(rest)} more; --json lists them all`] : [])];
}

const findingLine = (finding: DatasetFinding): string[] => [
  `  ${finding.severity === 'error' ? '✗' : '!'} line ${finding.line}: ${finding.message}`,
  `      fix: ${finding.fix}`,
];

function figureLines(report: DatasetReport): string[] {
  const figures = [
    ['', 'min', 'p5', 'p50', 'p95', 'max', 'mean', 'total'],
    summary('tokens an example', report.tokensPerExample),
    summary('tokens of the answer', report.assistantTokensPerExample),
    summary('messages an example', report.messagesPerExample),
  ];
  const facts = [
    ['Without a system message', count(report.missingSystem)],
    ['Without a user message', count(report.missingUser)],
    ['Over the limit', overLimit(report)],
    ['Epochs by default', `${count(report.defaultEpochs)} if all rows train`],
    ['Billed tokens', billed(report)],
    ['Cost', formatUsd(report.costUsd)],
  ];
  return [...columns(figures, new Set([1, 2, 3, 4, 5, 6, 7])), '', ...columns(facts)];
}

const summary = (label: string, of: TokenSummary): string[] => [
  label,
  ...[of.min, of.p5, of.p50, of.p95, of.max].map((value) => count(value)),
  of.mean.toFixed(1),
  count(of.total),
];

function overLimit(report: DatasetReport): string {
  if (report.tokenLimit === null) return 'unknown for this model';
  const limit = `limit ${count(report.tokenLimit)} tokens`;
  if (report.overLimit.length === 0) return `none (${limit})`;
  const lines = report.overLimit.slice(0, 20).join(', ');
  const rest = report.overLimit.length > 20 ? ', …' : '';
  return `${plural(report.overLimit.length, 'line')} cut at the end (${limit}): ${lines}${rest}`;
}

const billed = (report: DatasetReport): string =>
  `${count(report.billedTokensPerEpoch)} an epoch × ${report.defaultEpochs} = ${count(report.billedTokensPerEpoch * report.defaultEpochs)}`;
