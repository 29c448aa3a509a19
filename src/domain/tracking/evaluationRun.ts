import { nameGrader } from '../evaluation/graders.ts';
import { promptText } from '../evaluation/promptText.ts';
import type { Parts } from '../evaluation/statistics/parts.ts';
import { summaryParts } from '../evaluation/summary.ts';
import type { EvaluatedItem, Evaluation, EvaluationItem, EvaluationSource } from '../evaluation/types.ts';
import type { TuningJob } from '../training/types.ts';
import { confusionTables } from './confusionTable.ts';
import { evaluationFigures } from './evaluationFigures.ts';
import { modelArtifact } from './modelArtifact.ts';
import { modelLabels } from './modelLabels.ts';
import { artifactName, runId, slugOf, tagsOf } from './names.ts';
import { predictionsTable } from './predictionsTable.ts';
import { artifactTable } from './table.ts';
import type { Json, TrackedArtifact, TrackedRun } from './types.ts';

export interface EvaluationFacts {
  readonly evaluation: Evaluation;
  readonly items: readonly EvaluatedItem[];
  /** Of the project in Luthier, or of the file that was measured on. */
  readonly projectName: string;
  /** The job that made a model of the plan, by the model's name; models no job is known of are absent. */
  readonly jobs: ReadonlyMap<string, TuningJob>;
  /** When the last answer came, in milliseconds since the epoch. */
  readonly endedAt: number;
}

/** Where the figures of an evaluation stand among the steps: it has but one. */
const STEP = 0;

/** Characters of a project's name in its artifact's. */
const LONGEST_NAME = 100;

/**
 * An evaluation as a run of job type `eval`: figures in the summary, every answer in a table, confusion matrices, and
 * as its inputs what it was measured on and the models it measured.
 */
export function* evaluationRun(facts: EvaluationFacts): Parts<TrackedRun> {
  const { evaluation, items, projectName, jobs, endedAt } = facts;
  const { plan } = evaluation;
  const summary = yield* summaryParts(items, plan);
  yield;
  const figures = summary === null ? {} : evaluationFigures(summary);
  const numbers = Object.fromEntries(Object.entries(figures).filter(([, value]) => typeof value === 'number'));
  const whole = items.every(({ predictions }) => predictions.every((prediction) => prediction !== null));
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
    end: { at: endedAt, exitCode: whole ? 0 : 1 },
    history: Object.keys(numbers).length === 0 ? [] : [{ step: STEP, at: endedAt, values: numbers }],
    system: [],
    output: [],
    summary: { status: whole ? 'succeeded' : 'incomplete', ...figures },
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
function models({ plan }: Evaluation, jobs: EvaluationFacts['jobs']): readonly TrackedArtifact[] {
  const made = new Map<string, TuningJob>();
  for (const { model } of plan.models) {
    const job = jobs.get(model);
    if (job !== undefined) made.set(job.id, job);
  }
  return [...made.values()].map((job) => modelArtifact(job, 'input'));
}

/** What was asked and wanted, as a training file would have it: the same questions are the same version. */
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
      { path: 'test.table.json', chunks: () => artifactTable(table) },
    ],
  };
}
