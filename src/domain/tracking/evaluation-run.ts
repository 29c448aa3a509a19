import type { CooperativeTask } from '../common/cooperative.ts';
import type { Json } from '../common/json.ts';
import { chanceShare } from '../evaluation/baseline.ts';
import { nameGrader } from '../evaluation/graders/graders.ts';
import { hasAnswers, isWhole, promptText } from '../evaluation/items.ts';
import type { EvaluationSummary, ModelSummary } from '../evaluation/metrics.ts';
import { summaryTask } from '../evaluation/summary.ts';
import type { EvaluatedItem, Evaluation, EvaluationItem, EvaluationSource } from '../evaluation/types.ts';
import type { TuningJob } from '../training/types.ts';
import { artifactName, keyPart, runId, slugOf, tagsOf } from '../wandb/names.ts';
import { artifactTable } from '../wandb/table.ts';
import { confusionTables, modelLabels, predictionsTable } from './evaluation-tables.ts';
import { modelArtifact } from './job-run.ts';
import type { TrackedArtifact, TrackedRun } from './types.ts';

type Metrics = Readonly<Record<string, Json>>;

/**
 * The figures of an evaluation by key. `eval/accuracy` and what stands beside it are of the last model of the plan: the
 * one that is measured, where the first is its baseline. Every model of several has its own under `eval/<model>/`.
 */
function evaluationMetrics({ items, models, pairs, baseline, best, tooFew }: EvaluationSummary): Metrics {
  const measured = models.at(-1);
  const [base] = models;
  const figures: Record<string, Json> = { 'eval/items': items, 'eval/too_few_items': tooFew };
  if (baseline !== null) {
    figures['eval/majority_accuracy'] = baseline.majorityShare;
    figures['eval/chance_accuracy'] = chanceShare(baseline);
  }
  if (measured !== undefined) Object.assign(figures, modelMetrics('eval', measured));
  if (models.length > 1) {
    const labels = modelLabels(models.map(({ model }) => model));
    for (const [place, summary] of models.entries()) {
      Object.assign(figures, modelMetrics(`eval/${keyPart(labels[place] ?? '')}`, summary));
    }
    const place = models.findIndex(({ model }) => model === best?.best.model);
    if (best !== null) figures['eval/best'] = best.tied.length > 0 ? null : (labels[place] ?? null);
    const pair = pairs.find(({ first, second }) => first === base?.model && second === measured?.model);
    if (pair !== undefined) {
      figures['eval/baseline_accuracy'] = base?.main.accuracy ?? null;
      figures['eval/difference'] = pair.difference;
      figures['eval/mcnemar_p'] = pair.p;
      figures['eval/more_rows_needed'] = pair.moreRows;
    }
  }
  return figures;
}

function modelMetrics(
  prefix: string,
  { main, answered, cut, failed, pending, classes, format, ...spent }: ModelSummary,
): Metrics {
  return {
    [`${prefix}/accuracy`]: main.accuracy,
    [`${prefix}/accuracy_low`]: main.accuracy === null ? null : main.interval.low,
    [`${prefix}/accuracy_high`]: main.accuracy === null ? null : main.interval.high,
    [`${prefix}/graded`]: main.graded,
    [`${prefix}/mean_score`]: main.meanScore,
    [`${prefix}/answered`]: answered,
    [`${prefix}/cut`]: cut,
    [`${prefix}/failed`]: failed,
    [`${prefix}/pending`]: pending,
    [`${prefix}/prompt_tokens`]: spent.promptTokens,
    [`${prefix}/completion_tokens`]: spent.completionTokens,
    [`${prefix}/cost_usd`]: spent.unpriced > 0 ? null : spent.costUsd,
    ...(format === null ? {} : { [`${prefix}/in_format`]: format.count / format.of }),
    ...(classes?.macro ? { [`${prefix}/macro_f1`]: classes.macro.f1 } : {}),
  };
}

export interface EvaluationRunInput {
  readonly evaluation: Evaluation;
  readonly items: readonly EvaluatedItem[];
  /** Of the project in Luthier, or of the file that was measured on. */
  readonly projectName: string;
  /** The job that made a model of the plan, by the model's name; models no job is known of are absent. */
  readonly jobs: ReadonlyMap<string, TuningJob>;
  /** When the last answer came, in milliseconds since the epoch. */
  readonly endedAt: number;
  /** Its figures, for who has worked them out. */
  readonly summary?: EvaluationSummary | null | undefined;
}

/** Where the figures of an evaluation stand among the steps: it has but one. */
const STEP = 0;

/** Characters of a project's name in its artifact's. */
const LONGEST_NAME = 100;

/**
 * An evaluation as a run of job type `eval`: figures in the summary, every answer in a table, confusion matrices, and
 * as its inputs what it was measured on and the models it measured.
 */
export function* evaluationRun(facts: EvaluationRunInput): CooperativeTask<TrackedRun> {
  const { evaluation, items, projectName, jobs, endedAt } = facts;
  const { plan } = evaluation;
  const summary = facts.summary === undefined ? yield* summaryTask(items, plan) : facts.summary;
  yield;
  const figures = summary === null ? {} : evaluationMetrics(summary);
  const numbers = Object.fromEntries(Object.entries(figures).filter(([, value]) => typeof value === 'number'));
  const status = !hasAnswers(items) ? 'failed' : isWhole(items) ? 'succeeded' : 'incomplete';
  return {
    id: runId(evaluation.id),
    name: `${evaluation.name} · ${new Date(evaluation.createdAt).toISOString().slice(0, 16).replace('T', ' ')}`,
    jobType: 'eval',
    tags: tagsOf(['luthier', ...new Set(plan.models.map(({ providerId }) => providerId))]),
    config: {
      models: plan.models.map(({ providerId, model }) => ({ provider: providerId, model })),
      baseline: plan.models.length > 1 ? (modelLabels(plan.models)[0] ?? null) : null,
      graders: plan.graders.map(nameGrader),
      sampling: sampling(plan.sampling),
      items: items.length,
      luthier: { project: projectName, source: sourceOf(plan.source) },
    },
    startedAt: evaluation.createdAt,
    end: { at: endedAt, outcome: status === 'succeeded' ? 'finished' : 'failed' },
    history: Object.keys(numbers).length === 0 ? [] : [{ step: STEP, at: endedAt, values: numbers }],
    system: [],
    output: [],
    summary: { status, ...figures },
    tables: [
      { ...predictionsTable(items, plan), key: 'predictions', step: STEP },
      ...(summary === null ? [] : confusionTables(summary, STEP)),
    ],
    artifacts: [testArtifact(projectName, items), ...models(evaluation, jobs)],
  };
}

/** A file by its name alone: where it lies on this machine is nobody else's business. */
function sourceOf(source: EvaluationSource): Json {
  return source.kind === 'file' ? { kind: 'file', name: source.path.replace(/^.*[/\\]/, '') } : { ...source };
}

function sampling({ temperature, topP, maxTokens, stop, seed }: Evaluation['plan']['sampling']): Json {
  return {
    temperature: temperature ?? null,
    top_p: topP ?? null,
    max_completion_tokens: maxTokens ?? null,
    stop: stop === undefined ? null : [...stop],
    seed: seed ?? null,
  };
}

/** A job is named once, however many of its checkpoints are measured. */
function models({ plan }: Evaluation, jobs: EvaluationRunInput['jobs']): readonly TrackedArtifact[] {
  const made = new Map<string, TuningJob>();
  for (const { model } of plan.models) {
    const job = jobs.get(model);
    if (job !== undefined) made.set(job.id, job);
  }
  return [...made.values()].map((job) => modelArtifact(job, 'input'));
}

/** Prompts and targets, as a training file would have them: the same ones are the same version. */
function testArtifact(projectName: string, evaluated: readonly EvaluatedItem[]): TrackedArtifact {
  const lineOf = ({ prompt, target }: EvaluationItem): string =>
    JSON.stringify({ messages: [...prompt, { role: 'assistant', content: target }] });
  const table = {
    columns: ['messages', 'target'],
    *rows(): Generator<readonly Json[]> {
      for (const { item } of evaluated) yield [promptText(item), item.target];
    },
  };
  return {
    name: artifactName(`test-${slugOf(projectName, { most: LONGEST_NAME })}`),
    type: 'test_files',
    description: `What models are measured on in ${projectName}.`,
    metadata: { items: evaluated.length },
    aliases: ['latest'],
    role: 'input',
    files: [
      {
        path: 'test.jsonl',
        *chunks() {
          for (const { item } of evaluated) yield `${lineOf(item)}\n`;
        },
      },
      { path: 'test.table.json', chunks: () => artifactTable(table), only: 'wandb' },
    ],
  };
}
