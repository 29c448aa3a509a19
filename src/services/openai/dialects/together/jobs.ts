import { dialectFacts } from '../../../../domain/provider/job-dialects.ts';
import { ProviderError, type ProviderProfile } from '../../../../domain/provider/provider.ts';
import type { JobEstimate } from '../../../../domain/training/estimate.ts';
import type { Checkpoint, JobEvent, JobRequest, TuningJob } from '../../../../domain/training/types.ts';
import { type CallOptions, listPage, requestOptions, type Session } from '../../session.ts';
import type { DialectJobs } from '../dialect.ts';
import { failureIn, parseCheckpointOrNull, parseEvents, parseJob, parseJobOrNull, parseMetrics } from './answers.ts';
import { jobBody } from './body.ts';
import { estimateAtTogether } from './estimate.ts';

const LIST = '/fine-tunes';
const pathOf = (id: string, what = ''): string => `${LIST}/${encodeURIComponent(id)}${what === '' ? '' : `/${what}`}`;

/** Statuses of a server that has no such call. */
const NO_CALL: ReadonlySet<number> = new Set([404, 405, 501]);

/** Fine-tuning jobs of Together. Everything throws ProviderError. */
export function createTogetherJobs(session: Session, profile: ProviderProfile): DialectJobs {
  const { lacks } = dialectFacts(profile.jobDialect);

  const listed = async (path: string, options: CallOptions | undefined, query = {}): Promise<readonly unknown[]> =>
    (await listPage(session, path, query, options)).data;

  const eventsOf = async (id: string, options: CallOptions | undefined): Promise<readonly JobEvent[]> =>
    parseEvents(await listed(pathOf(id, 'events'), options));

  async function figuresAfter(
    id: string,
    step: number,
    options: CallOptions | undefined,
  ): Promise<readonly JobEvent[]> {
    try {
      const found = await session.call(options?.signal, () =>
        listed(pathOf(id, 'metrics'), options, step === 0 ? {} : { global_step_from: step }),
      );
      return parseMetrics(found);
    } catch (error) {
      // Figures are the lesser part: a job has none before it trains, and its events are told without them.
      if (error instanceof ProviderError && NO_CALL.has(error.detail.status ?? 0)) return [];
      throw error;
    }
  }

  /** With the reason of a failure, which stands in an event alone. */
  async function explained(found: TuningJob, options: CallOptions | undefined): Promise<TuningJob> {
    if (found.status !== 'failed') return found;
    const failure = failureIn(await eventsOf(found.id, options));
    return failure === null ? found : { ...found, error: { ...failure, param: null } };
  }

  async function retrieve(id: string, options?: CallOptions): Promise<TuningJob> {
    return session.call(options?.signal, async () =>
      explained(parseJob(await (await session.client()).get(pathOf(id), requestOptions(options))), options),
    );
  }

  return {
    lacks,
    create(request: JobRequest, options?: CallOptions): Promise<TuningJob> {
      return session.call(options?.signal, async () => {
        const body = jobBody(request, profile);
        const made = parseJob(await (await session.client()).post(LIST, { body, ...requestOptions(options) }));
        return {
          ...made,
          model: made.model || request.model,
          trainingFile: made.trainingFile || request.trainingFile,
          validationFile: made.validationFile ?? request.validationFile,
        };
      });
    },
    retrieve,
    estimate: (request: JobRequest, options?: CallOptions): Promise<JobEstimate> =>
      estimateAtTogether(session, profile, request, options),
    list(options?: CallOptions & { readonly since?: number }): Promise<readonly TuningJob[]> {
      return session.call(options?.signal, async () => {
        const jobs = (await listed(LIST, options)).flatMap((raw) => parseJobOrNull(raw) ?? []);
        const newestFirst = jobs.toSorted((a, b) => b.createdAt - a.createdAt);
        const { since } = options ?? {};
        if (since === undefined) return newestFirst;
        // The list may leave out the file by which a job is known again.
        const whole: TuningJob[] = [];
        for (const one of newestFirst.filter(({ createdAt }) => createdAt >= since))
          whole.push(one.trainingFile === '' ? await retrieve(one.id, options) : one);
        return whole;
      });
    },
    async act(id: string, action: 'cancel' | 'pause' | 'resume', options?: CallOptions): Promise<TuningJob> {
      const missing = action === 'cancel' ? undefined : lacks[action];
      if (missing !== undefined) throw new ProviderError('invalid-request', missing, { code: 'unsupported_method' });
      await session.call(options?.signal, async () =>
        (await session.client()).post(pathOf(id, 'cancel'), requestOptions(options)),
      );
      // What it answers leaves out most of the job.
      return await retrieve(id, options);
    },
    async remove(id: string, options?: CallOptions): Promise<void> {
      await session.call(options?.signal, async () =>
        (await session.client()).delete(pathOf(id), requestOptions(options)),
      );
    },
    events(id: string, known: ReadonlySet<string>, options?: CallOptions): Promise<readonly JobEvent[]> {
      return session.call(options?.signal, async () => {
        const told = await eventsOf(id, options);
        const figures = await figuresAfter(id, lastStep(known), options);
        const started = told.findLast(({ type }) => type === 'training_start') ?? told.at(-1);
        const dated = figures.map((one) => ({ ...one, createdAt: started?.createdAt ?? 0 }));
        const all = [...told, ...dated].toSorted((a, b) => a.createdAt - b.createdAt);
        return all.filter((one) => !known.has(one.id));
      });
    },
    checkpoints(id: string, options?: CallOptions): Promise<readonly Checkpoint[]> {
      return session.call(options?.signal, async () => {
        const found = await listed(pathOf(id, 'checkpoints'), options);
        return found.flatMap((raw) => parseCheckpointOrNull(raw, id) ?? []).toSorted((a, b) => a.step - b.step);
      });
    },
  };
}

function lastStep(known: ReadonlySet<string>): number {
  return [...known].reduce((last, id) => Math.max(last, Number(/^metrics-(\d+)/.exec(id)?.[1] ?? 0)), 0);
}
