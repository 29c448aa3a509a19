import type { CooperativeTask } from '../../domain/common/cooperative.ts';
import type { PromptPairs } from '../../domain/dataset/preferences.ts';
import type { Row } from '../../domain/dataset/types.ts';
import type { EvaluationSummary } from '../../domain/evaluation/metrics.ts';
import type { Evaluation, EvaluationItem } from '../../domain/evaluation/types.ts';
import type { Project } from '../../domain/project/types.ts';
import { ProviderError } from '../../domain/provider/provider.ts';
import { datasetRun } from '../../domain/tracking/dataset-run.ts';
import { evaluationRun } from '../../domain/tracking/evaluation-run.ts';
import { type JobFile, jobRun } from '../../domain/tracking/job-run.ts';
import type { TrackedRun } from '../../domain/tracking/types.ts';
import type { Checkpoint, JobEvent, JobRecord, TuningJob } from '../../domain/training/types.ts';
import { splitLineParts, splitPairParts } from '../dataset/training-files.ts';
import { type EvaluationReader, readEvaluation } from '../evaluation/results.ts';
import { errorText, OperationError } from '../runtime/errors.ts';
import { inSlices } from '../runtime/pacing.ts';
import type { FileService, JobStore, Provider, RowStore } from '../runtime/ports.ts';
import { hasEnded } from './policy.ts';
import type { GatherContext, TrackingDeps } from './sync.ts';

export interface GatherDatasetOptions {
  readonly signal?: AbortSignal | undefined;
  /** Every preference pair of the project, by prompt: what is trained on under DPO, and cannot be left out then. */
  readonly pairs?: ((project: Project) => Promise<readonly PromptPairs[]> | readonly PromptPairs[]) | undefined;
}

/** What a project would be trained on now, as a run: its rows, or under DPO its pairs. */
export async function gatherDataset(
  rows: Pick<RowStore, 'scan'>,
  project: Project,
  { signal, pairs }: GatherDatasetOptions = {},
): Promise<TrackedRun> {
  const { training: plan, template } = project;
  let changedAt = 0;
  function* watched(): Generator<Row, void, undefined> {
    for (const row of rows.scan(project.id, {})) {
      changedAt = Math.max(changedAt, row.updatedAt);
      yield row;
    }
  }
  function* linesOfPairs(prompts: readonly PromptPairs[]): ReturnType<typeof splitPairParts> {
    for (const _ of watched()) yield;
    return yield* splitPairParts(prompts, plan);
  }
  const lines =
    plan.method === 'dpo' ? linesOfPairs(await pairsOf(project, pairs)) : splitLineParts(watched(), template, plan);
  function* whole(): CooperativeTask<TrackedRun> {
    const { training, validation } = yield* lines;
    if (training.length + validation.length === 0) throw nothingToTrack(project);
    return yield* datasetRun({ projectName: project.name, training, validation, changedAt });
  }
  return inSlices(whole(), signal);
}

async function pairsOf(project: Project, pairs: GatherDatasetOptions['pairs']): Promise<readonly PromptPairs[]> {
  if (pairs === undefined) throw new Error(`${project.name} is trained on pairs, and nobody gave any.`);
  return pairs(project);
}

function nothingToTrack({ training }: Project): OperationError {
  const saved = 'Nothing was sent.';
  return new OperationError(
    'failed',
    training.method === 'dpo'
      ? {
          what: 'There is no pair to keep a version of.',
          saved,
          next: 'Accept an answer and reject another of the same prompt in Dataset (4), or vote blind in Evaluate.',
        }
      : {
          what: 'There is no row to keep a version of.',
          saved,
          next: 'Generate or import rows, or accept some, in Dataset (4).',
        },
  );
}

export interface EvaluationToTrack {
  readonly evaluation: Evaluation;
  readonly items: readonly EvaluationItem[];
  readonly projectName: string;
  readonly jobs: ReadonlyMap<string, TuningJob>;
  /** What has read the answers already; absent, they are read. */
  readonly reader?: EvaluationReader | undefined;
  /** The figures of those answers; absent, they are worked out. */
  readonly summary?: EvaluationSummary | null | undefined;
  /** With its first answer where nothing keeps when it was made, so that making it again gives the same run. */
  readonly begins?: 'when-made' | 'with-first-answer' | undefined;
}

/** An evaluation as a run, from the answers that are there. */
export function gatherEvaluation(
  deps: Pick<TrackingDeps, 'rows' | 'prices'>,
  wanted: EvaluationToTrack,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<TrackedRun> {
  return inSlices(runParts(deps, wanted), signal);
}

function* runParts(
  deps: Pick<TrackingDeps, 'rows' | 'prices'>,
  { evaluation, items, projectName, jobs, begins, summary, reader: given }: EvaluationToTrack,
): CooperativeTask<TrackedRun> {
  const reader = given ?? readEvaluation(deps, evaluation, items);
  const answered = yield* reader.parts();
  // A run that is written twice has the same times twice.
  const { first, last } = reader.times() ?? { first: evaluation.createdAt, last: evaluation.createdAt };
  const begun = begins === 'with-first-answer' ? { ...evaluation, createdAt: first } : evaluation;
  return yield* evaluationRun({ evaluation: begun, items: answered, projectName, jobs, endedAt: last, summary });
}

/** Jobs at a provider that made these models, or that made a model these are checkpoints of: `ft:…:ckpt-step-30`. */
export function jobsOfModels(jobs: readonly TuningJob[], models: readonly string[]): Map<string, TuningJob> {
  const isOf = (model: string, tuned: string): boolean => model === tuned || model.startsWith(`${tuned}:`);
  const made = models.flatMap((model) => {
    const job = jobs.find(({ fineTunedModel: tuned }) => tuned !== null && isOf(model, tuned));
    return job === undefined ? [] : [[model, job] as const];
  });
  return new Map(made);
}

/** Jobs of a project by the models and checkpoints they made. */
export function jobsByModel(jobs: Pick<JobStore, 'list' | 'checkpoints'>, projectId: string): Map<string, TuningJob> {
  const made = new Map<string, TuningJob>();
  for (const { job } of jobs.list(projectId)) {
    if (job.fineTunedModel !== null) made.set(job.fineTunedModel, job);
    for (const { model } of jobs.checkpoints(job.id)) made.set(model, job);
  }
  return made;
}

export interface JobToTrack {
  /** As the provider last sent it, which may be newer than the record. */
  readonly job: TuningJob;
  /** Null for a job that Luthier did not start. */
  readonly record: JobRecord | null;
  readonly providerId: string;
  readonly projectName: string | null;
  /** Whether the text of the events goes along. */
  readonly log: boolean;
}

/** A job that Luthier started, as its record has it. */
export function jobToTrack(record: JobRecord, named: Pick<JobToTrack, 'projectName' | 'log'>): JobToTrack {
  const { job, providerId } = record;
  return { job, record, providerId, ...named };
}

/**
 * A job as a run. Its files are read at the provider, for the rows here may have changed since; a provider that does
 * not hand one out leaves the run without it, which the run says.
 */
export async function gatherJob(
  deps: Pick<TrackingDeps, 'providers' | 'jobs'>,
  wanted: JobToTrack,
  gathering: GatherContext,
): Promise<TrackedRun> {
  const { job, record, providerId, projectName, log } = wanted;
  const { signal } = gathering;
  gathering.report(`reads ${job.id}`);
  const provider = await connected(deps, providerId, gathering);
  const { events, checkpoints } = await eventsAndCheckpointsOf(deps, wanted, provider, gathering);
  const ended = hasEnded(job);
  const files = provider === null || !ended ? null : provider.files;
  const read = (id: string | null | undefined, what: string): Promise<string | null> =>
    files === null || !id ? Promise.resolve(null) : contentOf(files, id, what, gathering);
  const fileOf = async (id: string | null, what: string): Promise<JobFile | null> => {
    const text = await read(id, what);
    return text === null || id === null ? null : { id, text };
  };
  const results = await read(job.resultFiles[0], 'the result file');
  const training = await fileOf(job.trainingFile, 'the training file');
  const validation = await fileOf(job.validationFile, 'the validation file');
  const name = provider?.name ?? providerId;
  const run = jobRun({
    job,
    record,
    projectName,
    events,
    checkpoints,
    results,
    training,
    validation,
    log,
    provider: { id: providerId, name },
  });
  return inSlices(run, signal);
}

/** Null when the provider cannot be reached: what is known here is tracked all the same. */
async function connected(
  { providers }: Pick<TrackingDeps, 'providers'>,
  providerId: string,
  { signal, missing }: GatherContext,
): Promise<Provider | null> {
  try {
    return await providers.connect(providerId, { signal });
  } catch (error) {
    signal.throwIfAborted();
    missing(`The provider cannot be reached, so the job's files are not in it. ${errorText(error)}`);
    return null;
  }
}

/**
 * What is stored here, and after it what the provider has beside that: nobody may have watched the job. What is new of a
 * job with a record is kept.
 */
async function eventsAndCheckpointsOf(
  { jobs }: Pick<TrackingDeps, 'jobs'>,
  { job: { id }, record }: JobToTrack,
  provider: Provider | null,
  gathering: GatherContext,
): Promise<{ readonly events: readonly JobEvent[]; readonly checkpoints: readonly Checkpoint[] }> {
  const stored = { events: jobs.events(id), checkpoints: jobs.checkpoints(id) };
  if (provider === null) return stored;
  const { signal } = gathering;
  const known = new Set(stored.events.map((event) => event.id));
  const read = await readOrNull(gathering, 'events', () => provider.jobs.events(id, known, { signal }));
  const checkpoints = await readOrNull(gathering, 'checkpoints', () => provider.jobs.checkpoints(id, { signal }));
  // A page that ends at a known event may bring some that are known, and one that moved meanwhile some twice.
  const fresh = [...new Map(read?.map((event) => [event.id, event])).values()].filter(({ id }) => !known.has(id));
  const events = [...stored.events, ...fresh];
  if (record !== null) {
    jobs.addEvents(id, fresh);
    if (checkpoints !== null) jobs.saveCheckpoints(id, checkpoints);
  }
  return { events, checkpoints: checkpoints ?? stored.checkpoints };
}

/** Null when the provider does not say; the run then says so. */
async function readOrNull<T>(
  { signal, missing }: GatherContext,
  what: string,
  ask: () => Promise<T>,
): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof ProviderError)) throw error;
    missing(`The provider does not give the job's ${what}; those that are known here are used. ${errorText(error)}`);
    return null;
  }
}

async function contentOf(
  files: FileService,
  id: string,
  what: string,
  gathering: GatherContext,
): Promise<string | null> {
  gathering.report(`reads ${what}`);
  try {
    return await files.content(id, { signal: gathering.signal });
  } catch (error) {
    gathering.signal.throwIfAborted();
    if (!(error instanceof ProviderError)) throw error;
    gathering.missing(`The provider does not hand out ${what} (${id}): ${errorText(error)}`);
    return null;
  }
}
