import { EVALUATION_DEFAULTS } from '../../../domain/evaluation/items.ts';
import type {
  Evaluation,
  EvaluationPlan,
  EvaluationSource,
  GraderKind,
  GraderSpec,
  ModelRef,
} from '../../../domain/evaluation/types.ts';
import { type JobRecord, TERMINAL_STATUSES } from '../../../domain/training/types.ts';

/** A grader as it is typed: every parameter is kept while another kind is looked at. */
export interface GraderDraft {
  readonly kind: GraderKind;
  readonly pattern: string;
  readonly flags: string;
  /** JSON. */
  readonly schema: string;
  readonly tolerance: number;
  readonly relative: boolean;
  /** With commas between them. */
  readonly labels: string;
  readonly threshold: number;
  readonly judge: ModelRef | null;
  readonly rubric: string;
}

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
export const NEW_GRADER: GraderDraft = {
  kind: EVALUATION_DEFAULTS.grader,
  pattern: '{target}',
  flags: 'i',
  schema: '{"type": "object"}',
  tolerance: 0,
  relative: false,
  labels: '',
  threshold: 0.8,
  judge: null,
  rubric: '',
};

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

function draftFromGrader(spec: GraderSpec): GraderDraft {
  switch (spec.kind) {
    case 'exact':
    case 'exact-ci':
    case 'contains':
      return { ...NEW_GRADER, kind: spec.kind };
    case 'regex':
    case 'number':
    case 'similarity':
      return { ...NEW_GRADER, ...spec };
    case 'json-schema':
      return { ...NEW_GRADER, kind: spec.kind, schema: JSON.stringify(spec.schema) };
    case 'labels':
      return { ...NEW_GRADER, kind: spec.kind, labels: spec.labels.join(', ') };
    case 'judge': {
      const { kind, providerId, model, rubric } = spec;
      return { ...NEW_GRADER, kind, judge: { providerId, model }, rubric };
    }
  }
}

/** The plan of an evaluation that was, to be changed. */
export function draftFromEvaluation({ plan }: Evaluation): PlanDraft {
  const { source, models, graders, sampling, concurrency, capUsd } = plan;
  return {
    source: source.kind === 'file' ? 'file' : source.side,
    path: source.kind === 'file' ? source.path : '',
    models,
    graders: graders.map(draftFromGrader),
    concurrency,
    capUsd,
    temperature: sampling.temperature ?? null,
    maxTokens: sampling.maxTokens ?? null,
    seed: sampling.seed ?? null,
  };
}

export type GraderReading =
  | { readonly ok: true; readonly spec: GraderSpec }
  | { readonly ok: false; readonly field: string; readonly why: string };

const acceptGrader = (made: GraderSpec): GraderReading => ({ ok: true, spec: made });
const rejectGrader = (field: string, why: string): GraderReading => ({ ok: false, field, why });

function readRegex({ pattern, flags }: GraderDraft): GraderReading {
  if (pattern === '') return rejectGrader('pattern', 'type a pattern; {target} stands for the target');
  try {
    RegExp(pattern.replaceAll('{target}', 'x'), flags);
    return acceptGrader({ kind: 'regex', pattern, flags });
  } catch (error) {
    return rejectGrader('pattern', error instanceof Error ? error.message : 'the pattern cannot be read');
  }
}

function readSchema({ schema }: GraderDraft): GraderReading {
  try {
    const parsed: unknown = JSON.parse(schema);
    return acceptGrader({ kind: 'json-schema', schema: parsed });
  } catch {
    return rejectGrader('schema', 'this is not JSON');
  }
}

/** A grader as the plan has it, or what is wrong with which of its parameters. */
export function readGrader(draft: GraderDraft): GraderReading {
  switch (draft.kind) {
    case 'exact':
    case 'exact-ci':
    case 'contains':
      return acceptGrader({ kind: draft.kind });
    case 'regex':
      return readRegex(draft);
    case 'json-schema':
      return readSchema(draft);
    case 'number':
      return acceptGrader({ kind: 'number', tolerance: draft.tolerance, relative: draft.relative });
    case 'labels': {
      const labels = draft.labels.split(',').map((label) => label.trim());
      const named = labels.filter((label) => label !== '');
      return named.length < 2
        ? rejectGrader('labels', 'name two labels or more, commas between them')
        : acceptGrader({ kind: 'labels', labels: named });
    }
    case 'similarity':
      return acceptGrader({ kind: 'similarity', threshold: draft.threshold });
    case 'judge':
      return draft.judge === null
        ? rejectGrader('judge', 'choose the model that judges')
        : acceptGrader({ kind: 'judge', ...draft.judge, rubric: draft.rubric });
  }
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
    const reading = readGrader(one);
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
