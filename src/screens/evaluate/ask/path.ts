import type { EvaluateActions } from '../../../state/workbench/evaluateTypes.ts';

export type ExportFormat = Parameters<EvaluateActions['export']>[1];

export const EXPORTS: readonly {
  readonly value: ExportFormat;
  readonly label: string;
  readonly note: string;
  readonly ending: string;
}[] = [
  { value: 'markdown', label: 'report, Markdown', note: 'figures and comparisons', ending: 'md' },
  { value: 'html', label: 'report, HTML', note: 'one file with its charts', ending: 'html' },
  { value: 'jsonl', label: 'predictions, JSONL', note: 'every answer with its scores', ending: 'jsonl' },
  { value: 'csv', label: 'predictions, CSV', note: 'a line for every answer', ending: 'csv' },
];

const slug = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '') || 'evaluation';

/** Where an export is offered to be written: `<folder>/<project>-evaluation.md`. */
export const exportPath = (folder: string, project: string, ending: string): string =>
  `${folder}/${slug(project)}-evaluation.${ending}`;

export const pathProblem = (path: string): string | null => (path.trim() === '' ? 'A path is needed.' : null);
