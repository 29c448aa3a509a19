import * as z from 'zod';
import { ProviderError, type ProviderProfile } from '../../../../domain/provider/provider.ts';
import { decodeResultFile, parseStepMetrics, readResultFile } from '../../../../domain/training/metrics.ts';
import {
  type JobEvent,
  type JobRequest,
  TERMINAL_STATUSES,
  type TuningJob,
} from '../../../../domain/training/types.ts';
import { toProviderError } from '../../errors.ts';
import { OPENAI_ANSWERS } from '../../job-parse.ts';
import { chosenHyperparameters, createJobs, type JobForm } from '../../jobs.ts';
import { type CallOptions, listPage, requestOptions, type Session } from '../../session.ts';
import type { DialectJobs } from '../dialect.ts';
import { figuresEvent } from '../figures.ts';

/** Names of the events that stand for lines of a result file. */
const OF_RESULTS = 'results-';

/** Fine-tuning jobs of Azure. Everything throws ProviderError. */
export function createAzureJobs(session: Session, profile: ProviderProfile): DialectJobs {
  const jobs = createJobs(session, profile, azureForm());
  /** Result files of jobs that were seen to have ended, by job. */
  const results = new Map<string, { readonly file: string; readonly at: number }>();

  const seen = (job: TuningJob): TuningJob => {
    const [file] = job.resultFiles;
    if (file !== undefined && TERMINAL_STATUSES.has(job.status))
      results.set(job.id, { file, at: job.finishedAt ?? job.createdAt });
    return job;
  };

  /** The figures of a job that has ended, which stand in a file alone. */
  async function figuresOf(id: string, options: CallOptions | undefined): Promise<readonly JobEvent[]> {
    const found = results.get(id);
    if (found === undefined) return [];
    const csv = await session.call(options?.signal, async () => {
      const response = await (await session.client()).files.content(found.file, requestOptions(options));
      return decodeResultFile(await response.text());
    });
    return [...readResultFile(csv)].flatMap(({ step, values }) => {
      const metrics = parseStepMetrics({ ...values, step });
      return metrics === null ? [] : [figuresEvent(`${OF_RESULTS}${step}`, found.at, metrics)];
    });
  }

  return {
    ...jobs,
    retrieve: async (id, options) => seen(await jobs.retrieve(id, options)),
    async events(id: string, known: ReadonlySet<string>, options?: CallOptions): Promise<readonly JobEvent[]> {
      const told = await jobs.events(id, known, options);
      if ([...known].some((one) => one.startsWith(OF_RESULTS))) return told;
      try {
        return [...told, ...(await figuresOf(id, options))].toSorted((a, b) => a.createdAt - b.createdAt);
      } catch (error) {
        // A file that is gone takes no event with it.
        if (error instanceof ProviderError && error.kind === 'not-found') return told;
        throw error;
      }
    },
  };
}

const azureForm = (): JobForm => ({
  settings: settingsOf,
  answers: { ...OPENAI_ANSWERS, job: parseJob, jobOrNull: (raw) => withTier(OPENAI_ANSWERS.jobOrNull(raw), raw) },
  page: getOrPost(),
  newestFirst: true,
});

/** Hyperparameters stand beside the method, but under DPO in it. */
function settingsOf({ method, beta = 'auto', hyperparameters, choices }: JobRequest) {
  const chosen = chosenHyperparameters(hyperparameters);
  const tier = choices?.tier === undefined ? {} : { trainingType: choices.tier };
  if (method !== 'dpo')
    return {
      method: { type: 'supervised' as const },
      ...(isEmpty(chosen) ? {} : { hyperparameters: chosen }),
      ...tier,
    };
  const all = { ...(beta === 'auto' ? {} : { beta }), ...chosen };
  return { method: { type: 'dpo' as const, ...(isEmpty(all) ? {} : { dpo: { hyperparameters: all } }) }, ...tier };
}

const isEmpty = (fields: object): boolean => Object.keys(fields).length === 0;

const parseJob = (raw: unknown): TuningJob => withTier(OPENAI_ANSWERS.job(raw), raw);

const tiered = z.object({ trainingType: z.string().min(1) });

function withTier<T extends TuningJob | null>(job: T, raw: unknown): T {
  const read = tiered.safeParse(raw);
  return job === null || !read.success ? job : { ...job, choices: { tier: read.data.trainingType } };
}

/** Azure's documents ask for events and checkpoints by POST, and its clients by GET: what is refused as the one is asked as the other from then on. */
function getOrPost(): typeof listPage {
  let method: 'get' | 'post' = 'get';
  return async (session, path, query, options) => {
    try {
      return await listPage(session, path, query, options, method);
    } catch (error) {
      const { status } = toProviderError(error, session.context(options?.signal)).detail;
      if (status !== 405 || method === 'post') throw error;
      method = 'post';
      return await listPage(session, path, query, options, method);
    }
  };
}
