import { ProviderError } from '../../domain/provider/errors.ts';
import { type JobFile, jobRun } from '../../domain/tracking/jobRun.ts';
import type { TrackedRun } from '../../domain/tracking/types.ts';
import type { Checkpoint, JobEvent, JobRecord, TuningJob } from '../../domain/training/types.ts';
import { TERMINAL_STATUSES } from '../../domain/training/types.ts';
import { errorText } from '../channel/problems.ts';
import { inSlices } from '../channel/slices.ts';
import type { FileService, Provider } from '../ports.ts';
import type { Gathering, TrackingDeps } from './deps.ts';

export interface JobToTrack {
  /** As the provider last told it, which may be news to the record. */
  readonly job: TuningJob;
  /** Null for a job that Luthier did not start. */
  readonly record: JobRecord | null;
  readonly providerId: string;
  readonly projectName: string | null;
  /** Whether the text of the events goes along. */
  readonly log: boolean;
}

/**
 * A job as a run. Its files are read at the provider, for the rows here may have changed since; a provider that does
 * not hand one out leaves the run without it, which is told.
 */
export async function gatherJob(
  deps: Pick<TrackingDeps, 'providers' | 'jobs'>,
  wanted: JobToTrack,
  gathering: Gathering,
): Promise<TrackedRun> {
  const { job, record, providerId, projectName, log } = wanted;
  const { signal } = gathering;
  gathering.tell(`reads ${job.id}`);
  const provider = await connected(deps, providerId, gathering);
  const { events, checkpoints } = await newsOf(deps, wanted, provider, gathering);
  const ended = TERMINAL_STATUSES.has(job.status);
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
  { signal, missing }: Gathering,
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
async function newsOf(
  { jobs }: Pick<TrackingDeps, 'jobs'>,
  { job: { id }, record }: JobToTrack,
  provider: Provider | null,
  gathering: Gathering,
): Promise<{ readonly events: readonly JobEvent[]; readonly checkpoints: readonly Checkpoint[] }> {
  const stored = { events: jobs.events(id), checkpoints: jobs.checkpoints(id) };
  if (provider === null) return stored;
  const { signal } = gathering;
  const known = new Set(stored.events.map((event) => event.id));
  const told = await asked(gathering, 'events', () => provider.jobs.events(id, known, { signal }));
  const checkpoints = await asked(gathering, 'checkpoints', () => provider.jobs.checkpoints(id, { signal }));
  // A page that ends at a known event may bring some that are known, and one that moved meanwhile some twice.
  const fresh = [...new Map(told?.map((event) => [event.id, event])).values()].filter(({ id }) => !known.has(id));
  const events = [...stored.events, ...fresh];
  if (record !== null) {
    jobs.addEvents(id, fresh);
    if (checkpoints !== null) jobs.saveCheckpoints(id, checkpoints);
  }
  return { events, checkpoints: checkpoints ?? stored.checkpoints };
}

/** Null when the provider does not say, which is told. */
async function asked<T>({ signal, missing }: Gathering, what: string, ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof ProviderError)) throw error;
    missing(`The provider does not tell the job's ${what}; those that are known here are used. ${errorText(error)}`);
    return null;
  }
}

async function contentOf(files: FileService, id: string, what: string, gathering: Gathering): Promise<string | null> {
  gathering.tell(`reads ${what}`);
  try {
    return await files.content(id, { signal: gathering.signal });
  } catch (error) {
    gathering.signal.throwIfAborted();
    if (!(error instanceof ProviderError)) throw error;
    gathering.missing(`The provider does not hand out ${what} (${id}): ${errorText(error)}`);
    return null;
  }
}
