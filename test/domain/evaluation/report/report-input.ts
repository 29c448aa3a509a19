import type { ReportInput } from '../../../../src/domain/evaluation/report/sections.ts';
import { summarise } from '../../../../src/domain/evaluation/summary.ts';
import type { EvaluatedItem, EvaluationPlan, Vote } from '../../../../src/domain/evaluation/types.ts';
import { redactKeys } from '../../../../src/domain/text/sanitize.ts';
import { BASE, TUNED } from '../evaluated-items.ts';

export const PLAN: EvaluationPlan = {
  source: { kind: 'rows', side: 'validation' },
  models: [BASE, TUNED],
  graders: [{ kind: 'exact-ci' }],
  sampling: { temperature: 0 },
  concurrency: 'auto',
  capUsd: null,
};

export function reportInput(
  items: readonly EvaluatedItem[],
  more: { readonly name?: string; readonly votes?: readonly Vote[]; readonly secrets?: readonly string[] } = {},
): ReportInput {
  const { name = 'Clauses', votes = [], secrets = [] } = more;
  const summary = summarise(items, PLAN);
  if (summary === null) throw new Error('no summary');
  const evaluation = { id: 'e', projectId: 'p', name, createdAt: 0, plan: PLAN, items: items.length };
  return { evaluation, items, summary, votes, writtenAt: 60_000, mask: (text) => redactKeys(text, secrets) };
}
