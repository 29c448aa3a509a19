import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { canonicalJson } from '../../domain/common/json.ts';
import type { Problem } from '../../domain/common/outcome.ts';
import { unfitGrader } from '../../domain/evaluation/graders/graders.ts';
import type { Evaluation, EvaluationItem, EvaluationPlan } from '../../domain/evaluation/types.ts';
import { compileGraders } from './results.ts';

/** Why a plan cannot be begun on these items; null when it can. */
export function planProblem({ models, graders }: EvaluationPlan, items: readonly EvaluationItem[]): Problem | null {
  const problem = (what: string, next: string): Problem => ({ what, saved: 'Nothing was sent.', next });
  if (models.length === 0) return problem('No model is chosen.', 'Choose at least one.');
  const names = models.map(({ providerId, model }) => `${providerId} ${model}`);
  if (new Set(names).size < names.length) return problem('A model is chosen twice.', 'Take one of them away.');
  if (graders.length === 0) return problem('No grader is chosen.', 'Choose what decides right or wrong.');
  const compiled = compileGraders(graders);
  return compiled.ok ? unfitGrader(graders, items) : compiled.problem;
}

export interface PreparedParts {
  /** Of a project each evaluation is one of its own; absent, the id follows from the content, as for a file. */
  readonly id?: string;
  readonly projectId: string;
  /** What it is called where its source and its models do not say enough. */
  readonly name?: string;
  readonly createdAt: number;
  readonly items: readonly EvaluationItem[];
}

/** An evaluation as it is begun, of a plan without problems. */
export function prepareEvaluation(plan: EvaluationPlan, parts: PreparedParts): Evaluation {
  const { id, projectId, name, createdAt, items } = parts;
  return {
    id: id ?? contentId(plan, projectId, items),
    projectId,
    plan,
    name: name ?? nameOf(plan),
    createdAt,
    items: items.length,
  };
}

/**
 * Where answers to a file of questions are kept, which are of no project. All files share them, but not two servers,
 * which may give one name to different models. `baseUrl` is of a server that no profile names.
 */
export const fileProjectId = (baseUrl: string | undefined): string =>
  baseUrl === undefined ? 'cli' : `cli:${baseUrl}`;

/** The same questions, sent in the same way to the same models, are the same evaluation, and the same run. */
function contentId(
  { models, graders, sampling }: EvaluationPlan,
  projectId: string,
  items: readonly EvaluationItem[],
): string {
  const sent = { projectId, models, graders, sampling, items: items.map(({ id }) => id) };
  return `eval-${createHash('sha256').update(canonicalJson(sent)).digest('hex').slice(0, 12)}`;
}

/** `validation rows · 2 models`. */
function nameOf({ source, models }: EvaluationPlan): string {
  const where = source.kind === 'file' ? basename(source.path) : `${source.side} rows`;
  return `${where} · ${models.length === 1 ? (models[0]?.model ?? '') : `${models.length} models`}`;
}
