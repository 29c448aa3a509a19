import type { Problem } from '../../domain/common/outcome.ts';
import { ProviderError } from '../../domain/provider/provider.ts';
import { dateAndTime, plural } from '../../domain/text/format.ts';
import { type AskedJob, createdSince, findAsked } from '../../domain/training/asked-jobs.ts';
import type { JobRecord, TuningJob } from '../../domain/training/types.ts';
import type { OperationDeps } from '../core/deps.ts';
import { errorText, OperationError } from '../runtime/errors.ts';
import type { CallOptions, Provider } from '../runtime/ports.ts';
import { dated } from './watch.ts';

export type SearchDeps = Pick<OperationDeps, 'askedJobs' | 'clock'>;

/** What looking for a job in its provider's list brought. */
export interface AskedSearch {
  readonly job: TuningJob | null;
  /** How often the list was read. */
  readonly looks: number;
  /** Jobs in it since this one was asked for. */
  readonly listed: number;
  /** Why it could not be read the last time; null when it could. */
  readonly unreadable: string | null;
}

/** Milliseconds before each look: a job whose answer was lost a moment ago may be listed late. */
const LOOKS_AFTER_LOSS: readonly number[] = [0, 1_000, 2_000, 4_000, 8_000];
/** One that was asked for long ago is in the list by now; again only where it cannot be read. */
const LOOKS_LATER: readonly number[] = [0, 1_000, 2_000];

/** Looks in a provider's list for a job that was asked for. `lost`: just now, so that it may still come into being. */
export async function searchAsked(
  deps: SearchDeps,
  provider: Provider,
  asked: AskedJob,
  { lost, ...options }: CallOptions & { readonly lost: boolean },
): Promise<AskedSearch> {
  let looks = 0;
  let last: AskedSearch = { job: null, looks, listed: 0, unreadable: null };
  for (const wait of lost ? LOOKS_AFTER_LOSS : LOOKS_LATER) {
    if (wait > 0) await deps.clock.sleep(wait, options.signal);
    looks += 1;
    try {
      const found = lookIn(deps, asked, await provider.jobs.list({ ...options, since: createdSince(asked) }));
      if (found.job !== null || !lost) return { ...found, looks };
      last = found;
    } catch (error) {
      options.signal?.throwIfAborted();
      last = { ...last, unreadable: errorText(error) };
    }
  }
  return { ...last, looks };
}

/** Looks for it in a list that was read. */
export function lookIn({ askedJobs }: SearchDeps, asked: AskedJob, jobs: readonly TuningJob[]): AskedSearch {
  const listed = jobs.filter(({ createdAt }) => createdAt >= createdSince(asked)).length;
  return { job: findAsked(asked, jobs, askedJobs.isKnown), looks: 1, listed, unreadable: null };
}

/** Keeps the job that was asked for and is there. Throws an OperationError, with what is to be done, where the disk refuses. */
export function adoptAsked(
  { askedJobs, clock }: SearchDeps,
  provider: Provider,
  asked: AskedJob,
  job: TuningJob,
): JobRecord {
  const record = { ...asked.frame, job: dated(job, clock.now()) };
  try {
    askedJobs.adopt(asked, record);
    return record;
  } catch (error) {
    throw new OperationError('failed', {
      what: `Job ${job.id} is there at ${provider.name}, but it could not be written down: ${errorText(error)}`,
      saved: 'That it was asked for is on disk, so it will be known again.',
      next: `Make room on the disk. ${lookText(provider)}, and so does the next start of the same training, which takes it up instead of creating another.`,
    });
  }
}

/** What a person is told of a job that was found. */
export const foundText = ({ job }: JobRecord, { askedAt }: AskedJob): string =>
  `Job ${job.id} was asked for at ${dateAndTime(askedAt / 1000)} and is there: it is taken up, and no other created.`;

/** That a job was asked for and is not known to be there. */
export const askedText = ({ askedAt }: Pick<AskedJob, 'askedAt'>): string =>
  `A job was asked for at ${dateAndTime(askedAt / 1000)} and may exist. It is looked for first.`;

const lookText = (provider: Provider): string => `\`${lookCommand(provider)}\` then takes it up`;

/** The command that lists the jobs of a provider. */
function lookCommand({ id, address }: Provider): string {
  if (id === address) return 'luthier jobs';
  return id === 'base-url' ? `luthier jobs --base-url ${address}` : `luthier jobs --provider ${id}`;
}

/** What a person is to know of a job that was asked for and is not found. `why`: what became of its answer; `next`: what another start does. */
export function mayExist(
  provider: Provider,
  asked: AskedJob,
  search: AskedSearch,
  { why, next }: { readonly why: string; readonly next: string },
): Problem {
  return {
    what: `A job may exist at ${provider.name}: it was asked for at ${dateAndTime(asked.askedAt / 1000)}, and ${why} ${searchText(asked, search)}`,
    saved: 'What was asked for is written down, and the files are at the provider.',
    next: `Look with \`${lookCommand(provider)}\`, which takes it up when it is there. ${next}`,
  };
}

function searchText({ key, trainingFile, suffix }: AskedJob, { looks, listed, unreadable }: AskedSearch): string {
  const times = plural(looks, 'time');
  if (unreadable !== null) return `The list of jobs was asked for ${times} and cannot be read: ${unreadable}`;
  const marks = `the key ${key}, or file ${trainingFile}${suffix === null ? '' : ` with suffix ${suffix}`}`;
  return `The list of jobs was read ${times}: ${plural(listed, 'job')} since then, none with ${marks}.`;
}

/** Whether an error leaves open that the job exists. What is no ProviderError came after the answer. */
export const leavesOpen = (error: unknown): boolean => !(error instanceof ProviderError) || error.mayHaveBeenDone;
