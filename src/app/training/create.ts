import type { Problem } from '../../domain/common/outcome.ts';
import { hostOf } from '../../domain/pricing/spending.ts';
import { ProviderError } from '../../domain/provider/provider.ts';
import { type AskedJob, isSameTraining, type JobFrame } from '../../domain/training/asked-jobs.ts';
import type { JobRecord, JobRequest } from '../../domain/training/types.ts';
import type { OperationDeps } from '../core/deps.ts';
import { paidCall } from '../core/paid-call.ts';
import { errorText, OperationError } from '../runtime/errors.ts';
import type { OperationContext, WatchProgress } from '../runtime/operation.ts';
import type { Provider } from '../runtime/ports.ts';
import { adoptAsked, leavesOpen, mayExist, searchAsked } from './asked.ts';

export type CreateDeps = Pick<OperationDeps, 'askedJobs' | 'clock' | 'ledger'>;
type Context = Pick<OperationContext<WatchProgress>, 'id' | 'signal' | 'warn'>;

export interface JobToCreate {
  readonly provider: Provider;
  readonly request: JobRequest;
  readonly frame: JobFrame;
}

const NOT_READY = /\bnot (?:yet )?(?:ready|processed|available yet)\b|\bstill (?:being )?process|\bbeing processed\b/i;
/** Between tries while the provider still works on a file; doubled up to ten times that, for ten minutes. */
const READY_POLL_MS = 2_000;
const READY_TRIES = 32;

/** Creates the job; a provider that still works on its files is asked again until it has them. */
export async function createWhenReady(deps: CreateDeps, job: JobToCreate, context: Context): Promise<JobRecord> {
  for (let tries = 0; ; tries += 1) {
    context.signal.throwIfAborted();
    try {
      return await createJob(deps, job, context);
    } catch (error) {
      const waiting = error instanceof ProviderError && !error.retryable && NOT_READY.test(error.message);
      if (!waiting || tries === READY_TRIES) throw error;
    }
    await deps.clock.sleep(READY_POLL_MS * Math.min(2 ** tries, 10), context.signal);
  }
}

/**
 * Creates a job that is written down before it is asked for, so that neither a lost answer, nor a full disk, nor the end of this
 * process hides it. After a lost answer it is looked for at the provider and taken up when it is there. Throws
 * ProviderError for a refusal, and OperationError where a job may exist.
 */
async function createJob(
  deps: CreateDeps,
  { provider, request, frame }: JobToCreate,
  context: Context,
): Promise<JobRecord> {
  const asked: AskedJob = {
    key: context.id,
    address: provider.address,
    askedAt: deps.clock.now(),
    model: request.model,
    trainingFile: request.trainingFile,
    suffix: request.suffix,
    frame,
  };
  const call = {
    projectId: frame.projectId,
    kind: 'job' as const,
    providerId: provider.id,
    host: hostOf(provider.address),
    model: request.model,
    operationId: asked.key,
    quotedUsd: frame.quoteUsd,
    row: null,
  };
  deps.askedJobs.save(asked);
  const ask = async (): Promise<JobRecord> => {
    try {
      // Sent without the signal: a job that is made while the person cancels is paid for, so its record must be kept.
      const made = await provider.jobs.create({ ...request, key: asked.key });
      return adoptAsked(deps, provider, asked, made);
    } catch (error) {
      if (error instanceof OperationError || !leavesOpen(error)) throw error;
      return await findLost(deps, provider, asked, context, errorText(error));
    }
  };
  try {
    // From the moment it is there the job is in the ledger by its record.
    return await paidCall(deps.ledger, call, ask, () => null);
  } catch (error) {
    // What cannot be crossed out, as on a full disk, is looked for by the next start: no reason to hide the refusal.
    if (!(error instanceof OperationError)) attempt(() => deps.askedJobs.forget(asked.key));
    throw error;
  }
}

function attempt(work: () => void): void {
  try {
    work();
  } catch {}
}

const LOOKS_FIRST = 'Starting this training again looks first, and asks before it creates another job.';

async function findLost(
  deps: CreateDeps,
  provider: Provider,
  asked: AskedJob,
  { signal, warn }: Context,
  fault: string,
): Promise<JobRecord> {
  const why = `the answer was lost (${fault})`;
  warn({
    what: `The job was asked for, and ${why}`,
    saved: 'What was asked for is written down.',
    next: `Luthier looks whether it is in the list of jobs at ${provider.name}.`,
  });
  const stopped = { job: null, looks: 0, listed: 0, unreadable: 'stopped before it was read' };
  const search = await searchAsked(deps, provider, asked, { signal, lost: true }).catch(() => stopped);
  warn(null);
  if (search.job === null)
    throw new OperationError('failed', mayExist(provider, asked, search, { why: `${why}.`, next: LOOKS_FIRST }));
  return adoptAsked(deps, provider, asked, search.job);
}

/** What is to happen when a job of the same training may exist and is not found. */
export interface AnotherJob {
  /** What a person does who wants another all the same; a sentence. */
  readonly how: string;
  agreed(found: Problem): Promise<boolean>;
}

/**
 * Looks for the jobs that were asked for before, and are not known to be there, of this project at this provider. Gives
 * the one that is this training, if it is there. Throws an OperationError where it is not, and nobody agrees to another.
 */
export async function findAskedBefore(
  deps: CreateDeps,
  {
    provider,
    request,
    frame,
  }: Omit<JobToCreate, 'request'> & { readonly request: Pick<JobRequest, 'model' | 'suffix'> },
  another: AnotherJob,
  { signal }: Context,
): Promise<{ readonly record: JobRecord; readonly asked: AskedJob } | null> {
  let same: { readonly record: JobRecord; readonly asked: AskedJob } | null = null;
  const open: { readonly asked: AskedJob; readonly problem: Problem }[] = [];
  for (const asked of deps.askedJobs.list({ projectId: frame.projectId, address: provider.address })) {
    const search = await searchAsked(deps, provider, asked, { signal, lost: false });
    const isSame = isSameTraining(asked, { model: request.model, suffix: request.suffix, frame });
    if (search.job !== null) {
      const record = adoptAsked(deps, provider, asked, search.job);
      if (isSame) same ??= { record, asked };
    } else if (isSame) {
      const words = { why: 'no answer to that is known.', next: another.how };
      open.push({ asked, problem: mayExist(provider, asked, search, words) });
    }
  }
  if (same !== null) return same;
  for (const { asked, problem } of open) {
    if (!(await another.agreed(problem))) throw new OperationError('failed', problem);
    deps.askedJobs.forget(asked.key);
  }
  return null;
}
