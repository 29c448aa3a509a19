import type { FineTuningJob, JobCreateParams } from 'openai/resources/fine-tuning/jobs';
import { dialectFacts } from '../../domain/provider/job-dialects.ts';
import { kindFacts } from '../../domain/provider/kinds.ts';
import { ProviderError, type ProviderProfile, type ProviderTerms } from '../../domain/provider/provider.ts';
import { JOB_KEY } from '../../domain/training/asked-jobs.ts';
import { integrationProblem } from '../../domain/training/job-settings.ts';
import type {
  Checkpoint,
  Hyperparameters,
  JobEvent,
  JobRequest,
  TuningJob,
  WandbIntegration,
} from '../../domain/training/types.ts';
import type { JobAnswers } from './job-parse.ts';
import { allItems, type CallOptions, eachItem, listPage, readAs, requestOptions, type Session } from './session.ts';

const PAGE = 100;

const pathOf = (id: string, what: string): string => `/fine_tuning/jobs/${encodeURIComponent(id)}/${what}`;

/** In what a dialect with OpenAI's calls differs from another: what the body of create-job says, and what answers mean. */
export interface JobForm {
  /** Method and hyperparameters, as the body has them. `auto` is said by leaving the field out. */
  settings(request: JobRequest): Partial<JobCreateParams>;
  readonly answers: JobAnswers;
  /** How a page of a job's events or checkpoints is asked for; by GET when absent. */
  readonly page?: typeof listPage;
  /** Whether events come newest first, as at OpenAI; in any other order they are read to their end, and put in that of their times. */
  readonly newestFirst: boolean;
}

/** Fine-tuning jobs of one provider. Everything throws ProviderError. */
export function createJobs(session: Session, profile: ProviderProfile, form: JobForm) {
  const openJobs = async () => (await session.client()).fineTuning.jobs;
  const { answers, page = listPage } = form;
  return {
    lacks: dialectFacts(profile.jobDialect).lacks,
    async create(request: JobRequest, options?: CallOptions): Promise<TuningJob> {
      const send = (body: JobCreateParams): Promise<TuningJob> =>
        session.call(options?.signal, async () =>
          readAs(session, await (await openJobs()).create(body, requestOptions(options)), answers.job),
        );
      const { metadata, ...body } = jobBody(request, profile, form);
      if (metadata == null) return await send(body);
      try {
        return await send({ ...body, metadata });
      } catch (error) {
        if (!refusesMetadata(error)) throw error;
        return await send(body);
      }
    },
    retrieve(id: string, options?: CallOptions): Promise<TuningJob> {
      return session.call(options?.signal, async () =>
        readAs(session, await (await openJobs()).retrieve(id, requestOptions(options)), answers.job),
      );
    },
    /** Newest first, every page; none further back than what was created before `since`, in seconds since the epoch. */
    list(options?: CallOptions & { readonly since?: number }): Promise<readonly TuningJob[]> {
      return session.call(options?.signal, () =>
        jobsBackTo(
          options?.since ?? 0,
          eachItem(
            (cursor) => listPage(session, '/fine_tuning/jobs', { limit: PAGE, ...cursor }, options),
            answers.jobOrNull,
          ),
        ),
      );
    },
    act(id: string, action: 'cancel' | 'pause' | 'resume', options?: CallOptions): Promise<TuningJob> {
      const act = async (): Promise<FineTuningJob> => {
        const jobs = await openJobs();
        switch (action) {
          case 'cancel':
            return jobs.cancel(id, requestOptions(options));
          case 'pause':
            return jobs.pause(id, requestOptions(options));
          case 'resume':
            return jobs.resume(id, requestOptions(options));
        }
      };
      return session.call(options?.signal, async () => readAs(session, await act(), answers.job));
    },
    /** Those not in `known`, oldest first. Where the newest come first, no further back than the first known one. */
    events(id: string, known: ReadonlySet<string>, options?: CallOptions): Promise<readonly JobEvent[]> {
      return session.call(options?.signal, async () => {
        const pages = eachItem(
          (cursor) => page(session, pathOf(id, 'events'), { limit: PAGE, ...cursor }, options),
          answers.eventOrNull,
        );
        return form.newestFirst ? await eventsBackTo(known, pages) : await eventsByTime(known, pages);
      });
    },
    /** By step. A server that knows no checkpoints has none. */
    async checkpoints(id: string, options?: CallOptions): Promise<readonly Checkpoint[]> {
      try {
        const found = await session.call(options?.signal, () =>
          allItems(
            (cursor) => page(session, pathOf(id, 'checkpoints'), { limit: PAGE, ...cursor }, options),
            answers.checkpointOrNull,
          ),
        );
        return found.map((one) => ({ ...one, jobId: one.jobId || id })).toSorted((a, b) => a.step - b.step);
      } catch (error) {
        if (error instanceof ProviderError && NO_SUCH_ROUTE.has(error.detail.status ?? 0)) return [];
        throw error;
      }
    },
  };
}

const UNKNOWN_FIELD =
  /unknown|unrecogni[sz]ed|unexpected|unsupported|extra (?:input|field)|not (?:permitted|allowed)|additional propert/i;

/** Whether a server that takes jobs like OpenAI's refused this one for a field it does not know. Nothing was created then. */
function refusesMetadata(error: unknown): boolean {
  if (!(error instanceof ProviderError) || error.mayHaveBeenDone) return false;
  const { status, param } = error.detail;
  if (status !== 400 && status !== 422) return false;
  return (
    /\bmetadata\b/i.test(`${param ?? ''} ${error.message}`) ||
    ((param ?? '') === '' && UNKNOWN_FIELD.test(error.message))
  );
}

async function jobsBackTo(since: number, pages: AsyncIterable<readonly TuningJob[]>): Promise<readonly TuningJob[]> {
  const found: TuningJob[] = [];
  for await (const page of pages) {
    found.push(...page);
    const oldest = found.at(-1)?.createdAt ?? 0;
    // A server that lists the other way round is read to its end.
    if (oldest < since && (found[0]?.createdAt ?? 0) > oldest) break;
  }
  return found;
}

const NO_SUCH_ROUTE: ReadonlySet<number> = new Set([404, 405, 501]);

/**
 * The body of POST /fine_tuning/jobs.
 * Throws ProviderError for a method or an integration that the provider does not have.
 */
export function jobBody(request: JobRequest, profile: ProviderTerms, form: JobForm): JobCreateParams {
  // What its models are trained by, a server says itself: an engine of Luthier's has models of several kinds.
  const refusal = dialectFacts(profile.jobDialect).untrained[request.method ?? 'supervised'];
  if (refusal !== undefined) throw new ProviderError('invalid-request', refusal, { code: 'unsupported_method' });
  const noReport = request.wandb === undefined ? null : integrationProblem(profile);
  if (noReport !== null) throw new ProviderError('invalid-request', noReport, { code: 'unsupported_integration' });
  const { suffix, key } = request;
  return {
    model: request.model,
    training_file: request.trainingFile,
    ...(request.validationFile === null ? {} : { validation_file: request.validationFile }),
    ...(suffix === null || suffix === '' ? {} : { suffix: kindFacts(profile.kind).suffix.sent(suffix) }),
    ...(request.seed === null ? {} : { seed: request.seed }),
    ...(request.wandb === undefined ? {} : { integrations: [integrationOf(request.wandb)] }),
    ...(key === undefined || !dialectFacts(profile.jobDialect).metadata ? {} : { metadata: { [JOB_KEY]: key } }),
    ...form.settings(request),
  };
}

/** Tags and name are left to the service, which gives `openai/finetune` and the names of model and job. */
const integrationOf = ({ project, entity }: WandbIntegration): JobCreateParams.Integration => ({
  type: 'wandb',
  wandb: { project, ...(entity === null ? {} : { entity }) },
});

/** The hyperparameters that are not `auto`, under OpenAI's names. */
export function chosenHyperparameters({ nEpochs, batchSize, learningRateMultiplier }: Hyperparameters) {
  return {
    ...(nEpochs === 'auto' ? {} : { n_epochs: nEpochs }),
    ...(batchSize === 'auto' ? {} : { batch_size: batchSize }),
    ...(learningRateMultiplier === 'auto' ? {} : { learning_rate_multiplier: learningRateMultiplier }),
  };
}

async function eventsBackTo(
  known: ReadonlySet<string>,
  pages: AsyncIterable<readonly JobEvent[]>,
): Promise<readonly JobEvent[]> {
  const found: JobEvent[] = [];
  let oldestFirst = false;
  for await (const page of pages) {
    // A server that lists the other way round is read to its end: what is new stands last there.
    oldestFirst ||= (page[0]?.createdAt ?? 0) < (page.at(-1)?.createdAt ?? 0);
    found.push(...page.filter((event) => !known.has(event.id)));
    if (!oldestFirst && page.some((event) => known.has(event.id))) break;
  }
  return oldestFirst ? found : found.toReversed();
}

async function eventsByTime(
  known: ReadonlySet<string>,
  pages: AsyncIterable<readonly JobEvent[]>,
): Promise<readonly JobEvent[]> {
  const all: JobEvent[] = [];
  for await (const page of pages) all.push(...page);
  const newestFirst = (all[0]?.createdAt ?? 0) > (all.at(-1)?.createdAt ?? 0);
  const inOrder = (newestFirst ? all.toReversed() : all).toSorted((a, b) => a.createdAt - b.createdAt);
  return inOrder.filter(({ id }) => !known.has(id));
}
