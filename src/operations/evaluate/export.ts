import { htmlReport } from '../../domain/evaluation/report/html.ts';
import { markdownReport } from '../../domain/evaluation/report/markdown.ts';
import { predictionCsv, predictionJsonl } from '../../domain/evaluation/report/predictions.ts';
import { summarise } from '../../domain/evaluation/summary.ts';
import type { EvaluatedItem, Evaluation, Vote } from '../../domain/evaluation/types.ts';

export type ExportFormat = 'jsonl' | 'csv' | 'markdown' | 'html';

export interface Exported {
  readonly evaluation: Evaluation;
  readonly items: readonly EvaluatedItem[];
  readonly votes: readonly Vote[];
  /** Milliseconds since the epoch. */
  readonly writtenAt: number;
  /** Keys to mask wherever they stand; what looks like one is masked anyway. */
  readonly secrets: readonly string[];
}

/** What an evaluation is written as, piece by piece. */
export function exportText(exported: Exported, format: ExportFormat): Iterable<string> {
  const { evaluation, items, secrets } = exported;
  switch (format) {
    case 'jsonl':
      return withEnds(predictionJsonl(items, evaluation.plan, secrets), '\n');
    case 'csv':
      return withEnds(predictionCsv(items, evaluation.plan, secrets), '\r\n');
    case 'markdown':
      return [markdownReport(reported(exported))];
    case 'html':
      return [htmlReport(reported(exported))];
  }
}

function* withEnds(lines: Iterable<string>, end: string): Generator<string, void, undefined> {
  for (const line of lines) yield line + end;
}

function reported(exported: Exported): Parameters<typeof markdownReport>[0] {
  const summary = summarise(exported.items, exported.evaluation.plan);
  if (summary === null) throw new Error('Without a grader there is nothing to report.');
  return { ...exported, summary };
}
