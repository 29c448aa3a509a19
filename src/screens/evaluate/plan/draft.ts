import {
  draftFromGrader,
  type GraderDraft,
  type GraderSpec,
  readGraderDraft,
} from '../../../domain/evaluation/graders/graders.ts';
import type { GraderProposal } from '../../../domain/evaluation/graders/propose.ts';
import { EVALUATION_DEFAULTS } from '../../../domain/evaluation/items.ts';
import type { Evaluation, EvaluationPlan, EvaluationSource } from '../../../domain/evaluation/types.ts';
import type { ModelRef } from '../../../domain/provider/models.ts';
import { type JobRecord, TERMINAL_STATUSES } from '../../../domain/training/types.ts';

/** An evaluation as it is being planned. */
export interface PlanDraft {
  readonly source: 'validation' | 'train' | 'all' | 'file';
  readonly path: string;
  readonly models: readonly ModelRef[];
  /** Null until a person chooses: then those that fit the targets. */
  readonly graders: readonly GraderDraft[] | null;
  readonly temperature: number | null;
  readonly maxTokens: number | null;
  readonly seed: number | null;
  readonly concurrency: number | 'auto';
  readonly inBatches: boolean;
  readonly capUsd: number | null;
}

/** A draft with its graders as the form shows them: the chosen ones, or the proposed ones. */
export interface ShownDraft extends PlanDraft {
  readonly graders: readonly GraderDraft[];
  /** Why its graders are proposed; null when they were chosen, or are still to come. */
  readonly why: string | null;
}

/** Beside the first, another measure. */
export const FURTHER_GRADER: GraderDraft = { kind: 'contains' };

/** The draft as the form shows it. `proposal` is what fits its targets, null while nobody knows. */
export function shownDraft(draft: PlanDraft, proposal: GraderProposal | null): ShownDraft {
  if (draft.graders !== null) return { ...draft, graders: draft.graders, why: null };
  const graders = proposal?.graders.map((spec) => draftFromGrader(spec)) ?? [];
  return { ...draft, graders, why: proposal?.why ?? null };
}

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
  graders: null,
  temperature: EVALUATION_DEFAULTS.temperature,
  maxTokens: EVALUATION_DEFAULTS.maxTokens.screen,
  seed: null,
  concurrency: 'auto',
  inBatches: false,
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
    inBatches: plan.inBatches === true,
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

/** What to measure on; null while a file has no name. */
export function readSource({ source, path }: Pick<PlanDraft, 'source' | 'path'>): EvaluationSource | null {
  if (source === 'file' && path.trim() === '') return null;
  return source === 'file' ? { kind: 'file', path: path.trim() } : { kind: 'rows', side: source };
}

/** The draft as a plan, or the first thing that keeps it from being one. */
export function readPlan(draft: ShownDraft): PlanReading {
  const source = readSource(draft);
  if (source === null) return { ok: false, why: 'name the file to measure on' };
  if (draft.models.length === 0) return { ok: false, why: 'choose a model: m' };
  const graders: GraderSpec[] = [];
  for (const one of draft.graders) {
    const reading = readGraderDraft(one);
    if (!reading.ok) return { ok: false, why: `the grader: ${reading.why}` };
    graders.push(reading.spec);
  }
  if (graders.length === 0) return { ok: false, why: 'let the targets be read, for a grader that fits' };
  const { temperature, maxTokens, seed, models, concurrency, inBatches, capUsd } = draft;
  const sampling = {
    ...(temperature === null ? {} : { temperature }),
    ...(maxTokens === null ? {} : { maxTokens }),
    ...(seed === null ? {} : { seed }),
  };
  return {
    ok: true,
    plan: { source, models, graders, sampling, concurrency, ...(inBatches ? { inBatches } : {}), capUsd },
  };
}
