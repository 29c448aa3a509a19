import type { StatusKind } from '../../../components/status/index.ts';
import type { DatasetReport, TokenSummary } from '../../../domain/dataset/report.ts';
import { formatUsd } from '../../../domain/pricing/format.ts';

const count = (value: number): string => Math.round(value).toLocaleString('en-US');
const plural = (value: number, word: string): string => `${count(value)} ${word}${value === 1 ? '' : 's'}`;

function summary(label: string, { p5, p50, p95, min, max, mean, total }: TokenSummary): string {
  const named = [
    ['p5', p5],
    ['p50', p50],
    ['p95', p95],
    ['min', min],
    ['max', max],
    ['mean', mean],
  ] as const;
  return `${label.padEnd(15)}${named.map(([name, value]) => `${name} ${count(value)}`).join('  ')}  total ${count(total)}`;
}

/** Lines named at most; the rest is a number. */
const NAMED = 8;

export function overLimitWords({ overLimit, tokenLimit, model }: DatasetReport): string {
  if (tokenLimit === null) return `over the limit unknown: nothing says how many tokens ${model} takes`;
  const lines = overLimit.slice(0, NAMED).join(', ');
  const more = overLimit.length > NAMED ? ` and ${overLimit.length - NAMED} more` : '';
  const where = overLimit.length === 0 ? '' : `: line ${lines}${more}`;
  return `over the limit ${plural(overLimit.length, 'row')} of more than ${count(tokenLimit)} tokens${where}`;
}

export interface ReportLine {
  readonly text: string;
  readonly kind: StatusKind | null;
}

/** Whether the file would be taken, in a sign and words. */
export function verdict(report: DatasetReport): { readonly kind: StatusKind; readonly word: string } {
  const said = `${plural(report.examples, 'example')}, ${plural(report.errors, 'error')}, ${plural(report.warnings, 'warning')}`;
  if (report.errors > 0) return { kind: 'error', word: `${said}: a job would refuse it` };
  return { kind: report.warnings > 0 ? 'warn' : 'ok', word: `${said}: ready to train` };
}

/** What a check counted, the most important first. */
export function reportLines(report: DatasetReport): readonly string[] {
  const billed = report.billedTokensPerEpoch * report.defaultEpochs;
  return [
    summary('tokens a row', report.tokensPerExample),
    `${'training'.padEnd(15)}${plural(report.defaultEpochs, 'epoch')} if all rows train  ${count(billed)} tokens billed  cost ${formatUsd(report.costUsd)}`,
    overLimitWords(report),
    summary('answer tokens', report.assistantTokensPerExample),
    summary('messages', report.messagesPerExample),
    `${'without'.padEnd(15)}system message ${count(report.missingSystem)}  user message ${count(report.missingUser)}`,
  ];
}
