import type { StatusKind } from '../../components/feedback/status.tsx';
import { safeMiddle } from '../../components/text/line.tsx';
import { problemRows, type RowCounts } from '../../domain/dataset/types.ts';
import type { ScreenId } from '../../domain/project/types.ts';
import type { TemplateFinding } from '../../domain/template/types.ts';
import { count, lossText, plural } from '../../domain/text/format.ts';
import { type JobRecord, statusText, TERMINAL_STATUSES } from '../../domain/training/types.ts';

/** The facts the workflow is made of; all of it is the current project's. */
export interface WorkflowFacts {
  readonly findings: readonly TemplateFinding[];
  /** True while there is no teacher prompt: rows come by import then. */
  readonly templateUnused: boolean;
  readonly slots: number;
  readonly cells: bigint;
  /** Teacher prompt tokens of the whole lattice; null until counted. */
  readonly promptTokens: bigint | null;
  readonly counts: RowCounts;
  /** Rows finished and wanted by a run that is on; null when none is. */
  readonly generating: { readonly done: number; readonly total: number; readonly paused: boolean } | null;
  /** Newest job; null before the first. */
  readonly job: JobRecord | null;
  /** The newest measured point of that job. */
  readonly step: { readonly step: number; readonly totalSteps: number | null; readonly loss: number | null } | null;
  readonly turns: number;
  /** The newest evaluation; null before the first. */
  readonly evaluation: EvaluationFacts | null;
}

export interface EvaluationFacts {
  /** Answers there and wanted by a run that is on; null when none is. */
  readonly running: { readonly done: number; readonly total: number } | null;
  readonly models: readonly string[];
  /** `48.3% → 82.8%`, baseline and best of the others; null until counted. */
  readonly result: string | null;
  readonly items: number;
}

export interface WorkflowStep {
  readonly screen: ScreenId;
  readonly label: string;
  readonly kind: StatusKind;
  readonly text: string;
}

export interface NextStep {
  readonly screen: ScreenId;
  readonly label: string;
  /** What happens then, in a few words. */
  readonly then: string;
}

function templateStep(facts: WorkflowFacts): WorkflowStep {
  const { findings, slots, cells, promptTokens } = facts;
  const errors = findings.filter(({ severity }) => severity === 'error');
  const first = errors[0];
  const base = { screen: 'template', label: 'Template' } as const;
  if (facts.templateUnused) {
    const text = facts.counts.total > 0 ? 'not used: the rows were imported' : 'nothing written yet';
    return { ...base, kind: 'idle', text };
  }
  if (first !== undefined)
    return { ...base, kind: 'error', text: `${plural(errors.length, 'problem')}: ${first.message}` };
  const tokens = promptTokens === null ? '' : ` · ~${count(promptTokens)} tokens`;
  return { ...base, kind: 'done', text: `${plural(slots, 'slot')} · ${plural(cells, 'combination')}${tokens}` };
}

function datasetStep({ counts, generating, cells, templateUnused }: WorkflowFacts): WorkflowStep {
  const base = { screen: 'dataset', label: 'Dataset' } as const;
  if (generating !== null) {
    const { done, total, paused } = generating;
    const text = `${count(done)} of ${plural(total, 'row')} · ${paused ? 'paused' : 'generating'}`;
    return { ...base, screen: 'generate', kind: paused ? 'paused' : 'running', text };
  }
  if (counts.total === 0) {
    const text = templateUnused ? 'no rows yet: import them here' : `no rows yet of ${plural(cells, 'combination')}`;
    return { ...base, kind: 'idle', text };
  }
  const problems = problemRows(counts);
  const rated = `${count(counts.byRating.accepted)} accepted`;
  const text = `${plural(counts.total, 'row')} · ${rated} · ${plural(problems, 'problem')}`;
  return { ...base, kind: problems > 0 ? 'warn' : 'done', text };
}

const shortId = (id: string): string => safeMiddle(id, 14);

function trainingStep({ job: record, step, counts }: WorkflowFacts): WorkflowStep {
  const base = { screen: 'train', label: 'Training' } as const;
  if (record === null) return { ...base, kind: 'idle', text: counts.total === 0 ? 'waits for rows' : 'no job yet' };
  const { job } = record;
  const at = step === null ? '' : ` · step ${step.step}${step.totalSteps === null ? '' : `/${step.totalSteps}`}`;
  const loss = step?.loss == null ? '' : ` · loss ${lossText(step.loss)}`;
  const text = `${shortId(job.id)} ${job.statusWord === undefined ? job.status.replaceAll('_', ' ') : statusText(job)}${at}${loss}`;
  if (job.status === 'succeeded') return { ...base, kind: 'done', text };
  if (job.status === 'failed')
    return { ...base, kind: 'error', text: `${shortId(job.id)} failed: ${job.error?.message ?? 'no reason given'}` };
  if (job.status === 'cancelled') return { ...base, kind: 'cancelled', text };
  return { ...base, kind: job.status === 'paused' ? 'paused' : 'running', text };
}

function chatStep({ job, turns }: WorkflowFacts): WorkflowStep {
  const base = { screen: 'chat', label: 'Chat' } as const;
  const tuned = job?.job.fineTunedModel ?? null;
  const said = turns === 0 ? '' : ` · ${plural(turns, 'exchange')}`;
  if (tuned === null) return { ...base, kind: 'idle', text: `waits for a tuned model${said}` };
  return { ...base, kind: turns > 0 ? 'done' : 'idle', text: `${tuned}${said}` };
}

function evaluateStep({ evaluation, job }: WorkflowFacts): WorkflowStep {
  const base = { screen: 'evaluate', label: 'Evaluate' } as const;
  if (evaluation === null) {
    const text = (job?.job.fineTunedModel ?? null) === null ? 'waits for a tuned model' : 'no evaluation yet';
    return { ...base, kind: 'idle', text };
  }
  const { running, models, result, items } = evaluation;
  if (running !== null)
    return { ...base, kind: 'running', text: `${count(running.done)} of ${plural(running.total, 'answer')}` };
  const what = models.length > 1 ? `${plural(models.length, 'model')}, base first` : (models[0] ?? '');
  return { ...base, kind: 'done', text: `${result ?? '…'} right of ${plural(items, 'item')} · ${what}` };
}

/** The five steps of the work, each with its state in a sign and words. */
export const workflowSteps = (facts: WorkflowFacts): readonly WorkflowStep[] => [
  templateStep(facts),
  datasetStep(facts),
  trainingStep(facts),
  chatStep(facts),
  evaluateStep(facts),
];

const step = (screen: ScreenId, label: string, then: string): NextStep => ({ screen, label, then });

/** What Enter on Home does: the one thing that brings the work on. */
export function nextStep(facts: WorkflowFacts): NextStep {
  const { findings, templateUnused, counts, generating, job: record } = facts;
  if (templateUnused && counts.total === 0)
    return step('template', 'write a template, or import rows (4)', 'either makes the rows to train on');
  if (!templateUnused && findings.some(({ severity }) => severity === 'error'))
    return step('template', 'fix the template', 'nothing is generated before');
  if (generating !== null) return step('generate', 'watch the rows arrive', 'each is kept as it comes');
  if (counts.total === 0) return step('generate', 'generate the dataset', 'the price is shown first');
  if (record === null) return beforeTraining(facts);
  const { status } = record.job;
  if (!TERMINAL_STATUSES.has(status)) return step('train', 'watch the job', 'it goes on without this screen');
  if (facts.evaluation?.running != null)
    return step('evaluate', 'watch the evaluation', 'answers are graded as they come');
  if (status === 'failed') return step('train', 'see why the job failed', 'its events say');
  return status === 'succeeded' ? afterTraining(facts, record) : TRAIN;
}

const TRAIN = step('train', 'train a model', 'the price is shown first');

function beforeTraining({ counts }: WorkflowFacts): NextStep {
  const reviewed = counts.byRating.accepted + counts.byRating.rejected > 0;
  return reviewed ? TRAIN : step('dataset', 'review and check the rows', 'a model learns what they say');
}

function afterTraining({ evaluation, turns }: WorkflowFacts, { job }: JobRecord): NextStep {
  const tuned = job.fineTunedModel;
  const measured = tuned === null || evaluation?.models.includes(tuned) === true;
  return turns > 0 && !measured
    ? step('evaluate', 'measure the tuned model against its base', 'on rows kept from it')
    : step('chat', 'talk to the tuned model', 'its base can answer beside it');
}
