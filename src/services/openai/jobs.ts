import type { FineTuningJob, JobCreateParams } from 'openai/resources/fine-tuning/jobs';
import { kindFacts } from '../../domain/provider/kinds.ts';
import { ProviderError, type ProviderProfile, type ProviderTerms } from '../../domain/provider/provider.ts';
import { integrationProblem, methodProblem } from '../../domain/training/job-settings.ts';
import type {
  Checkpoint,
  Hyperparameters,
  JobEvent,
  JobRequest,
  TuningJob,
  WandbIntegration,
} from '../../domain/training/types.ts';
import type { JobAnswers } from './job-parse.ts';
import { allItems, type CallOptions, eachItem, listPage, requestOptions, type Session } from './session.ts';

const PAGE = 100;

const pathOf = (id: string, what: string): string => `/fine_tuning/jobs/${encodeURIComponent(id)}/${what}`;

/** In what a dialect with OpenAI's calls differs from another: what the body of create-job says, and what answers mean. */
export interface JobForm {
  /** Method and hyperparameters, as the body has them. `auto` is said by leaving the field out. */
  settings(request: JobRequest): Partial<JobCreateParams>;
  readonly answers: JobAnswers;
}

/** Fine-tuning jobs of one provider. Everything throws ProviderError. */
export function createJobs(session: Session, profile: ProviderProfile, form: JobForm) {
  const { jobs } = session.client.fineTuning;
  const { answers } = form;
  return {
    create(request: JobRequest, options?: CallOptions): Promise<TuningJob> {
      return session.call(options?.signal, async () =>
        answers.job(await jobs.create(jobBody(request, profile, form), requestOptions(options))),
      );
    },
    retrieve(id: string, options?: CallOptions): Promise<TuningJob> {
      return session.call(options?.signal, async () => answers.job(await jobs.retrieve(id, requestOptions(options))));
    },
    /** Newest first, every page. */
    list(options?: CallOptions): Promise<readonly TuningJob[]> {
      return session.call(options?.signal, () =>
        allItems(
          (cursor) => listPage(session, '/fine_tuning/jobs', { limit: PAGE, ...cursor }, options),
          answers.jobOrNull,
        ),
      );
    },
    act(id: string, action: 'cancel' | 'pause' | 'resume', options?: CallOptions): Promise<TuningJob> {
      const act = (): PromiseLike<FineTuningJob> => {
        switch (action) {
          case 'cancel':
            return jobs.cancel(id, requestOptions(options));
          case 'pause':
            return jobs.pause(id, requestOptions(options));
          case 'resume':
            return jobs.resume(id, requestOptions(options));
        }
      };
      return session.call(options?.signal, async () => answers.job(await act()));
    },
    /** Those not in `known`, oldest first. Reads back from the newest, and no further than the first known one. */
    events(id: string, known: ReadonlySet<string>, options?: CallOptions): Promise<readonly JobEvent[]> {
      return session.call(options?.signal, async () => {
        const pages = eachItem(
          (cursor) => listPage(session, pathOf(id, 'events'), { limit: PAGE, ...cursor }, options),
          answers.eventOrNull,
        );
        return await eventsBackTo(known, pages);
      });
    },
    /** By step. A server that knows no checkpoints has none. */
    async checkpoints(id: string, options?: CallOptions): Promise<readonly Checkpoint[]> {
      try {
        const found = await session.call(options?.signal, () =>
          allItems(
            (cursor) => listPage(session, pathOf(id, 'checkpoints'), { limit: PAGE, ...cursor }, options),
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

const NO_SUCH_ROUTE: ReadonlySet<number> = new Set([404, 405, 501]);

/**
 * The body of POST /fine_tuning/jobs.
 * Throws ProviderError for a method or an integration that the provider does not have.
 */
export function jobBody(request: JobRequest, profile: ProviderTerms, form: JobForm): JobCreateParams {
  const refusal = methodProblem(request.method, profile);
  if (refusal !== null) throw new ProviderError('invalid-request', refusal, { code: 'unsupported_method' });
  const noReport = request.wandb === undefined ? null : integrationProblem(profile);
  if (noReport !== null) throw new ProviderError('invalid-request', noReport, { code: 'unsupported_integration' });
  const { suffix } = request;
  return {
    model: request.model,
    training_file: request.trainingFile,
    ...(request.validationFile === null ? {} : { validation_file: request.validationFile }),
    ...(suffix === null || suffix === '' ? {} : { suffix: kindFacts(profile.kind).suffix.sent(suffix) }),
    ...(request.seed === null ? {} : { seed: request.seed }),
    ...(request.wandb === undefined ? {} : { integrations: [integrationOf(request.wandb)] }),
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
