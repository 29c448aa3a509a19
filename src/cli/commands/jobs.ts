import type { JobAction, Provider } from '../../app/runtime/ports.ts';
import { adoptAsked, foundText, lookIn, mayExist, type SearchDeps } from '../../app/training/asked.ts';
import { weightsText } from '../../domain/provider/job-choices.ts';
import type { JobPart } from '../../domain/provider/job-dialects.ts';
import { count, dateAndTime, formatUsd, lossText } from '../../domain/text/format.ts';
import type { AskedJob } from '../../domain/training/asked-jobs.ts';
import { VALIDATION_LOSSES } from '../../domain/training/loss-names.ts';
import { type Hyperparameter, statusText, TERMINAL_STATUSES, type TuningJob } from '../../domain/training/types.ts';
import { weightSettingTexts } from '../../domain/training/weight-settings.ts';
import { openAskedJobs } from '../command-services.ts';
import { resolveConnection } from '../connect.ts';
import {
  type CommandContext,
  CommandFailure,
  type ConnectionOptions,
  EXIT,
  type ExitCode,
  UsageError,
} from '../context.ts';
import type { Output } from '../output/output.ts';
import { columns } from '../output/text-layout.ts';
import { printEvent } from '../training.ts';

/** `jobs [list|show ID|events ID|cancel ID|pause ID|resume ID|delete ID]`. */
export async function jobs(
  context: CommandContext,
  action: string,
  id: string | undefined,
  options: ConnectionOptions,
): Promise<ExitCode> {
  if (action !== 'list' && id === undefined) throw new UsageError(`jobs ${action} needs the id of a job`);
  if (action === 'list' && id !== undefined) throw new UsageError('jobs list takes no id; jobs show does');
  const connection = resolveConnection(context, options);
  const { output, signal } = context;
  await using kept = openAskedJobs(connection);
  const provider = await connection.providers.connect(connection.profile.id, { signal });
  if (id === undefined) {
    const asked = kept.askedJobs.list({ address: provider.address });
    const list = await provider.jobs.list({ signal });
    for (const one of asked) takeUp(output, kept, { provider, asked: one, list });
    listJobs(output, list);
  } else if (action === 'show') await showJob(output, provider, id, signal);
  else if (action === 'events') {
    refuseLacking(provider, 'events');
    const events = await provider.jobs.events(id, new Set(), { signal });
    if (events.length === 0) output.line('No events yet.');
    for (const event of events) printEvent(output, id, event, false);
  } else if (action === 'delete') await remove(output, provider, id, signal);
  else {
    refuseLacking(provider, jobAction(action));
    showStatus(output, await provider.jobs.act(id, jobAction(action), { signal }));
  }
  return EXIT.done;
}

function jobAction(action: string): JobAction {
  if (action === 'cancel' || action === 'pause' || action === 'resume') return action;
  throw new UsageError(`jobs cannot ${action}`);
}

async function remove(output: Output, provider: Provider, id: string, signal: AbortSignal): Promise<void> {
  if (provider.jobs.remove === undefined)
    throw new CommandFailure(
      `${provider.name} deletes no jobs.`,
      'The job is as it was.',
      'jobs cancel ends one that runs.',
    );
  await provider.jobs.remove(id, { signal });
  output.record('job-deleted', { id });
  output.line(`Deleted ${id}`);
}

/** What a provider does not have is no empty list, and no call that it would not know. */
function refuseLacking({ jobs: { lacks = {} } }: Provider, part: JobPart): void {
  const words = lacks[part];
  if (words !== undefined) throw new CommandFailure(words, 'The job is as it was.', '');
}

interface Asked {
  readonly provider: Provider;
  readonly asked: AskedJob;
  readonly list: readonly TuningJob[];
}

/** A job that was asked for and of which no answer was kept is taken up where it is in the list, and spoken of where it is not. */
function takeUp(output: Output, deps: SearchDeps, { provider, asked, list }: Asked): void {
  const { job, ...search } = lookIn(deps, asked, list);
  if (job === null) {
    const { what } = mayExist(provider, asked, { job, ...search }, { why: 'no answer to that is known.', next: '' });
    output.record('job-asked', { asked, problem: what });
    output.note(`! ${what}`);
    return;
  }
  const record = adoptAsked(deps, provider, asked, job);
  output.record('job-found', { text: foundText(record, asked) });
  output.note(foundText(record, asked));
}

function listJobs(output: Output, list: readonly TuningJob[]): void {
  for (const job of list) output.record('job', { job });
  if (list.length === 0) output.line('No jobs.');
  else {
    const rows = list.map((job) => [
      job.id,
      statusText(job),
      dateAndTime(job.createdAt),
      job.model,
      job.fineTunedModel ?? '',
    ]);
    for (const line of columns([['job', 'status', 'created', 'model', 'tuned model'], ...rows])) output.line(line);
  }
}

async function showJob(output: Output, provider: Provider, id: string, signal: AbortSignal): Promise<void> {
  const job = await withReason(provider, await provider.jobs.retrieve(id, { signal }), signal);
  const { lacks = {} } = provider.jobs;
  const checkpoints = lacks.checkpoints === undefined ? await provider.jobs.checkpoints(id, { signal }) : [];
  output.record('job', { job, checkpoints, lacks });
  for (const line of columns(jobFacts(job))) output.line(line);
  for (const words of Object.values(lacks)) output.line(words);
  if (checkpoints.length === 0) {
    if (lacks.checkpoints === undefined)
      output.line(TERMINAL_STATUSES.has(job.status) ? 'No checkpoints.' : 'No checkpoints yet.');
    return;
  }
  output.line();
  const rows = checkpoints.map((one) => [
    count(one.step),
    lossText(one.metrics.validLoss),
    lossText(one.metrics.fullValidLoss),
    one.model,
  ]);
  for (const line of columns([
    ['step', VALIDATION_LOSSES.validLoss, VALIDATION_LOSSES.fullValidLoss, 'checkpoint'],
    ...rows,
  ]))
    output.line(line);
}

/** Some servers tell why a job failed in its events alone. */
async function withReason({ jobs }: Provider, job: TuningJob, signal: AbortSignal): Promise<TuningJob> {
  if (job.status !== 'failed' || job.error !== null || jobs.lacks?.events !== undefined) return job;
  const events = await jobs.events(job.id, new Set(), { signal });
  const last = events.findLast(({ level }) => level === 'error');
  return last === undefined ? job : { ...job, error: { code: '', message: last.message, param: null } };
}

/** The multiplier, unless the provider told the rate itself. */
const rateFacts = (
  multiplier: Hyperparameter,
  rate: Hyperparameter | undefined,
): readonly (readonly [string, Hyperparameter])[] =>
  rate === undefined ? [['learning rate ×', multiplier]] : [['learning rate', rate]];

/** What is known of a job, what is not known left out. */
function jobFacts(job: TuningJob): string[][] {
  const { nEpochs, batchSize, learningRateMultiplier, learningRate } = job.hyperparameters;
  const facts: (readonly [string, string | number | null])[] = [
    ['job', job.id],
    ['status', statusText(job)],
    ['model', job.model],
    ['tuned model', job.fineTunedModel],
    ['training file', job.trainingFile],
    ['validation file', job.validationFile],
    ['epochs', nEpochs],
    ['batch size', batchSize],
    ...rateFacts(learningRateMultiplier, learningRate),
    ['trains', weightsText(job.choices?.weights, job.hyperparameters.loraRank)],
    ['beta', job.beta ?? null],
    ['training type', job.choices?.tier ?? null],
    ...weightSettingTexts(job.choices?.settings),
    ['seed', job.seed],
    ['trained tokens', job.trainedTokens === null ? null : count(job.trainedTokens)],
    ['cost', job.costUsd === undefined ? null : formatUsd(job.costUsd)],
    ['created', job.createdAt === 0 ? null : dateAndTime(job.createdAt)],
    ['finished', job.finishedAt === null ? null : dateAndTime(job.finishedAt)],
    ['result files', job.resultFiles.join(', ') || null],
    ['error', job.error === null ? null : [job.error.code, job.error.message].filter((word) => word !== '').join(': ')],
  ];
  return facts.flatMap(([name, value]) => (value === null ? [] : [[name, String(value)]]));
}

function showStatus(output: Output, job: TuningJob): void {
  output.record('job', { job });
  const ended = TERMINAL_STATUSES.has(job.status) ? '' : ' (it may take the provider a moment)';
  output.line(`${job.id} is ${statusText(job)}${ended}`);
}
