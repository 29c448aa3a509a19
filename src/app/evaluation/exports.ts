import { htmlReport } from '../../domain/evaluation/report/html.ts';
import { markdownReport } from '../../domain/evaluation/report/markdown.ts';
import { predictionCsv, predictionJsonl } from '../../domain/evaluation/report/predictions.ts';
import { promptfooConfig } from '../../domain/evaluation/report/promptfoo.ts';
import { summarise } from '../../domain/evaluation/summary.ts';
import type { EvaluatedItem, Evaluation, Vote } from '../../domain/evaluation/types.ts';
import type { ProviderProfile } from '../../domain/provider/provider.ts';
import type { JobRecord } from '../../domain/training/types.ts';

export interface Exported {
  readonly evaluation: Evaluation;
  readonly items: readonly EvaluatedItem[];
  readonly votes: readonly Vote[];
  readonly project?: string | null;
  /** Those that may have made the models. */
  readonly jobs?: readonly JobRecord[];
  /** Where the models are. */
  readonly profiles?: readonly ProviderProfile[];
  /** Milliseconds since the epoch. */
  readonly writtenAt: number;
  /** Masks keys wherever they stand. */
  readonly mask: (text: string) => string;
}

interface ExportEntry {
  readonly label: string;
  readonly note: string;
  /** Of the file's name, without its dot. */
  readonly ending: string;
  /** Every answer, or the figures: the commands have an option for each. */
  readonly holds: 'predictions' | 'report';
  /** Piece by piece. */
  readonly text: (exported: Exported) => Iterable<string>;
}

/** Every format an evaluation is exported in. A new one is an entry here. */
export const EXPORT_FORMATS = {
  markdown: {
    label: 'report, Markdown',
    note: 'figures and comparisons',
    ending: 'md',
    holds: 'report',
    text: (exported) => [markdownReport(reported(exported))],
  },
  html: {
    label: 'report, HTML',
    note: 'one file with its charts',
    ending: 'html',
    holds: 'report',
    text: (exported) => [htmlReport(reported(exported))],
  },
  jsonl: {
    label: 'predictions, JSONL',
    note: 'every answer with its scores',
    ending: 'jsonl',
    holds: 'predictions',
    text: ({ items, evaluation, mask }) => withEnds(predictionJsonl(items, evaluation.plan, mask), '\n'),
  },
  csv: {
    label: 'predictions, CSV',
    note: 'a line for every answer',
    ending: 'csv',
    holds: 'predictions',
    text: ({ items, evaluation, mask }) => withEnds(predictionCsv(items, evaluation.plan, mask), '\r\n'),
  },
  promptfoo: {
    label: 'promptfoo, YAML',
    note: 'items, models and graders, to run there',
    ending: 'yaml',
    holds: 'report',
    text: (exported) => [promptfooConfig(exported)],
  },
} satisfies Record<string, ExportEntry>;

export type ExportFormat = keyof typeof EXPORT_FORMATS;

const isExportFormat = (name: string): name is ExportFormat => Object.hasOwn(EXPORT_FORMATS, name);

/** The formats as choices, in the order of the table. */
export const EXPORT_CHOICES = Object.keys(EXPORT_FORMATS)
  .filter(isExportFormat)
  .map((value) => {
    const { label, note, ending, holds }: ExportEntry = EXPORT_FORMATS[value];
    return { value, label, note, ending, holds };
  });

function* withEnds(lines: Iterable<string>, end: string): Generator<string, void, undefined> {
  for (const line of lines) yield line + end;
}

function reported(exported: Exported): Parameters<typeof markdownReport>[0] {
  const summary = summarise(exported.items, exported.evaluation.plan);
  if (summary === null) throw new Error('Without a grader there is nothing to report.');
  return { ...exported, summary };
}
