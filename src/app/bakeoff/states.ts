import type { TunedModel } from '../../domain/bakeoff/candidates.ts';
import type { TargetLine } from '../../domain/bakeoff/report.ts';
import { targetId, targetName } from '../../domain/bakeoff/target.ts';
import type { BakeoffTarget } from '../../domain/bakeoff/target-settings.ts';
import type { Bakeoff } from '../../domain/bakeoff/types.ts';
import type { Problem } from '../../domain/common/outcome.ts';
import type { DeploymentRecord } from '../../domain/deployment/types.ts';
import { dialectFacts } from '../../domain/provider/job-dialects.ts';
import type { ProviderTerms } from '../../domain/provider/provider.ts';
import { shellWord } from '../../domain/text/format.ts';
import { sanitizeLine } from '../../domain/text/sanitize.ts';
import { explainJobError } from '../../domain/training/explain.ts';
import { type JobRecord, statusText, TERMINAL_STATUSES } from '../../domain/training/types.ts';
import type { AskedJobStore, JobStore } from '../runtime/ports.ts';

/** Of a provider, for a base of its: an engine of Luthier's has practice models and real weights. For any base where none is given. */
export type TermsOf = (providerId: string, base?: string) => ProviderTerms;

/** A target with what became of it, read from jobs and what was asked for: nothing else is kept of it. */
export interface TargetState {
  readonly id: string;
  /** Counts from 1. */
  readonly number: number;
  readonly target: BakeoffTarget;
  /** Null while there is no job. */
  readonly record: JobRecord | null;
  /** A job was asked for of which it is not known whether it is there. */
  readonly asked: boolean;
}

/** The targets of a bake-off in their order. */
export function readTargets(
  { jobs, askedJobs }: { readonly jobs: Pick<JobStore, 'list'>; readonly askedJobs: Pick<AskedJobStore, 'list'> },
  { id: bakeoffId, projectId, targets }: Pick<Bakeoff, 'id' | 'projectId' | 'targets'>,
): readonly TargetState[] {
  const records = jobs.list(projectId).filter(({ place }) => place?.bakeoffId === bakeoffId);
  const asked = askedJobs.list({ projectId }).filter(({ frame }) => frame.place?.bakeoffId === bakeoffId);
  return targets.map((target, place) => {
    const id = targetId(target);
    return {
      id,
      number: place + 1,
      target,
      record: records.find((record) => record.place?.targetId === id) ?? null,
      asked: asked.some(({ frame }) => frame.place?.targetId === id),
    };
  });
}

/** Whether its job goes on, or is still to be created. */
export const isOpen = ({ record }: TargetState): boolean =>
  record === null || !TERMINAL_STATUSES.has(record.job.status);

/** What of a target can be asked now, and what its training took. */
export function tunedOf(
  { deployed }: Pick<Bakeoff, 'deployed'>,
  { id, record, target }: TargetState,
  termsOf: TermsOf,
): TunedModel {
  const trainingUsd = record === null ? null : (record.job.costUsd ?? record.quoteUsd);
  if (record?.job.status !== 'succeeded') return { model: null, trainingUsd };
  const named = deployed[id];
  if (named !== undefined) return { model: named, trainingUsd };
  const callable = dialectFacts(termsOf(target.providerId).jobDialect).lacks.chat === undefined;
  return { model: callable ? record.job.fineTunedModel : null, trainingUsd };
}

/** The same bake-off, with the names of tuned models that were deployed here and answer; a name that a person gave stays. */
export function withDeployments(
  bakeoff: Bakeoff,
  states: readonly TargetState[],
  deployments: readonly DeploymentRecord[],
): Bakeoff {
  const found = states.flatMap(({ id, record, target }) => {
    const answering = deployments.find(
      ({ providerId, jobId, order, view, answered }) =>
        record !== null &&
        providerId === target.providerId &&
        (jobId === record.job.id || order.tunedModel === record.job.fineTunedModel) &&
        answered &&
        view.stage === 'ready' &&
        view.model !== null,
    );
    const name = answering?.view.model ?? null;
    return name === null ? [] : [[id, name] as const];
  });
  return { ...bakeoff, deployed: { ...Object.fromEntries(found), ...bakeoff.deployed } };
}

/** A target as reports and tables say it. `problem`: why it has no job, where that is known. */
export function targetLine(
  bakeoff: Pick<Bakeoff, 'id' | 'deployed' | 'stopped'>,
  state: TargetState,
  problem: Problem | null,
  termsOf: TermsOf,
): TargetLine {
  const { number, target, record } = state;
  const { trainingUsd } = tunedOf(bakeoff, state, termsOf);
  return {
    number,
    name: targetName(target),
    status: statusOf(state, problem),
    model: record?.job.fineTunedModel ?? null,
    trainingUsd,
    note: noteOf(bakeoff, state, problem, termsOf),
  };
}

function statusOf({ record, asked }: TargetState, problem: Problem | null): string {
  if (record !== null) return statusText(record.job);
  if (problem !== null) return 'not created';
  return asked ? 'asked for' : 'waiting';
}

function noteOf(
  bakeoff: Pick<Bakeoff, 'id' | 'deployed' | 'stopped'>,
  state: TargetState,
  problem: Problem | null,
  termsOf: TermsOf,
): string | null {
  const { id, record, target } = state;
  const stopped = bakeoff.stopped[id];
  if (stopped !== undefined) return stopped;
  if (record === null) return problem === null ? null : `${problem.what} ${problem.next}`;
  const { job } = record;
  if (job.status === 'failed') return explainJobError(job.error ?? { code: '', message: '', param: null }).what;
  if (job.status !== 'succeeded' || tunedOf(bakeoff, state, termsOf).model !== null) return null;
  const { chat } = dialectFacts(termsOf(target.providerId).jobDialect).lacks;
  return [chat, ...nextSteps(bakeoff, state)].join(' ');
}

/** What a person types to measure a model that must be deployed first. */
function nextSteps({ id }: Pick<Bakeoff, 'id'>, { number, record, target }: TargetState): readonly string[] {
  if (record === null) return [];
  const name = record.job.fineTunedModel === null ? '' : ` (${sanitizeLine(record.job.fineTunedModel)})`;
  return [
    `It is job ${sanitizeLine(record.job.id)} at ${shellWord(target.providerId)}${name}.`,
    `When it answers: luthier bakeoff resume ${id}; of one that was deployed elsewhere with --deployed ${number}=NAME.`,
  ];
}
