import { count, isoDay, plural, shareRange, shareText, tableCell } from '../../text/format.ts';
import { nameGrader } from '../graders/graders.ts';
import { type EvaluationSummary, isMean, type ModelSummary } from '../metrics.ts';
import type { Evaluation } from '../types.ts';

/** An evaluation as a model card shows it: each model's share of right answers, with its interval, on which items. */
export function cardSection(
  { name, createdAt }: Pick<Evaluation, 'name' | 'createdAt'>,
  summary: EvaluationSummary,
): string {
  const { items, grader, models } = summary;
  return [
    `${tableCell(name)}, ${isoDay(createdAt)}: ${plural(items, 'item')}, graded by ${tableCell(nameGrader(grader))}`,
    '',
    '| model | right | accuracy | 95% interval |',
    '|---|---|---|---|',
    ...models.map((model) => `| ${cellsOf(model).map(tableCell).join(' | ')} |`),
    '',
  ].join('\n');
}

function cellsOf({ model, main }: ModelSummary): readonly string[] {
  if (isMean(main)) return [model.model, '–', `mean score ${main.meanScore?.toFixed(3) ?? '–'}`, '–'];
  return [
    model.model,
    `${count(main.passed)} / ${count(main.graded)}`,
    shareText(main.accuracy),
    shareRange(main.interval),
  ];
}
