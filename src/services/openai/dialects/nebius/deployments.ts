import * as z from 'zod';
import {
  type DeploymentPlan,
  type DeploymentStage,
  type DeploymentView,
  type ListedDeployment,
  NO_CHOICES,
} from '../../../../domain/deployment/types.ts';
import { ProviderError, type ProviderProfile } from '../../../../domain/provider/provider.ts';
import { shellWord } from '../../../../domain/text/format.ts';
import type { TuningJob } from '../../../../domain/training/types.ts';
import { type CallOptions, hasStatus, readAs, requestOptions, type Session } from '../../session.ts';
import type { DeploymentWish, DialectDeployments, PlacedOrder } from '../dialect.ts';
import { createNebiusJobs } from './jobs.ts';

/** Bases whose adapters Nebius serves, each with the name it is served by. */
const SERVED: Readonly<Record<string, string>> = {
  'meta-llama/Llama-3.1-8B-Instruct': 'meta-llama/Meta-Llama-3.1-8B-Instruct',
  'meta-llama/Llama-3.3-70B-Instruct': 'meta-llama/Llama-3.3-70B-Instruct',
};

const text = z.string().nullish().catch(null);
const custom = z.object({ name: z.string().min(1), status: text, status_reason: text, source: text });
type Custom = z.infer<typeof custom>;

/** Without a word, as the first look may be, it comes to be. */
const STAGES: Readonly<Record<string, DeploymentStage>> = { active: 'ready', error: 'failed', deleted: 'absent' };

const ABSENT: DeploymentView = { stage: 'absent', word: '', message: '', model: null, parts: {} };

/** Adapters of Nebius on its shared bases, `/v0/models`, which Nebius is retiring. The name it answers with is chatted with. */
export function createNebiusDeployments(session: Session, profile: ProviderProfile): DialectDeployments {
  const { retrieve } = createNebiusJobs(session, profile);
  const root = `${new URL(session.baseUrl).origin}/v0/models`;
  const urlOf = (name: string): string => `${root}/${name.split('/').map(encodeURIComponent).join('/')}`;

  async function all(options: CallOptions | undefined): Promise<readonly Custom[]> {
    const answer: unknown = await (await session.client()).get(root, requestOptions(options));
    return readAs(session, answer, (raw) => z.array(z.unknown()).parse(raw)).flatMap((raw) => {
      const read = custom.safeParse(raw);
      return read.success && read.data.status !== 'deleted' ? [read.data] : [];
    });
  }

  /** Nebius puts the base before the name that was asked for, and letters of its own after it. */
  async function find(order: PlacedOrder, options: CallOptions | undefined): Promise<DeploymentView> {
    const isOf = ({ name }: Custom): boolean => name === order.name || name.includes(`:${order.name}-`);
    const name = order.parts.model ?? (await all(options)).find(isOf)?.name;
    if (name === undefined) return ABSENT;
    try {
      const answer: unknown = await (await session.client()).get(urlOf(name), requestOptions(options));
      return viewOf({ ...readAs(session, answer, (raw) => custom.parse(raw)), name });
    } catch (error) {
      if (hasStatus(error, 404)) return ABSENT;
      throw error;
    }
  }

  /** Nebius' own examples delete it beside the served models: one that is there and cannot be deleted as it was made is deleted so. */
  async function takeAway(name: string, options: CallOptions | undefined): Promise<void> {
    const client = await session.client();
    try {
      await client.delete(urlOf(name), requestOptions(options));
    } catch (error) {
      if (![404, 405, 501].some((status) => hasStatus(error, status))) throw error;
      await client.delete(urlOf(name).replace(`${root}/`, `${session.baseUrl}/models/`), requestOptions(options));
    }
  }

  return {
    plan: (wish, options) =>
      session.call(options?.signal, async () => {
        refuseChoices(wish);
        const [id = ''] = wish.model.split(':');
        const job = wish.job ?? (await retrieve(id, options));
        const plan = planOf(profile, job, wish);
        try {
          await all(options);
        } catch (error) {
          if (![403, 404, 410].some((status) => hasStatus(error, status))) throw error;
          throw unserved(
            profile,
            job,
            'Nebius no longer takes adapters for its shared models, or not of this account.',
          );
        }
        return plan;
      }),
    advance: (order, options) =>
      session.call(options?.signal, async () => {
        const view = await find(order, options);
        if (view.stage !== 'absent') return view;
        options?.onStep?.(`makes the model ${order.name}`);
        const body = { name: order.name, base_model: order.setup.base, source: order.source };
        const answer: unknown = await (await session.client()).post(root, { body, ...requestOptions(options) });
        return viewOf(readAs(session, answer, (raw) => custom.parse(raw)));
      }),
    look: (order, options) => session.call(options?.signal, () => find(order, options)),
    remove: (order, options) =>
      session.call(options?.signal, async () => {
        const view = await find(order, options);
        if (view.stage === 'absent' || view.model === null) return view;
        await takeAway(view.model, options);
        return { ...view, stage: 'leaving', word: 'is deleted' };
      }),
    list: (options) =>
      session.call(options?.signal, async () =>
        (await all(options)).map((one): ListedDeployment => {
          const source = one.source ?? '';
          const order = { name: one.name, source, tunedModel: source, setup: {}, choices: NO_CHOICES };
          return { order, view: viewOf(one) };
        }),
      ),
  };
}

function viewOf({ name, status, status_reason }: Custom): DeploymentView {
  const word = status ?? '';
  const stage = STAGES[word] ?? 'starting';
  if (stage === 'absent') return { ...ABSENT, word };
  return { stage, word, message: status_reason ?? '', model: name, parts: { model: name } };
}

function refuseChoices({ choices: { idleStopMinutes, accelerator, onto } }: DeploymentWish): void {
  if (idleStopMinutes === null && accelerator === null && onto === null) return;
  throw new ProviderError(
    'invalid-request',
    'Nebius serves an adapter on its own shared model: no hardware, idle stop or other deployment can be chosen.',
    { code: 'unsupported_method' },
  );
}

function planOf(profile: ProviderProfile, job: TuningJob, { model }: DeploymentWish): DeploymentPlan {
  const source = model.includes(':') ? model : job.fineTunedModel;
  if (source === null)
    throw new ProviderError('not-found', `The job ${job.id} is ${job.status} and has no checkpoint to deploy yet.`);
  const base = SERVED[job.model];
  if (base === undefined) throw unserved(profile, job, `Nebius serves no adapter of ${job.model} on a shared model.`);
  if (job.choices?.weights === 'full')
    throw unserved(profile, job, 'Nebius serves adapters on its shared models, and this job trained the whole model.');
  return {
    source,
    tunedModel: source,
    setup: { base },
    hardware: '',
    usdPerHour: null,
    notes: [`It is served as an adapter on ${base}. Nebius names no price for it here, and is retiring this way.`],
    offersIdleStop: null,
  };
}

/** What Nebius does not serve is served elsewhere: the files are there to be had. */
function unserved({ id: provider }: ProviderProfile, { id }: TuningJob, why: string): ProviderError {
  const there = provider === 'base-url' ? '' : ` --provider ${shellWord(provider)}`;
  return new ProviderError(
    'invalid-request',
    `${why} Its files can be had: \`luthier deploy ${shellWord(id)}${there} --download DIR\` fetches the last checkpoint and prints the line that serves it elsewhere.`,
    { code: 'cannot_be_served' },
  );
}
