import { isRecord } from '../../../../domain/common/json.ts';
import type { DeploymentPlan, DeploymentView, ListedDeployment } from '../../../../domain/deployment/types.ts';
import { NO_CHOICES } from '../../../../domain/deployment/types.ts';
import { ProviderError } from '../../../../domain/provider/provider.ts';
import { type CallOptions, hasStatus, requestOptions, type Session } from '../../session.ts';
import type { DeploymentWish, DialectDeployments, PlacedOrder } from '../dialect.ts';
import { parseJob, parseJobOrNull } from './answers.ts';
import {
  type Deployment,
  type Endpoint,
  hardwareOf,
  isCalled,
  otherWays,
  parseDeployment,
  parseDeployments,
  parseEndpoint,
  parseEndpoints,
  stageOf,
} from './deployment-answers.ts';
import { configsFor, managementOf, WHOLE_PAGE } from './management.ts';

/** The one deployment of an endpoint that Luthier makes. */
const DEPLOYMENT = 'd1';
/** All calls go to the one deployment. */
const WHOLE_TRAFFIC = 100;
/** Minutes without a call after which Together may be told to stop a deployment. */
const IDLE = { least: 30, most: 1440, offered: 60 } as const;

const ABSENT: DeploymentView = { stage: 'absent', word: '', message: '', model: null, parts: {} };

interface Found {
  readonly endpoint: Endpoint | null;
  readonly deployment: Deployment | null;
}

/**
 * Dedicated inference of Together, `/v2`: an endpoint, whose name is chatted with, and one deployment behind it. The older
 * `/v1/endpoints` can no longer be created.
 */
export function createTogetherDeployments(session: Session): DialectDeployments {
  const management = managementOf(session);

  const address = async (path: string, options: CallOptions | undefined): Promise<string> =>
    management.url(`projects/${(await management.project(options)).id}/${path}`);

  async function endpointNamed(order: PlacedOrder, options: CallOptions | undefined): Promise<Endpoint | null> {
    const { endpoint } = order.parts;
    const all = parseEndpoints(await management.list('endpoints', WHOLE_PAGE, options));
    const matches = ({ id, name }: Endpoint): boolean =>
      endpoint === undefined ? isCalled(name, order.name) : id === endpoint;
    return all.find(matches) ?? null;
  }

  async function deploymentsOf({ id }: Endpoint, options: CallOptions | undefined): Promise<readonly Deployment[]> {
    return parseDeployments(await management.list(`endpoints/${id}/deployments`, WHOLE_PAGE, options));
  }

  /** One that is gone is null, and so is one that was never made. */
  async function deploymentOf(
    endpoint: Endpoint,
    { parts: { deployment: known } }: PlacedOrder,
    options: CallOptions | undefined,
  ): Promise<Deployment | null> {
    if (known === undefined)
      return (await deploymentsOf(endpoint, options)).find(({ name }) => isCalled(name, DEPLOYMENT)) ?? null;
    try {
      const url = await address(`endpoints/${endpoint.id}/deployments/${known}`, options);
      return parseDeployment(await (await session.client()).get(url, requestOptions(options)));
    } catch (error) {
      if (hasStatus(error, 404)) return null;
      throw error;
    }
  }

  async function find(order: PlacedOrder, options: CallOptions | undefined): Promise<Found> {
    const endpoint = await endpointNamed(order, options);
    return { endpoint, deployment: endpoint && (await deploymentOf(endpoint, order, options)) };
  }

  async function viewOf({ endpoint, deployment }: Found, options: CallOptions | undefined): Promise<DeploymentView> {
    if (endpoint === null) return ABSENT;
    const { slug } = await management.project(options);
    const model = endpoint.name.includes('/') ? endpoint.name : `${slug}/${endpoint.name}`;
    if (deployment === null)
      return { ...ABSENT, stage: 'stopped', word: 'no deployment', model, parts: { endpoint: endpoint.id } };
    const parts = { endpoint: endpoint.id, deployment: deployment.id };
    return { ...stageOf(deployment), message: deployment.status?.message ?? '', model, parts };
  }

  async function makeEndpoint({ name }: PlacedOrder, options: CallOptions | undefined): Promise<Endpoint> {
    const body = { name };
    return parseEndpoint(
      await (await session.client()).post(await address('endpoints', options), { body, ...requestOptions(options) }),
    );
  }

  async function makeDeployment(
    { source, setup, choices }: PlacedOrder,
    endpoint: Endpoint,
    options: CallOptions | undefined,
  ): Promise<Deployment> {
    const { id } = await management.project(options);
    const { idleStopMinutes } = choices;
    const body = {
      name: DEPLOYMENT,
      autoscaling: { minReplicas: 1, maxReplicas: 1 },
      model: `projects/${id}/models/${source}`,
      config: setup.config,
      ...(idleStopMinutes === null ? {} : { inactiveTimeout: idleStopMinutes }),
    };
    const url = await address(`endpoints/${endpoint.id}/deployments`, options);
    // Refused here it costs nothing.
    await (await session.client()).post(url, { body, query: { validateOnly: true }, ...requestOptions(options) });
    return parseDeployment(await (await session.client()).post(url, { body, ...requestOptions(options) }));
  }

  const patch = async (path: string, body: object, options: CallOptions | undefined, query = {}): Promise<void> => {
    await (await session.client()).patch(await address(path, options), { body, query, ...requestOptions(options) });
  };

  const scale = (endpoint: Endpoint, { id }: Deployment, replicas: number, options: CallOptions | undefined) =>
    patch(
      `endpoints/${endpoint.id}/deployments/${id}`,
      { autoscaling: { minReplicas: replicas, maxReplicas: replicas } },
      options,
    );

  /** In this order alone: stopped, out of the split, deleted; its endpoint comes after it. */
  async function removeDeployment(
    view: DeploymentView,
    { endpoint, deployment }: { readonly endpoint: Endpoint; readonly deployment: Deployment },
    options: CallOptions | undefined,
  ): Promise<DeploymentView> {
    const { word } = stageOf(deployment);
    if (word === 'STOPPING') return view;
    // One that failed may never be said to have stopped: asked for no replica, it has none.
    const ended = word === 'STOPPED' || (word === 'FAILED' && deployment.autoscaling?.maxReplicas === 0);
    if (!ended) {
      await scale(endpoint, deployment, 0, options);
      return { ...view, stage: 'leaving', word: 'stops' };
    }
    const others = endpoint.trafficSplit.filter(({ deploymentId }) => deploymentId !== deployment.id);
    if (others.length < endpoint.trafficSplit.length) {
      // Without the mask an empty split says nothing to Together.
      const mask = { updateMask: 'trafficSplit' };
      await patch(`endpoints/${endpoint.id}`, { trafficSplit: others }, options, mask);
    }
    const url = await address(`endpoints/${endpoint.id}/deployments/${deployment.id}`, options);
    await (await session.client()).delete(url, requestOptions(options));
    return { ...view, stage: 'stopped', word: 'deletes the deployment' };
  }

  return {
    plan: (wish, options) =>
      session.call(options?.signal, async () => {
        const { source, tunedModel } = await sourceOf(session, wish, options);
        refuseChoices(wish);
        const configs = await configsFor(management, source, options);
        if (configs.length === 0)
          throw new ProviderError(
            'invalid-request',
            `${tunedModel} cannot be served at Together: it lists no configuration for it. Its weights can be downloaded there and served elsewhere.`,
            { code: 'cannot_be_served' },
          );
        const instances = await management.instances(options);
        const ways = hardwareOf(configs, instances, wish.choices.accelerator);
        const [first] = ways;
        if (first === undefined) {
          const there = hardwareOf(configs, instances, null).map(({ words }) => words);
          throw new ProviderError(
            'invalid-request',
            `Together serves ${tunedModel} on ${there.join(', ')}, and not on ${wish.choices.accelerator}.`,
            { code: 'cannot_be_served' },
          );
        }
        const { idleStopMinutes } = wish.choices;
        const plan: DeploymentPlan = {
          source,
          tunedModel,
          setup: { config: first.config },
          hardware: first.words,
          usdPerHour: first.usdPerHour,
          notes: [
            idleStopMinutes === null
              ? 'It is billed by the hour, idle or not, until it is undeployed: Together stops it at no time by itself.'
              : `Together stops it after ${idleStopMinutes} minutes without a call; until then it is billed by the hour.`,
            ...otherWays(ways),
          ],
          offersIdleStop: idleStopMinutes === null ? IDLE.offered : null,
        };
        return plan;
      }),
    advance: (order, options) =>
      session.call(options?.signal, async () => {
        const found = await find(order, options);
        if (found.endpoint === null) options?.onStep?.(`makes the endpoint ${order.name}`);
        const endpoint =
          found.endpoint ??
          (await madeOnce(
            () => makeEndpoint(order, options),
            () => endpointNamed(order, options),
          ));
        if (found.deployment === null) options?.onStep?.('makes the deployment');
        const deployment =
          found.deployment ??
          (await madeOnce(
            () => makeDeployment(order, endpoint, options),
            async () => (await find(order, options)).deployment,
          ));
        const stopped = stageOf(deployment).stage === 'stopped';
        if (stopped) {
          options?.onStep?.('starts it again');
          await scale(endpoint, deployment, 1, options);
        }
        if (!endpoint.trafficSplit.some(({ deploymentId }) => deploymentId === deployment.id)) {
          options?.onStep?.('sends calls to it');
          const split = { trafficSplit: [{ deploymentId: deployment.id, weight: WHOLE_TRAFFIC }] };
          await patch(`endpoints/${endpoint.id}`, split, options);
        }
        const view = await viewOf({ endpoint, deployment }, options);
        return stopped ? { ...view, stage: 'starting' } : view;
      }),
    look: (order, options) => session.call(options?.signal, async () => viewOf(await find(order, options), options)),
    remove: (order, options) =>
      session.call(options?.signal, async () => {
        const found = await find(order, options);
        const { endpoint, deployment } = found;
        if (endpoint === null) return ABSENT;
        const view = await viewOf(found, options);
        if (deployment !== null) return removeDeployment(view, { endpoint, deployment }, options);
        // Others behind the endpoint are not ours to end.
        if ((await deploymentsOf(endpoint, options)).length > 0) return ABSENT;
        await (await session.client()).delete(
          await address(`endpoints/${endpoint.id}`, options),
          requestOptions(options),
        );
        return { ...view, stage: 'leaving', word: 'deletes the endpoint' };
      }),
    list: (options) =>
      session.call(options?.signal, async () => {
        const found: ListedDeployment[] = [];
        for (const endpoint of parseEndpoints(await management.list('endpoints', WHOLE_PAGE, options))) {
          const deployments = await deploymentsOf(endpoint, options);
          for (const deployment of deployments.length === 0 ? [null] : deployments) {
            const view = await viewOf({ endpoint, deployment }, options);
            const source = deployment?.model.replace(/^projects\/[^/]+\/models\//, '').replace(/\/revisions\/.*$/, '');
            const name = endpoint.name.slice(endpoint.name.lastIndexOf('/') + 1);
            const order = { name, source: source ?? '', tunedModel: source ?? '', setup: {}, choices: NO_CHOICES };
            found.push({ order, view });
          }
        }
        return found;
      }),
  };
}

/** Makes a thing; where one of its name is there already, as after a lost answer, gives that. */
async function madeOnce<T>(make: () => Promise<T>, find: () => Promise<T | null>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    const there = hasStatus(error, 409) ? await find() : null;
    if (there === null) throw error;
    return there;
  }
}

function refuseChoices({ choices: { idleStopMinutes, onto } }: DeploymentWish): void {
  const refuse = (what: string): never => {
    throw new ProviderError('invalid-request', what, { code: 'unsupported_method' });
  };
  if (onto !== null) refuse('Luthier deploys a model tuned at Together by itself alone, not onto another deployment.');
  const wrong = idleStopMinutes !== null && (idleStopMinutes < IDLE.least || idleStopMinutes > IDLE.most);
  if (wrong) refuse(`Together takes an idle stop of ${IDLE.least} to ${IDLE.most} minutes.`);
}

/** The job of a name that may be its own or its tuned model's; null when there is none. The list leaves the model's name out. */
async function jobOf(session: Session, model: string, options: CallOptions | undefined): Promise<string | null> {
  const answer: unknown = await (await session.client()).get('/fine-tunes', requestOptions(options));
  const raws = isRecord(answer) && Array.isArray(answer.data) ? answer.data : [];
  const jobs = raws.flatMap((raw) => parseJobOrNull(raw) ?? []).toSorted((a, b) => b.createdAt - a.createdAt);
  const byId = jobs.find(({ id }) => id === model);
  if (byId !== undefined) return byId.id;
  for (const { id, status } of jobs) {
    if (status !== 'succeeded') continue;
    const whole = parseJob(
      await (await session.client()).get(`/fine-tunes/${encodeURIComponent(id)}`, requestOptions(options)),
    );
    if (whole.fineTunedModel === model) return id;
  }
  return null;
}

/** What Together deploys of a tuned model: the object's id, which is in the job and not in the model's name. */
async function sourceOf(
  session: Session,
  { job, model }: DeploymentWish,
  options: CallOptions | undefined,
): Promise<{ readonly source: string; readonly tunedModel: string }> {
  if (job === null && model.startsWith('ml_')) return { source: model, tunedModel: model };
  const id = job?.id ?? (await jobOf(session, model, options));
  const whole =
    id === null
      ? null
      : parseJob(await (await session.client()).get(`/fine-tunes/${encodeURIComponent(id)}`, requestOptions(options)));
  const source = whole?.rest?.model_object_id;
  if (whole === null || typeof source !== 'string')
    throw new ProviderError(
      'not-found',
      whole === null
        ? `No job of this Together account has tuned ${model}.`
        : `The job ${whole.id} is ${whole.status} and has no model to deploy yet.`,
    );
  return { source, tunedModel: whole.fineTunedModel ?? model };
}
