import {
  draftFromGrader,
  type GraderDraft,
  type GraderSpec,
  readGraderDraft,
} from '../../../domain/evaluation/graders/graders.ts';
import { EVALUATION_DEFAULTS } from '../../../domain/evaluation/items.ts';
import type { Evaluation, EvaluationPlan, EvaluationSource } from '../../../domain/evaluation/types.ts';
import type { ModelRef } from '../../../domain/provider/models.ts';
import { type JobRecord, TERMINAL_STATUSES } from '../../../domain/training/types.ts';

/** An evaluation as it is being planned. */
export interface PlanDraft {
  readonly source: 'validation' | 'train' | 'all' | 'file';
  readonly path: string;
  readonly models: readonly ModelRef[];
  readonly graders: readonly GraderDraft[];
  readonly temperature: number | null;
  readonly maxTokens: number | null;
  readonly seed: number | null;
  readonly concurrency: number | 'auto';
  readonly capUsd: number | null;
}

/** The notebook's measure. */
export const NEW_GRADER: GraderDraft = { kind: EVALUATION_DEFAULTS.grader };

/** Base and tuned model of the newest job that gave one, the base first: it is the baseline. */
export function defaultModels(jobs: readonly JobRecord[]): readonly ModelRef[] {
  const record = jobs.find(({ job }) => TERMINAL_STATUSES.has(job.status) && job.fineTunedModel !== null);
  if (record === undefined) return [];
  const { providerId, job } = record;
  return [job.model, job.fineTunedModel].flatMap((model) => (model === null ? [] : [{ providerId, model }]));
}

/** What the form opens with. Temperature 0: a measurement should be repeatable. */
export const newDraft = (jobs: readonly JobRecord[]): PlanDraft => ({
  source: 'validation',
  path: '',
  models: defaultModels(jobs),
  graders: [NEW_GRADER],
  temperature: EVALUATION_DEFAULTS.temperature,
  maxTokens: EVALUATION_DEFAULTS.maxTokens.screen,
  seed: null,
  concurrency: 'auto',
  capUsd: null,
});

/** The plan of an evaluation that was, to be changed. */
export function draftFromEvaluation({ plan }: Evaluation): PlanDraft {
  const { source, models, graders, sampling, concurrency, capUsd } = plan;
  return {
    source: source.kind === 'file' ? 'file' : source.side,
    path: source.kind === 'file' ? source.path : '',
    models,
    graders: graders.map((spec) => draftFromGrader(spec)),
    concurrency,
    capUsd,
    temperature: sampling.temperature ?? null,
    maxTokens: sampling.maxTokens ?? null,
    seed: sampling.seed ?? null,
  };
}

export type PlanReading =
  | { readonly ok: true; readonly plan: EvaluationPlan }
  /** What is missing, in plain words. */
  | { readonly ok: false; readonly why: string };

function readSource({ source, path }: PlanDraft): EvaluationSource {
  return source === 'file' ? { kind: 'file', path: path.trim() } : { kind: 'rows', side: source };
}

/** The draft as a plan, or the first thing that keeps it from being one. */
export function readPlan(draft: PlanDraft): PlanReading {
  if (draft.source === 'file' && draft.path.trim() === '') return { ok: false, why: 'name the file to measure on' };
  if (draft.models.length === 0) return { ok: false, why: 'choose a model first: m' };
  const graders: GraderSpec[] = [];
  for (const one of draft.graders) {
    const reading = readGraderDraft(one);
    if (!reading.ok) return { ok: false, why: `the grader: ${reading.why}` };
    graders.push(reading.spec);
  }
  if (graders.length === 0) return { ok: false, why: 'add a grader first: a' };
  const { temperature, maxTokens, seed, models, concurrency, capUsd } = draft;
  const sampling = {
    ...(temperature === null ? {} : { temperature }),
    ...(maxTokens === null ? {} : { maxTokens }),
    ...(seed === null ? {} : { seed }),
  };
  return { ok: true, plan: { source: readSource(draft), models, graders, sampling, concurrency, capUsd } };
}
