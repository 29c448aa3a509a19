import type { FileUploadProgress, OperationSnapshot } from '../app/runtime/operation.ts';
import type { AnotherJob } from '../app/training/create.ts';
import {
  type JobSettings,
  startTraining,
  type TrainProgress,
  type TrainRequest,
  trainingProblem,
} from '../app/training/start.ts';
import { reusedText } from '../app/training/uploads.ts';
import { dialectFacts } from '../domain/provider/job-dialects.ts';
import type { ProviderTerms } from '../domain/provider/provider.ts';
import { byteSize, dateAndTime, formatUsd, lossText } from '../domain/text/format.ts';
import { estimateText, type JobEstimate } from '../domain/training/estimate.ts';
import { eventText } from '../domain/training/loss-names.ts';
import { curveOf, measuredPoints } from '../domain/training/metrics.ts';
import { heldOutLoss, overfittingSince } from '../domain/training/overfitting.ts';
import {
  type Hyperparameters,
  type JobChoices,
  type JobEvent,
  type JobRecord,
  statusText,
} from '../domain/training/types.ts';
import { weightSettingsSchema } from '../domain/training/weight-settings.ts';
import type { CommandServices } from './command-services.ts';
import { type CommandContext, type HyperparameterOptions, UsageError } from './context.ts';
import { follow } from './follow.ts';
import type { Output, Progress } from './output/output.ts';
import { sparkline } from './output/text-layout.ts';

export const hyperparametersOf = (options: HyperparameterOptions): Hyperparameters => ({
  nEpochs: options.epochs ?? 'auto',
  batchSize: options.batchSize ?? 'auto',
  learningRateMultiplier: options.learningRateMultiplier ?? 'auto',
  ...(options.learningRate === undefined ? {} : { learningRate: options.learningRate }),
  ...(options.rank === undefined ? {} : { loraRank: options.rank }),
});

export const choicesOf = (options: HyperparameterOptions): JobChoices => {
  const { lora, full, trainingType: tier } = options;
  const settings = weightSettingsSchema.parse(options);
  return {
    ...(lora === true ? { weights: 'lora' } : full === true ? { weights: 'full' } : {}),
    ...(tier === undefined ? {} : { tier }),
    ...(Object.keys(settings).length === 0 ? {} : { settings }),
  };
};

/** Refuses what the provider would, before anything is spent on it. */
export function refuseSettings(settings: JobSettings, profile: ProviderTerms): void {
  const problem = trainingProblem(settings, profile);
  if (problem !== null) throw new UsageError(problem.fix === null ? problem.what : `${problem.what} ${problem.fix}`);
}

export interface Trained {
  readonly record: JobRecord | null;
  readonly events: readonly JobEvent[];
  readonly snapshot: OperationSnapshot<TrainProgress>;
}

/** Uploads, creates the job and, unless detached, prints its events as they come until it ends. */
export async function runTraining(
  context: CommandContext,
  { deps, profile }: CommandServices,
  request: Omit<
    TrainRequest,
    'onChange' | 'onReuse' | 'onMasked' | 'onFound' | 'onEstimate' | 'another' | 'running' | 'dialect' | 'providerId'
  > & { readonly dialect?: ProviderTerms },
  { again = false, new: anew = false }: Pick<HyperparameterOptions, 'again' | 'new'>,
): Promise<Trained> {
  const { output } = context;
  const printed = new Set<string>();
  let created = false;
  const printNews = (record: JobRecord): void => {
    if (!created) {
      created = true;
      output.record('job', { job: record.job });
      output.line(`Job ${record.job.id}`);
    }
    for (const event of deps.jobs.events(record.job.id)) {
      if (!printed.has(event.id)) printEvent(output, record.job.id, event, true);
      printed.add(event.id);
    }
  };
  const handle = startTraining(deps, {
    dialect: profile,
    ...request,
    providerId: profile.id,
    onChange: printNews,
    onReuse(file) {
      output.record('file-reused', { ...file });
      output.line(reusedText(file));
    },
    onMasked(text) {
      output.record('keys-masked', { text });
      output.note(`! ${text}`);
    },
    onFound(text) {
      output.record('job-found', { text });
      output.line(text);
    },
    another: anotherJob(context, again || anew),
    running: anew ? 'none' : 'taken-up',
    onEstimate: (estimate, { name }) => sayEstimate(context, estimate, name),
  });
  const snapshot = await follow(context, deps.registry, handle, trainingProgress);
  const record = handle.record();
  return { record, snapshot, events: record === null ? [] : deps.jobs.events(record.job.id) };
}

/** Says what the provider expects the job to take; where something speaks against it, a person who is there is asked. */
async function sayEstimate({ output, ask }: CommandContext, estimate: JobEstimate, provider: string): Promise<boolean> {
  output.record('estimate', { ...estimate });
  output.progress(null);
  for (const line of estimateText(estimate, provider)) output.line(line);
  for (const doubt of estimate.doubts) output.note(`! ${doubt}`);
  return estimate.doubts.length === 0 || ask === null || (await ask('Create the job all the same?'));
}

/** Where a job of the same training may exist: a person is asked, a script says beforehand. */
const anotherJob = ({ output, ask }: CommandContext, again: boolean): AnotherJob => ({
  how: 'The same command with --again creates another job all the same.',
  async agreed({ what }) {
    if (again || ask === null) return again;
    output.progress(null);
    output.note(`! ${what}`);
    return ask('Create another job all the same?');
  },
});

/** One event. `withBar`: step by step figures are the bar's to show, and records' under --json, not lines. */
export function printEvent(output: Output, jobId: string, event: JobEvent, withBar: boolean): void {
  output.record('job-event', { jobId, ...event });
  if (withBar && event.metrics !== null) return;
  const mark = event.level === 'error' ? '✗ ' : event.level === 'warn' ? '! ' : '';
  output.line(`${dateAndTime(event.createdAt)}  ${mark}${eventText(event)}`);
}

export function uploadProgress(detail: FileUploadProgress, fraction: number | null): Progress {
  const text = `${detail.filename}  ${byteSize(detail.sentBytes)} of ${byteSize(detail.totalBytes)}`;
  return { label: 'upload', fraction, text, fields: { ...detail } };
}

function trainingProgress(snapshot: OperationSnapshot<TrainProgress>): Progress {
  const { detail, fraction } = snapshot;
  if (detail.kind === 'upload') return uploadProgress(detail, fraction);
  const parts: string[] = [statusText({ status: detail.jobStatus, statusWord: detail.statusWord })];
  if (detail.step !== null)
    parts.push(`step ${detail.step}${detail.totalSteps === null ? '' : `/${detail.totalSteps}`}`);
  const loss = detail.latest?.trainLoss ?? null;
  if (loss !== null) parts.push(`loss ${lossText(loss)}`);
  return { label: 'train', fraction, text: parts.join('  '), fields: { ...detail } };
}

const RISING = 'On held-out rows the loss rose: so few rows are learned by heart. More rows, or fewer epochs, help.';

/** The loss as a line of bars with its first and last figure, for train and validation, as far as they were measured. */
export function curveLines(events: readonly JobEvent[], width: number): string[] {
  const points = measuredPoints(events);
  const heldOut = heldOutLoss(points);
  const named = [
    ['training loss   ', curveOf(points, 'trainLoss')],
    [`${heldOut.name} loss`.padEnd(16), heldOut.points],
  ] as const;
  const lines = named.flatMap(([label, curve]) => {
    const values = curve.map((point) => point.value);
    const first = values[0];
    const last = values.at(-1);
    if (first === undefined || last === undefined) return [];
    const bars = sparkline(values, Math.max(8, Math.min(48, width - 36)));
    return [`${label}  ${lossText(first)} ${bars} ${lossText(last)}`];
  });
  return overfittingSince(points) === null ? lines : [...lines, RISING];
}

/** How it ended, in words; what failed is said by its problem. */
export function printTrained(output: Output, { record, snapshot }: Trained, { jobDialect }: ProviderTerms): void {
  const job = record?.job ?? null;
  output.record('trained', {
    status: snapshot.status,
    job,
    problem: snapshot.problem,
    costUsd: snapshot.receipt?.costUsd ?? null,
  });
  if (snapshot.problem !== null) {
    output.note(`✗ ${snapshot.problem.what}`);
    output.note(`  ${snapshot.problem.saved} ${snapshot.problem.next}`);
  }
  if (snapshot.status === 'cancelled' && job !== null) {
    output.note(`No longer watched. ${job.id} runs on: luthier jobs cancel ${job.id} ends it.`);
  }
  if (snapshot.status === 'succeeded' && job !== null) {
    output.line(job.fineTunedModel === null ? `${job.id} is ${job.status}.` : `Model ${job.fineTunedModel}`);
    const { chat } = dialectFacts(jobDialect).lacks;
    if (chat !== undefined) output.line(chat);
    if (record !== null && record.quoteUsd !== null && record.quoteUsd > 0) {
      output.line(`Quoted at ${formatUsd(record.quoteUsd)}; the provider’s bill counts.`);
    } else if (job.costUsd != null && job.costUsd > 0) {
      output.line(`The provider puts it at ${formatUsd(job.costUsd)}; its bill counts.`);
    }
  }
}
