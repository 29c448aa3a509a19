import { dialectFacts, type JobPart } from '../../../../domain/provider/job-dialects.ts';
import { ProviderError, type ProviderProfile } from '../../../../domain/provider/provider.ts';
import { resolvedEpochs } from '../../../../domain/training/epochs.ts';
import type { JobEstimate } from '../../../../domain/training/estimate.ts';
import { methodProblem, unsaidOfDpo } from '../../../../domain/training/job-settings.ts';
import type { Checkpoint, JobEvent, JobRequest, TuningJob } from '../../../../domain/training/types.ts';
import { type CallOptions, requestOptions, type Session } from '../../session.ts';
import type { DialectJobs } from '../dialect.ts';
import { type Account, accountOf } from './account.ts';
import { idOfKey, parseJob, parseJobOrNull, tokensOf } from './answers.ts';

/** Jobs of each method are things of their own; one is looked for in this order. */
const COLLECTIONS = ['supervisedFineTuningJobs', 'dpoJobs'] as const;
type Collection = (typeof COLLECTIONS)[number];

const ID_NAMES = {
  supervisedFineTuningJobs: 'supervisedFineTuningJobId',
  dpoJobs: 'dpoJobId',
} satisfies Record<Collection, string>;

/** Fine-tuning jobs of Fireworks. Everything throws ProviderError. */
export function createFireworksJobs(session: Session, profile: ProviderProfile): DialectJobs {
  const account = accountOf(session, profile);
  const { lacks } = dialectFacts(profile.jobDialect);
  /** Where each job was found, so that it is not looked for twice. */
  const found = new Map<string, Collection>();

  /** Does with a job what is to be done, wherever it is. A whole name counts as its id. */
  async function inItsCollection<T>(name: string, work: (url: string) => Promise<T>): Promise<T> {
    const [, collection, id = name] = /(?:^|\/)(supervisedFineTuningJobs|dpoJobs)\/([^/]+)$/.exec(name) ?? [];
    const known = COLLECTIONS.find((one) => one === collection) ?? found.get(id);
    const order = known === undefined ? COLLECTIONS : [known];
    for (const [index, one] of order.entries()) {
      try {
        const done = await work(account.url(`${one}/${encodeURIComponent(id)}`));
        found.set(id, one);
        return done;
      } catch (error) {
        const elsewhere = error instanceof ProviderError && error.kind === 'not-found' && index < order.length - 1;
        if (!elsewhere) throw error;
      }
    }
    throw new ProviderError('not-found', `There is no job ${id}.`);
  }

  const missing = async (part: JobPart): Promise<never> => {
    throw new ProviderError('invalid-request', lacks[part] ?? `Fireworks has no ${part}.`, {
      code: 'unsupported_method',
    });
  };

  const retrieve = (id: string, options?: CallOptions): Promise<TuningJob> =>
    inItsCollection(id, (url) =>
      session.call(options?.signal, async () =>
        parseJob(await (await session.client()).get(url, requestOptions(options))),
      ),
    );

  return {
    lacks,
    create(request: JobRequest, options?: CallOptions): Promise<TuningJob> {
      return session.call(options?.signal, async () => {
        const collection: Collection = request.method === 'dpo' ? 'dpoJobs' : 'supervisedFineTuningJobs';
        const body = jobBody(request, profile, account);
        const id = request.key === undefined ? null : idOfKey(request.key);
        const query = id === null ? {} : { [ID_NAMES[collection]]: id };
        const made = parseJob(
          await (await session.client()).post(account.url(collection), { body, query, ...requestOptions(options) }),
        );
        found.set(made.id, collection);
        return {
          ...made,
          model: made.model || request.model,
          trainingFile: made.trainingFile || request.trainingFile,
        };
      });
    },
    retrieve,
    estimate: (request: JobRequest, options?: CallOptions): Promise<JobEstimate> =>
      session.call(options?.signal, async () => {
        const { trainingFile, hyperparameters } = request;
        const url = account.url(`datasets/${encodeURIComponent(trainingFile)}`);
        const tokens = tokensOf(await (await session.client()).get(url, requestOptions(options)));
        const epochs = resolvedEpochs(hyperparameters.nEpochs, 0, dialectFacts(profile.jobDialect).epochs);
        return {
          costUsd: null,
          tokens: tokens === null ? null : tokens * epochs,
          notes: [],
          doubts: [],
          refusal: null,
        };
      }),
    list(options?: CallOptions): Promise<readonly TuningJob[]> {
      return session.call(options?.signal, async () => {
        const jobs: TuningJob[] = [];
        for (const collection of COLLECTIONS) {
          for (const raw of await account.list(collection, options)) {
            const job = parseJobOrNull(raw);
            if (job === null) continue;
            found.set(job.id, collection);
            jobs.push(job);
          }
        }
        return jobs.toSorted((a, b) => b.createdAt - a.createdAt);
      });
    },
    async act(id: string, action: 'cancel' | 'pause' | 'resume', options?: CallOptions): Promise<TuningJob> {
      if (action !== 'resume') return missing(action);
      const resumed = await inItsCollection(id, (url) =>
        session.call(options?.signal, async () =>
          parseJobOrNull(
            await (await session.client()).post(`${url}:resume`, { body: {}, ...requestOptions(options) }),
          ),
        ),
      );
      return resumed ?? (await retrieve(id, options));
    },
    async remove(id: string, options?: CallOptions): Promise<void> {
      await inItsCollection(id, (url) =>
        session.call(options?.signal, async () => (await session.client()).delete(url, requestOptions(options))),
      );
    },
    events: (): Promise<readonly JobEvent[]> => missing('events'),
    checkpoints: (): Promise<readonly Checkpoint[]> => missing('checkpoints'),
  };
}

/**
 * The body of a new job. What is `auto` is left out, and so is Fireworks' own choice. Throws ProviderError for what it has no
 * words for: nothing is sent then.
 */
export function jobBody(request: JobRequest, profile: ProviderProfile, account: Pick<Account, 'prefix'>) {
  const refusal = methodProblem(request.method, profile) ?? unsaid(request, profile);
  if (refusal !== null) throw new ProviderError('invalid-request', refusal, { code: 'unsupported_method' });
  const { nEpochs, batchSize, learningRate = 'auto', loraRank = 'auto' } = request.hyperparameters;
  const suffix = request.suffix || null;
  const settings = {
    baseModel: request.model,
    ...(suffix === null ? {} : { outputModel: `${account.prefix()}/models/${outputId(suffix, request.key)}` }),
    ...(nEpochs === 'auto' ? {} : { epochs: nEpochs }),
    ...(learningRate === 'auto' ? {} : { learningRate }),
    ...(loraRank === 'auto' ? {} : { loraRank }),
  };
  const common = {
    dataset: `${account.prefix()}/datasets/${request.trainingFile}`,
    ...(suffix === null ? {} : { displayName: suffix }),
  };
  if (request.method === 'dpo') return { ...common, trainingConfig: settings };
  return {
    ...common,
    ...settings,
    ...(batchSize === 'auto' ? {} : { batchSizeSamples: batchSize }),
    ...(request.validationFile === null
      ? {}
      : { evaluationDataset: `${account.prefix()}/datasets/${request.validationFile}` }),
  };
}

function unsaid(request: JobRequest, profile: ProviderProfile): string | null {
  const [first] = unsaidOfDpo(request, profile);
  if (first !== undefined) return `${first.message} ${first.fix}`;
  const heldOut = request.method === 'dpo' && request.validationFile !== null;
  return heldOut ? 'Fireworks takes no validation file under DPO. Hold nothing out.' : null;
}

/** A name that is there already is another model's: part of the job's key makes it one of its own. */
const outputId = (suffix: string, key: string | undefined): string =>
  [suffix, ...(key === undefined ? [] : [key.replace(/[^a-z0-9]/g, '').slice(0, 8)])].join('-').replace(/-+$/, '');
