import type { ProviderTerms } from '../../domain/provider/provider.ts';
import { fingerprintOf } from '../../domain/training/asked-jobs.ts';
import type { JobEstimate } from '../../domain/training/estimate.ts';
import { type BoundedRequest, findBoundsProblems, methodProblem } from '../../domain/training/job-settings.ts';
import type { BakeoffPlace, JobRecord, JobRequest, TrainingMethod } from '../../domain/training/types.ts';
import type { OperationDeps } from '../core/deps.ts';
import { dataVersion, type TrainingFiles } from '../dataset/training-files.ts';
import { OperationError, problemOf } from '../runtime/errors.ts';
import type { FileUploadProgress, OperationContext, OperationHandle, WatchProgress } from '../runtime/operation.ts';
import type { Provider } from '../runtime/ports.ts';
import { foundText } from './asked.ts';
import { type AnotherJob, createWhenReady, findAskedBefore } from './create.ts';
import { estimateJob } from './estimate.ts';
import { findRunning, runningText } from './running.ts';
import { sealFiles } from './sealing.ts';
import { placeFiles, type ReusedFile, refusesFiles } from './uploads.ts';
import { followJob, latestRecord, type WakeSignal, type WatchDeps } from './watch.ts';

/**
 * Why the provider would refuse a job with these settings; null when nothing known speaks against it. `fix` is null
 * where only another method helps.
 */
export function trainingProblem(
  request: BoundedRequest,
  provider: ProviderTerms,
): { readonly what: string; readonly fix: string | null } | null {
  const refusal = methodProblem(request.method, provider);
  if (refusal !== null) return { what: refusal, fix: null };
  const [first] = findBoundsProblems(request, provider);
  return first === undefined ? null : { what: first.message, fix: first.fix };
}

/** A job as it is requested, before its files have ids. */
export type JobSettings = Omit<JobRequest, 'trainingFile' | 'validationFile'>;

/** The settings of a job as a person gave them: an empty suffix is none, and what is left away is not sent. */
export function jobSettingsOf(given: JobSettings): JobSettings {
  const { model, suffix, seed, hyperparameters, method, beta, choices, wandb } = given;
  return {
    model,
    suffix: suffix === '' ? null : suffix,
    seed,
    hyperparameters,
    ...(method === undefined ? {} : { method }),
    ...(beta === undefined ? {} : { beta }),
    ...(choices === undefined || Object.keys(choices).length === 0 ? {} : { choices }),
    ...(wandb === undefined ? {} : { wandb }),
  };
}

/** A job refuses fewer (`invalid_n_examples`). */
const MIN_EXAMPLES = 10;

export interface TrainRequest {
  readonly projectId: string;
  readonly providerId: string;
  /** Of that provider, for this base. */
  readonly dialect: ProviderTerms;
  readonly job: JobSettings;
  /** Called once the operation runs; the files' bytes do not change after. */
  readonly files: () => TrainingFiles | Promise<TrainingFiles>;
  /** US$ quoted; null when unknown. */
  readonly quoteUsd: number | null;
  /** The job exists and its record is on disk; then at each change. */
  readonly onChange?: (record: JobRecord) => void;
  /** The provider said what the job will take, before it is created. False keeps it from being created. */
  readonly onEstimate?: (estimate: JobEstimate, provider: Pick<Provider, 'name'>) => boolean | Promise<boolean>;
  /** A person was told before what the job will take, and agreed: it is not asked again. */
  readonly agreed?: JobEstimate;
  /** A file is taken from an upload before, and not sent. */
  readonly onReuse?: (file: ReusedFile) => void;
  /** Keys in use are masked in a file that is sent: says how many. */
  readonly onMasked?: (text: string) => void;
  /** The job was asked for before, and is taken up instead of creating one: says which. */
  readonly onFound?: (text: string) => void;
  /** Whether another is to be created where one of this training may exist already. */
  readonly another: AnotherJob;
  /**
   * What becomes of a job of the same training that runs already: it is taken up, or another is made whatever there is, of
   * which nobody saw the end. Where it is absent, another is made beside it.
   */
  readonly running?: 'taken-up' | 'none';
  readonly wakeSignal?: WakeSignal;
  /** Which target of which bake-off it is; of none when absent. */
  readonly place?: BakeoffPlace;
  /** Ends the operation when the job exists, instead of watching it. */
  readonly detach?: boolean;
}

export type TrainProgress = FileUploadProgress | WatchProgress;
export type TrainDeps = WatchDeps & Pick<OperationDeps, 'registry' | 'uploads' | 'askedJobs' | 'ledger' | 'keysInUse'>;
type Context = OperationContext<TrainProgress>;

export interface TrainHandle extends OperationHandle<TrainProgress> {
  /** The job as it is stored, once it exists. */
  record(): JobRecord | null;
}

/** Uploads the files, creates the job and watches it, as one operation. Its record is on disk as soon as the job exists. */
export function startTraining(deps: TrainDeps, request: TrainRequest): TrainHandle {
  let record: JobRecord | null = null;
  const handle = deps.registry.start<TrainProgress>({
    projectId: request.projectId,
    title: `Train ${request.job.model}`,
    detail: { kind: 'upload', filename: '', sentBytes: 0, totalBytes: 0 },
    async run(context) {
      const made = await submit(deps, request, context);
      record = made;
      request.onChange?.(made);
      if (request.detach) return { summary: `${made.job.id} is created.`, costUsd: request.quoteUsd };
      const { onChange, wakeSignal } = request;
      const watch = { record: made, ...(onChange ? { onChange } : {}), ...(wakeSignal ? { wakeSignal } : {}) };
      return followJob(deps, watch, context);
    },
  });
  return { ...handle, record: () => record && latestRecord(deps.jobs, record) };
}

async function submit(deps: TrainDeps, request: TrainRequest, context: Context): Promise<JobRecord> {
  const { signal } = context;
  let saved = 'The rows are on disk; nothing was uploaded.';
  try {
    const refused = trainingProblem(request.job, request.dialect);
    if (refused !== null) {
      throw new OperationError('failed', { what: refused.what, saved, next: refused.fix ?? 'Choose supervised.' });
    }
    const given = await request.files();
    if (given.training.examples < MIN_EXAMPLES) throw tooFew(given.training.examples, request.job.method);
    const { files, hashes, masked } = await sealFiles(given, deps.keysInUse(), signal);
    for (const told of masked) request.onMasked?.(told);
    const provider = await deps.providers.connect(request.providerId, { signal });
    const placing = { provider, files, hashes, onReuse: request.onReuse };
    const data = dataVersion(hashes.training, hashes.validation);
    const place = request.place === undefined ? {} : { place: request.place };
    const frame = {
      projectId: request.projectId,
      providerId: request.providerId,
      quoteUsd: request.quoteUsd,
      trainRows: files.training.examples,
      validationRows: files.validation?.examples ?? 0,
      data,
      fingerprint: fingerprintOf(request.job, { data, ...place }),
      asked: request.job.hyperparameters,
      method: request.job.method,
      ...(request.job.choices === undefined ? {} : { choices: request.job.choices }),
      ...place,
    };
    const before = await findAskedBefore(deps, { provider, request: request.job, frame }, request.another, context);
    if (before !== null && request.running !== 'none') {
      request.onFound?.(foundText(before.record, before.asked));
      return before.record;
    }
    const running = request.running === 'taken-up' ? await findRunning(deps, { provider, frame }, { signal }) : null;
    if (running !== null) {
      deps.jobs.save(running);
      request.onFound?.(runningText(running));
      return running;
    }
    const create = async (anew: boolean): Promise<JobRecord> => {
      const placed = await placeFiles(deps, placing, context, anew);
      saved = 'The rows are on disk and the files at the provider: the next start takes them from there.';
      const { training: trainingFile, validation: validationFile } = placed;
      try {
        const asked = { ...request.job, trainingFile, validationFile };
        const estimate = request.agreed ?? (await askAgreement(request, provider, asked, signal));
        const quoteUsd = estimate?.costUsd ?? frame.quoteUsd;
        return await createWhenReady(deps, { provider, request: asked, frame: { ...frame, quoteUsd } }, context);
      } catch (error) {
        if (!placed.unsure || !refusesFiles(error, placed)) throw error;
        return await create(true);
      }
    };
    return await create(false);
  } catch (error) {
    if (signal.aborted || error instanceof OperationError) throw error;
    throw new OperationError('failed', problemOf(error, saved));
  }
}

/** What the provider says of the job; null where it says nothing. Throws an OperationError where nobody agrees to that. */
async function askAgreement(
  { dialect, onEstimate }: TrainRequest,
  provider: Provider,
  asked: JobRequest,
  signal: AbortSignal,
): Promise<JobEstimate | null> {
  const estimate = await estimateJob(provider, dialect, asked, { signal });
  if (estimate !== null && (await onEstimate?.(estimate, provider)) === false) throw notAgreed();
  return estimate;
}

const notAgreed = (): OperationError =>
  new OperationError('failed', {
    what: 'The job was not created: nobody agreed to it.',
    saved: 'The files are at the provider: the next start takes them from there.',
    next: 'Change the settings, or start again.',
  });

function tooFew(examples: number, method: TrainingMethod | undefined): OperationError {
  const pairs = method === 'dpo';
  return new OperationError('failed', {
    what: `${examples} ${pairs ? 'pairs' : 'rows'} are left to train on, and a job needs at least ${MIN_EXAMPLES}.`,
    saved: 'The rows are on disk; nothing was uploaded.',
    next: pairs
      ? 'Accept one answer and reject another to the same prompt, or lower the validation share.'
      : 'Generate or accept more rows, or lower the validation share.',
  });
}
