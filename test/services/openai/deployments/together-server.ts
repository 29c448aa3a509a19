import { chatRoute } from '../dialects/chat-route.ts';
import {
  type StrictAnswer,
  type StrictCall,
  type StrictRoute,
  type StrictServer,
  strictServer,
} from '../dialects/strict-server.ts';

export const TOGETHER_JOB = 'ft-8a41';
export const TOGETHER_TUNED = 'acme/Qwen3-8B-triage-1f2e';
const OBJECT = 'ml_9c';
const PROJECT = '/v2/projects/proj_1';

interface Endpoint {
  readonly id: string;
  readonly name: string;
  split: readonly { readonly deploymentId: string; readonly weight: number }[];
}

interface Deployment {
  readonly id: string;
  readonly endpoint: string;
  readonly asked: Readonly<Record<string, unknown>>;
  /** States it goes through, a look each; the last one stays. */
  life: readonly string[];
  looks: number;
  replicas: number;
}

export interface TogetherDeployments {
  readonly strict: StrictServer;
  readonly url: string;
  readonly endpoints: Map<string, Endpoint>;
  readonly deployments: Map<string, Deployment>;
  /** States of the next deployments. */
  life: readonly string[];
  /** Configurations that the model can be served with. */
  configs: readonly object[];
  /** Calls that are not routed yet although it is ready. */
  unrouted: number;
  /** Whether one that failed goes on being said to have failed, whatever is asked of it. */
  staysFailed: boolean;
}

const refused = (status: number, message: string, code: string | null = null): StrictAnswer => ({
  status,
  body: { error: { message, type: 'invalid_request_error', param: null, code } },
});

const LISTED = ['limit', 'after', 'orderBy', 'filter'];
const DEPLOYMENT_FIELDS = ['name', 'autoscaling', 'model', 'config', 'enableLora', 'placement', 'inactiveTimeout'];
const CHAT_FIELDS = ['messages', 'model', 'max_tokens', 'temperature', 'stream'];

export const H100 = {
  id: 'cr_2',
  projectId: 'proj_t',
  selectors: [{ key: 'accelerator_type', value: 'nvidia-h100-80gb' }],
};
export const B200 = { id: 'cr_9', projectId: 'proj_t', selectors: [{ key: 'accelerator_type', value: 'nvidia-b200' }] };

/** What is deployed at Together, `/v2`, on loopback: anything else that is called is a fault. */
export async function togetherDeployments(): Promise<TogetherDeployments> {
  const endpoints = new Map<string, Endpoint>();
  const deployments = new Map<string, Deployment>();
  let made = 0;
  const next = (name: string): string => {
    made += 1;
    return `${name}_${made}`;
  };
  const stateOf = ({ life, looks }: Deployment): string => life[Math.min(looks, life.length - 1)] ?? '';
  const endpointObject = ({ id, name, split }: Endpoint) => ({
    id,
    name: `acme/${name}`,
    trafficSplit: split,
    etag: 'e1',
  });
  const deploymentObject = (one: Deployment) => ({
    id: one.id,
    name: `acme/${endpoints.get(one.endpoint)?.name}/${one.asked.name}`,
    endpointId: one.endpoint,
    model: one.asked.model,
    config: one.asked.config,
    autoscaling: { minReplicas: one.replicas, maxReplicas: one.replicas },
    status: {
      state: `DEPLOYMENT_STATE_${stateOf(one)}`,
      message: stateOf(one) === 'FAILED' ? 'no capacity in any region' : '',
      scheduledReplicas: 1,
      readyReplicas: stateOf(one) === 'READY' ? 1 : 0,
    },
  });
  const withEndpoint = ({ parts }: StrictCall, answer: (one: Endpoint) => StrictAnswer): StrictAnswer => {
    const one = endpoints.get(parts[0] ?? '');
    return one === undefined ? refused(404, 'endpoint not found') : answer(one);
  };
  const withDeployment = ({ parts }: StrictCall, answer: (one: Deployment) => StrictAnswer): StrictAnswer => {
    const one = deployments.get(parts[1] ?? '');
    return one === undefined || one.endpoint !== parts[0] ? refused(404, 'deployment not found') : answer(one);
  };
  const behind = (endpoint: string): readonly Deployment[] =>
    [...deployments.values()].filter((one) => one.endpoint === endpoint);
  const listOf = (data: readonly unknown[]): StrictAnswer => ({ body: { object: 'list', data, next_cursor: null } });
  const job = {
    id: TOGETHER_JOB,
    status: 'completed',
    model: 'Qwen/Qwen3-8B',
    training_file: 'file-1',
    created_at: '2026-11-20T10:00:00Z',
    updated_at: '2026-11-20T10:21:00Z',
  };

  const makeDeployment = (call: StrictCall, endpoint: Endpoint): StrictAnswer => {
    const asked = call.fields(DEPLOYMENT_FIELDS, ['name', 'autoscaling', 'model', 'config']);
    if (asked.model !== `projects/proj_1/models/${OBJECT}`) return refused(400, 'bad model');
    if (!/^projects\/proj_t\/configs\/cr_\d$/.test(String(asked.config))) return refused(400, 'bad config');
    const { minReplicas, maxReplicas } = Object(asked.autoscaling);
    if (!(minReplicas >= 1 && maxReplicas >= minReplicas)) return refused(400, 'bad autoscaling');
    const idle = Number(asked.inactiveTimeout ?? 0);
    if (idle !== 0 && (idle < 30 || idle > 1440)) return refused(400, 'bad inactiveTimeout');
    if (behind(endpoint.id).some((one) => one.asked.name === asked.name)) return refused(409, 'name exists');
    const one: Deployment = {
      id: next('dep'),
      endpoint: endpoint.id,
      asked,
      replicas: 1,
      life: together.life,
      looks: 0,
    };
    if (call.query.get('validateOnly') !== 'true') deployments.set(one.id, one);
    return { body: deploymentObject(one) };
  };

  const scaleDeployment = (call: StrictCall, one: Deployment): StrictAnswer => {
    const { minReplicas, maxReplicas } = Object(call.fields(['autoscaling'], ['autoscaling']).autoscaling);
    if (minReplicas === 0 && maxReplicas > 0) return refused(400, 'minReplicas 0 needs maxReplicas 0');
    one.replicas = maxReplicas;
    const failed = stateOf(one) === 'FAILED' && together.staysFailed;
    if (!failed) one.life = maxReplicas === 0 ? ['STOPPING', 'STOPPING', 'STOPPED'] : ['SCALING', 'READY'];
    one.looks = 0;
    return { body: deploymentObject(one) };
  };

  const routes: readonly StrictRoute[] = [
    {
      method: 'GET',
      path: '/v1/whoami',
      key: true,
      answer: () => ({ body: { api_key_id: 'k', organization_id: 'o', project_id: 'proj_1', project_slug: 'acme' } }),
    },
    { method: 'GET', path: '/v1/fine-tunes', key: true, answer: () => ({ body: { data: [job] } }) },
    {
      method: 'GET',
      path: '/v1/fine-tunes/*',
      key: true,
      answer: ({ parts: [id] }) =>
        id === TOGETHER_JOB
          ? { body: { ...job, model_output_name: TOGETHER_TUNED, model_object_id: OBJECT } }
          : refused(404, 'There is no job of this id.'),
    },
    {
      method: 'GET',
      path: `${PROJECT}/configs`,
      query: ['referenceModel', ...LISTED],
      key: true,
      answer: ({ query }) =>
        query.get('referenceModel') === `projects/proj_1/models/${OBJECT}`
          ? listOf(together.configs)
          : refused(400, 'bad referenceModel'),
    },
    {
      method: 'GET',
      path: '/v2/public/inference-instance-types',
      key: true,
      answer: () =>
        listOf([
          {
            id: '1xnvidia-h100-80gb',
            gpuType: 'nvidia-h100-80gb',
            gpuCount: 1,
            gpuMemoryGib: 80,
            priceCentsPerHour: 549,
            regions: [],
          },
          {
            id: '1xnvidia-b200',
            gpuType: 'nvidia-b200',
            gpuCount: 1,
            gpuMemoryGib: 180,
            priceCentsPerHour: 899,
            regions: [],
          },
        ]),
    },
    {
      method: 'POST',
      path: `${PROJECT}/endpoints`,
      key: true,
      answer(call) {
        const name = String(call.fields(['name', 'visibility'], ['name']).name);
        if (!/^[a-z0-9-]{1,63}$/.test(name)) return refused(400, 'bad name');
        if ([...endpoints.values()].some((one) => one.name === name)) return refused(409, 'name exists');
        const one: Endpoint = { id: next('ep'), name, split: [] };
        endpoints.set(one.id, one);
        return { body: endpointObject(one) };
      },
    },
    {
      method: 'GET',
      path: `${PROJECT}/endpoints`,
      query: LISTED,
      key: true,
      answer: () => listOf([...endpoints.values()].map(endpointObject)),
    },
    {
      method: 'PATCH',
      path: `${PROJECT}/endpoints/*`,
      query: ['updateMask'],
      key: true,
      answer: (call) =>
        withEndpoint(call, (one) => {
          const { trafficSplit } = call.fields(['trafficSplit'], ['trafficSplit']);
          const split: readonly { deploymentId: string; weight: number }[] = Array.isArray(trafficSplit)
            ? trafficSplit
            : [];
          if (split.length === 0 && call.query.get('updateMask') !== 'trafficSplit')
            return refused(400, 'no fields to update');
          if (split.some(({ deploymentId }) => deployments.get(deploymentId)?.endpoint !== one.id))
            return refused(400, 'bad split');
          one.split = split;
          return { body: endpointObject(one) };
        }),
    },
    {
      method: 'DELETE',
      path: `${PROJECT}/endpoints/*`,
      key: true,
      answer: (call) =>
        withEndpoint(call, ({ id }) => {
          if (behind(id).length > 0) return refused(400, 'endpoint has deployments');
          endpoints.delete(id);
          return { body: {} };
        }),
    },
    {
      method: 'POST',
      path: `${PROJECT}/endpoints/*/deployments`,
      query: ['validateOnly'],
      key: true,
      answer: (call) => withEndpoint(call, (one) => makeDeployment(call, one)),
    },
    {
      method: 'GET',
      path: `${PROJECT}/endpoints/*/deployments`,
      query: LISTED,
      key: true,
      answer: (call) => withEndpoint(call, ({ id }) => listOf(behind(id).map(deploymentObject))),
    },
    {
      method: 'GET',
      path: `${PROJECT}/endpoints/*/deployments/*`,
      key: true,
      answer: (call) =>
        withDeployment(call, (one) => {
          one.looks += 1;
          return { body: deploymentObject(one) };
        }),
    },
    {
      method: 'PATCH',
      path: `${PROJECT}/endpoints/*/deployments/*`,
      key: true,
      answer: (call) => withDeployment(call, (one) => scaleDeployment(call, one)),
    },
    {
      method: 'DELETE',
      path: `${PROJECT}/endpoints/*/deployments/*`,
      key: true,
      answer: (call) =>
        withDeployment(call, (one) => {
          const ended = stateOf(one) === 'STOPPED' || (stateOf(one) === 'FAILED' && one.replicas === 0);
          if (!ended) return refused(400, 'deployment is not stopped');
          const split = endpoints.get(one.endpoint)?.split ?? [];
          if (split.some(({ deploymentId }) => deploymentId === one.id)) return refused(400, 'deployment has traffic');
          deployments.delete(one.id);
          return { body: {} };
        }),
    },
    routed(chatRoute('/v1/chat/completions', CHAT_FIELDS)),
  ];

  /** Chat goes by the endpoint's name, to what is ready and in its split. */
  function routed(chat: StrictRoute): StrictRoute {
    return {
      ...chat,
      answer(call) {
        const { model } = call.fields(CHAT_FIELDS);
        const endpoint = [...endpoints.values()].find(({ name }) => model === `acme/${name}`);
        if (endpoint === undefined) return refused(404, `Unable to access model ${model}`, 'model_not_available');
        const ready = endpoint.split.some(({ deploymentId }) => {
          const one = deployments.get(deploymentId);
          return one !== undefined && stateOf(one) === 'READY';
        });
        if (!ready || together.unrouted > 0) {
          together.unrouted -= 1;
          return refused(503, 'no route to a deployment', 'routing_error');
        }
        return chat.answer(call);
      },
    };
  }

  const strict = await strictServer(() => routes);
  const together: TogetherDeployments = {
    strict,
    url: `${strict.origin}/v1`,
    endpoints,
    deployments,
    life: ['PROVISIONING', 'SCALING', 'READY'],
    configs: [B200, H100],
    unrouted: 0,
    staysFailed: false,
  };
  return together;
}
