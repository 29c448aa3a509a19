import type { JobRecord, JobRequest, TrainingMethod } from '../../domain/training/types.ts';
import { EndedEarly } from '../channel/ends.ts';
import { problemOf } from '../channel/problems.ts';
import type { OperationContext, OperationHandle, UploadDetail, WatchDetail } from '../channel/types.ts';
import { dataVersion } from '../dataset/dataVersion.ts';
import type { TrainingFile, TrainingFiles } from '../dataset/trainingFiles.ts';
import type { OperationDeps } from '../deps.ts';
import type { Provider } from '../ports.ts';
import type { Nudge } from './nudge.ts';
import { followJob, type WatchDeps } from './watch.ts';

/** A job refuses fewer (`invalid_n_examples`). */
const MIN_EXAMPLES = 10;

export interface TrainRequest {
  readonly projectId: string;
  readonly providerId: string;
  readonly job: Omit<JobRequest, 'trainingFile' | 'validationFile'>;
  /** Called once the operation runs; the files' bytes do not change after. */
  readonly files: () => TrainingFiles | Promise<TrainingFiles>;
  /** US$ quoted; null when unknown. */
  readonly quoteUsd: number | null;
  /** The job exists and its record is on disk; then at each change. */
  readonly onChange?: (record: JobRecord) => void;
  readonly nudge?: Nudge;
  /** Ends the operation when the job exists, instead of watching it. */
  readonly detach?: boolean;
}

export type TrainDetail = UploadDetail | WatchDetail;
export type TrainDeps = WatchDeps & Pick<OperationDeps, 'registry'>;
type Context = OperationContext<TrainDetail>;

export interface TrainHandle extends OperationHandle<TrainDetail> {
  /** The job, once it exists. */
  record(): JobRecord | null;
}

/** Uploads the files, creates the job and watches it, as one operation. Its record is on disk as soon as the job exists. */
export function startTraining(deps: TrainDeps, request: TrainRequest): TrainHandle {
  let record: JobRecord | null = null;
  const handle = deps.registry.start<TrainDetail>({
    projectId: request.projectId,
    title: `Train ${request.job.model}`,
    detail: { kind: 'upload', filename: '', sentBytes: 0, totalBytes: 0 },
    async run(context) {
      const made = await submit(deps, request, context);
      record = made;
      deps.jobs.save(made);
      request.onChange?.(made);
      if (request.detach) return { summary: `${made.job.id} is created.`, costUsd: request.quoteUsd };
      const { onChange, nudge } = request;
      const watch = { record: made, ...(onChange ? { onChange } : {}), ...(nudge ? { nudge } : {}) };
      return followJob(deps, watch, context);
    },
  });
  return { ...handle, record: () => record };
}

async function submit(deps: TrainDeps, request: TrainRequest, context: Context): Promise<JobRecord> {
  const { signal } = context;
  let saved = 'The rows are on disk; nothing was uploaded.';
  try {
    const files = await request.files();
    if (files.training.examples < MIN_EXAMPLES) throw tooFew(files.training.examples, request.job.method);
    const data = await dataVersion(files, signal);
    const provider = await deps.providers.connect(request.providerId, { signal });
    const send = sender(provider, files, context);
    const trainingFile = await send(files.training);
    const validationFile = files.validation === null ? null : await send(files.validation);
    saved = 'The rows are on disk and the files are uploaded, under Files on the Train screen (5).';
    signal.throwIfAborted();
    // Asked without the signal: a job that is made while the person cancels is paid for, so its record must be kept.
    const job = await provider.jobs.create({ ...request.job, trainingFile, validationFile });
    return {
      projectId: request.projectId,
      providerId: request.providerId,
      job,
      quoteUsd: request.quoteUsd,
      trainRows: files.training.examples,
      validationRows: files.validation?.examples ?? 0,
      data,
      asked: request.job.hyperparameters,
      method: request.job.method,
    };
  } catch (error) {
    if (signal.aborted || error instanceof EndedEarly) throw error;
    throw new EndedEarly('failed', problemOf(error, saved));
  }
}

/** Uploads one file after the other and tells their bytes as one. */
function sender(provider: Provider, files: TrainingFiles, context: Context) {
  const totalBytes = files.training.bytes + (files.validation?.bytes ?? 0);
  let before = 0;
  return async (file: TrainingFile): Promise<string> => {
    const tell = (sent: number) => {
      const sentBytes = Math.min(totalBytes, before + sent);
      const fraction = totalBytes === 0 ? null : sentBytes / totalBytes;
      context.report({ kind: 'upload', filename: file.filename, sentBytes, totalBytes }, fraction);
    };
    tell(0);
    const { filename, bytes } = file;
    const source = { filename, bytes, purpose: 'fine-tune' as const, body: () => file.body() };
    const uploaded = await provider.files.upload(source, { signal: context.signal, onSent: tell });
    before += file.bytes;
    tell(0);
    return uploaded.id;
  };
}

function tooFew(examples: number, method: TrainingMethod | undefined): EndedEarly {
  const pairs = method === 'dpo';
  return new EndedEarly('failed', {
    what: `${examples} ${pairs ? 'pairs' : 'rows'} are left to train on, and a job needs at least ${MIN_EXAMPLES}.`,
    saved: 'The rows are on disk; nothing was uploaded.',
    next: pairs
      ? 'Accept one answer and reject another to the same prompt, or lower the validation share.'
      : 'Generate or accept more rows, or lower the validation share.',
  });
}
