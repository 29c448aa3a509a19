import { chatRoute } from '../dialects/chat-route.ts';
import {
  type StrictAnswer,
  type StrictCall,
  type StrictRoute,
  type StrictServer,
  strictServer,
} from '../dialects/strict-server.ts';

export const FIREWORKS_JOB = 'j1';
export const FIREWORKS_TUNED = 'accounts/acme/models/s1';
/** A deployment of the base that takes adapters. */
export const FIREWORKS_SHARED = 'shared-base';
const ACCOUNT = 'accounts/acme';
const OF = `/v1/${ACCOUNT}`;

interface Deployment {
  readonly name: string;
  readonly asked: Readonly<Record<string, unknown>>;
  life: readonly string[];
  looks: number;
}

interface Loaded {
  readonly name: string;
  readonly asked: Readonly<Record<string, unknown>>;
  life: readonly string[];
  looks: number;
}

export interface FireworksDeployments {
  readonly strict: StrictServer;
  readonly url: string;
  readonly deployments: Map<string, Deployment>;
  readonly loaded: Map<string, Loaded>;
  /** How many there are that were not deleted. */
  there(): number;
  life: readonly string[];
  /** Calls for which no replica is up although it is ready. */
  scalingUp: number;
}

const refused = (status: number, code: number, message: string): StrictAnswer => ({
  status,
  body: { code, message, details: [] },
});

const FIELDS = [
  'baseModel',
  'deploymentShape',
  'acceleratorType',
  'acceleratorCount',
  'minReplicaCount',
  'maxReplicaCount',
  'autoscalingPolicy',
  'precision',
  'placement',
  'displayName',
  'enableAddons',
];
const LIST = ['pageSize', 'pageToken', 'filter', 'orderBy', 'readMask'];
const CHAT_FIELDS = [
  'messages',
  'model',
  'max_completion_tokens',
  'max_tokens',
  'stream',
  'stream_options',
  'temperature',
];

/** What is deployed at Fireworks, on loopback: anything else that is called is a fault. */
export async function fireworksDeployments(): Promise<FireworksDeployments> {
  const deployments = new Map<string, Deployment>();
  const loaded = new Map<string, Loaded>();
  const wordOf = ({ life, looks }: Pick<Deployment, 'life' | 'looks'>): string =>
    life[Math.min(looks, life.length - 1)] ?? '';
  const deploymentObject = (one: Deployment) => ({
    ...one.asked,
    name: one.name,
    state: wordOf(one),
    status:
      wordOf(one) === 'FAILED'
        ? { code: 'RESOURCE_EXHAUSTED', message: 'no capacity in any region' }
        : { code: 'OK', message: '' },
  });
  const loadedObject = (one: Loaded) => ({ ...one.asked, name: one.name, state: wordOf(one) });
  const withOne = <T>(all: Map<string, T>, { parts }: StrictCall, answer: (one: T) => StrictAnswer): StrictAnswer => {
    const one = all.get(parts[0] ?? '');
    return one === undefined ? refused(404, 5, 'not found') : answer(one);
  };
  const job = {
    name: `${ACCOUNT}/supervisedFineTuningJobs/${FIREWORKS_JOB}`,
    state: 'JOB_STATE_COMPLETED',
    baseModel: 'accounts/fireworks/models/qwen3-8b',
    outputModel: FIREWORKS_TUNED,
    dataset: `${ACCOUNT}/datasets/d1`,
    createTime: '2026-11-20T10:00:00Z',
  };

  const routes: readonly StrictRoute[] = [
    {
      method: 'GET',
      path: `${OF}/supervisedFineTuningJobs/*`,
      key: true,
      answer: ({ parts: [id] }) => (id === FIREWORKS_JOB ? { body: job } : refused(404, 5, 'job does not exist')),
    },
    { method: 'GET', path: `${OF}/dpoJobs/*`, key: true, answer: () => refused(404, 5, 'job does not exist') },
    {
      method: 'POST',
      path: `${OF}/deployments`,
      query: ['deploymentId', 'validateOnly', 'skipShapeValidation'],
      key: true,
      answer(call) {
        const asked = call.fields(FIELDS, ['baseModel']);
        const id = call.query.get('deploymentId') ?? '';
        if (!/^[a-z0-9-]{1,63}$/.test(id)) return refused(400, 3, 'bad id');
        if (asked.acceleratorType === undefined && asked.deploymentShape === undefined)
          return refused(400, 3, 'accelerator_type must be specified');
        if (!/^accounts\/acme\/models\//.test(String(asked.baseModel))) return refused(404, 5, 'model not found');
        const window = String(Object(asked.autoscalingPolicy).scaleToZeroWindow ?? '3600s');
        if (!/^\d+s$/.test(window) || Number.parseInt(window, 10) < 300) return refused(400, 3, 'bad window');
        if (deployments.has(id)) return refused(409, 6, 'deployment exists');
        const one = { name: `${ACCOUNT}/deployments/${id}`, asked, life: fireworks.life, looks: 0 };
        if (call.query.get('validateOnly') !== 'true') deployments.set(id, one);
        return { body: deploymentObject(one) };
      },
    },
    {
      method: 'GET',
      path: `${OF}/deployments`,
      query: LIST,
      key: true,
      answer: () => ({ body: { deployments: [...deployments.values()].map(deploymentObject), nextPageToken: '' } }),
    },
    {
      method: 'GET',
      path: `${OF}/deployments/*`,
      key: true,
      answer: (call) =>
        withOne(deployments, call, (one) => {
          one.looks += 1;
          return { body: deploymentObject(one) };
        }),
    },
    {
      method: 'DELETE',
      path: `${OF}/deployments/*`,
      query: ['hard', 'ignoreChecks'],
      key: true,
      answer: (call) =>
        withOne(deployments, call, (one) => {
          // As one that was used within the hour.
          if (call.query.get('ignoreChecks') !== 'true') return refused(400, 9, 'FAILED_PRECONDITION: used recently');
          one.life = ['DELETING', 'DELETING', 'DELETED'];
          one.looks = 0;
          return { body: {} };
        }),
    },
    {
      method: 'POST',
      path: `${OF}/deployedModels`,
      query: ['replaceMergedAddon'],
      key: true,
      answer(call) {
        const asked = call.fields(['model', 'deployment', 'displayName', 'default', 'public'], ['model', 'deployment']);
        if (asked.deployment !== `${ACCOUNT}/deployments/${FIREWORKS_SHARED}`)
          return refused(404, 5, 'no such deployment');
        if ([...loaded.values()].some((one) => one.asked.model === asked.model))
          return refused(409, 6, 'model is deployed');
        const id = `dm-${loaded.size + 1}`;
        const one = { name: `${ACCOUNT}/deployedModels/${id}`, asked, life: ['DEPLOYING', 'DEPLOYED'], looks: 0 };
        loaded.set(id, one);
        return { body: loadedObject(one) };
      },
    },
    {
      method: 'GET',
      path: `${OF}/deployedModels`,
      query: LIST,
      key: true,
      answer() {
        for (const [id, one] of loaded) {
          one.looks += 1;
          if (wordOf(one) === 'GONE') loaded.delete(id);
        }
        return { body: { deployedModels: [...loaded.values()].map(loadedObject), nextPageToken: '' } };
      },
    },
    {
      method: 'DELETE',
      path: `${OF}/deployedModels/*`,
      key: true,
      answer: (call) =>
        withOne(loaded, call, (one) => {
          one.life = ['UNDEPLOYING', 'UNDEPLOYING', 'GONE'];
          one.looks = 0;
          return { body: {} };
        }),
    },
    answered(chatRoute('/inference/v1/chat/completions', CHAT_FIELDS)),
  ];

  /** Chat goes by the model and its deployment in whole; what is up answers. */
  function answered(chat: StrictRoute): StrictRoute {
    return {
      ...chat,
      answer(call) {
        const { model } = call.fields(CHAT_FIELDS);
        const [tuned = '', where = ''] = String(model).split('#');
        const merged = [...deployments.values()].find((one) => one.name === where && one.asked.baseModel === tuned);
        const shared = [...loaded.values()].find((one) => one.asked.deployment === where && one.asked.model === tuned);
        const word = wordOf(merged ?? shared ?? { life: ['NONE'], looks: 0 });
        if (word === 'NONE') return refused(404, 5, 'Model not found, inaccessible, and/or not deployed');
        if (word !== 'READY' && word !== 'DEPLOYED')
          return refused(404, 5, 'Model not found, inaccessible, and/or not deployed');
        if (fireworks.scalingUp > 0) {
          fireworks.scalingUp -= 1;
          return {
            status: 503,
            body: { error: { code: 'DEPLOYMENT_SCALING_UP', message: 'Deployment is scaling up' } },
          };
        }
        return chat.answer(call);
      },
    };
  }

  const strict = await strictServer(() => routes);
  const fireworks: FireworksDeployments = {
    strict,
    url: `${strict.origin}/inference/v1`,
    deployments,
    loaded,
    there: () => [...deployments.values()].filter(({ life }) => !life.includes('DELETED')).length + loaded.size,
    life: ['CREATING', 'CREATING', 'READY'],
    scalingUp: 0,
  };
  return fireworks;
}
