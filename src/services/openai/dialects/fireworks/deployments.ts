import * as z from 'zod';
import {
  type DeploymentPlan,
  type DeploymentStage,
  type DeploymentView,
  type ListedDeployment,
  NO_CHOICES,
} from '../../../../domain/deployment/types.ts';
import { HOURLY_READ, hourlyPrice } from '../../../../domain/pricing/hourly.ts';
import { ProviderError, type ProviderProfile } from '../../../../domain/provider/provider.ts';
import { type CallOptions, hasStatus, requestOptions, type Session } from '../../session.ts';
import type { DeploymentWish, DialectDeployments, PlacedOrder } from '../dialect.ts';
import { type Account, accountOf, idOf } from './account.ts';
import { createAddons } from './addons.ts';

/** Where a person chooses none; a deployment must name one. */
const ACCELERATOR = 'NVIDIA_H100_80GB';
/** Minutes without a call after which no replica is left, as Fireworks does by itself; and the least it takes. */
const IDLE = { usual: 60, least: 5 } as const;

const text = z.string().nullish().catch(null);
const deployment = z.object({
  name: z.string().min(1),
  baseModel: text,
  state: text,
  status: z.object({ code: text, message: text }).nullish().catch(null),
});
type Deployment = z.infer<typeof deployment>;

const STAGES: Readonly<Record<string, DeploymentStage>> = {
  CREATING: 'starting',
  READY: 'ready',
  UPDATING: 'ready',
  FAILED: 'failed',
  DELETING: 'leaving',
  DELETED: 'absent',
};

const ABSENT: DeploymentView = { stage: 'absent', word: '', message: '', model: null, parts: {} };

/**
 * Deployments of Fireworks: a tuned model merged into its base on hardware of its own, or as an adapter on a deployment
 * of the base that is there (`onto`).
 */
export function createFireworksDeployments(session: Session, profile: ProviderProfile): DialectDeployments {
  const account = accountOf(session, profile);
  const addons = createAddons(session, account);
  const urlOf = (id: string): string => account.url(`deployments/${encodeURIComponent(id)}`);

  const viewOf = ({ name, baseModel, state, status }: Deployment): DeploymentView => {
    const word = (state ?? 'no state').replace(/^STATE_|^DEPLOYMENT_STATE_/, '');
    const stage = STAGES[word] ?? 'starting';
    if (stage === 'absent') return { ...ABSENT, word };
    const message = status?.message ?? '';
    return { stage, word, message, model: `${baseModel ?? ''}#${name}`, parts: { deployment: idOf(name) } };
  };

  /** The same deployment is asked for under its name as often as is needed: Fireworks takes a name once. */
  async function find(order: PlacedOrder, options: CallOptions | undefined): Promise<DeploymentView> {
    try {
      const id = order.parts.deployment ?? order.name;
      return viewOf(deployment.parse(await (await session.client()).get(urlOf(id), requestOptions(options))));
    } catch (error) {
      if (hasStatus(error, 404)) return ABSENT;
      throw error;
    }
  }

  async function make(order: PlacedOrder, options: CallOptions | undefined): Promise<DeploymentView> {
    const body = bodyOf(order);
    const url = account.url('deployments');
    const query = { deploymentId: order.name };
    // Refused here it costs nothing.
    await (await session.client()).post(url, {
      body,
      query: { ...query, validateOnly: true },
      ...requestOptions(options),
    });
    try {
      const made = deployment.parse(
        await (await session.client()).post(url, { body, query, ...requestOptions(options) }),
      );
      return viewOf({ ...made, baseModel: made.baseModel ?? order.source });
    } catch (error) {
      if (!hasStatus(error, 409)) throw error;
      return find(order, options);
    }
  }

  const isAddon = ({ choices }: Pick<PlacedOrder, 'choices'>): boolean => choices.onto !== null;

  return {
    plan: (wish, options) => session.call(options?.signal, async () => planOf(account, wish)),
    advance: (order, options) =>
      session.call(options?.signal, async () => {
        if (isAddon(order)) return addons.advance(order, options);
        const view = await find(order, options);
        if (view.stage !== 'absent') return view;
        options?.onStep?.(`makes the deployment ${order.name}`);
        return make(order, options);
      }),
    look: (order, options) =>
      session.call(options?.signal, () => (isAddon(order) ? addons.look(order, options) : find(order, options))),
    remove: (order, options) =>
      session.call(options?.signal, async () => {
        if (isAddon(order)) return addons.remove(order, options);
        const view = await find(order, options);
        if (view.stage === 'absent' || view.stage === 'leaving') return view;
        // A person wants it gone: that it was used within the hour is no reason to keep it.
        const query = { ignoreChecks: true };
        const id = order.parts.deployment ?? order.name;
        await (await session.client()).delete(urlOf(id), { query, ...requestOptions(options) });
        return { ...view, stage: 'leaving', word: 'DELETING' };
      }),
    list: (options) =>
      session.call(options?.signal, async () => {
        const merged = (await account.list('deployments', options)).flatMap((raw): ListedDeployment[] => {
          const read = deployment.safeParse(raw);
          if (!read.success) return [];
          const view = viewOf(read.data);
          const source = read.data.baseModel ?? '';
          const order = { name: idOf(read.data.name), source, tunedModel: source, setup: {}, choices: NO_CHOICES };
          return view.stage === 'absent' ? [] : [{ order, view }];
        });
        return [...merged, ...(await addons.list(options))];
      }),
  };
}

function planOf(account: Account, { job, model, choices }: DeploymentWish): DeploymentPlan {
  const named = job?.fineTunedModel ?? model;
  if (job !== null && job.fineTunedModel === null)
    throw new ProviderError('not-found', `The job ${job.id} is ${job.status} and has no model to deploy yet.`);
  const source = named.includes('/') ? named : `${account.prefix()}/models/${named}`;
  if (choices.onto !== null) {
    const onto = choices.onto.includes('/') ? choices.onto : `${account.prefix()}/deployments/${choices.onto}`;
    return {
      source,
      tunedModel: source,
      setup: { onto },
      hardware: `as an adapter on ${idOf(onto)}`,
      usdPerHour: 0,
      notes: [`${idOf(onto)} is billed as before, and must take adapters (enableAddons).`],
      offersIdleStop: null,
    };
  }
  const minutes = choices.idleStopMinutes ?? IDLE.usual;
  if (minutes < IDLE.least)
    throw new ProviderError('invalid-request', `Fireworks takes an idle stop of ${IDLE.least} minutes at least.`, {
      code: 'unsupported_method',
    });
  const accelerator = choices.accelerator ?? ACCELERATOR;
  const usdPerHour = hourlyPrice('fireworks', accelerator);
  return {
    source,
    tunedModel: source,
    setup: { accelerator, idleSeconds: String(minutes * 60) },
    hardware: `1 x ${accelerator}`,
    usdPerHour,
    notes: [
      `It is billed while a replica runs. After ${minutes} minutes without a call none does; the next call then waits until one is up again.`,
      'Fireworks removes a deployment that was idle for 7 days.',
      ...(usdPerHour === null
        ? []
        : [`The price is that of ${HOURLY_READ.fireworks}: Fireworks names none by its API.`]),
    ],
    offersIdleStop: null,
  };
}

function bodyOf({ source, tunedModel, setup }: PlacedOrder) {
  return {
    baseModel: source,
    displayName: tunedModel.slice(tunedModel.lastIndexOf('/') + 1),
    acceleratorType: setup.accelerator,
    acceleratorCount: 1,
    minReplicaCount: 0,
    maxReplicaCount: 1,
    autoscalingPolicy: { scaleToZeroWindow: `${setup.idleSeconds}s` },
  };
}
