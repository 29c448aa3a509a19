import { chatRoute } from '../dialects/chat-route.ts';
import {
  type StrictAnswer,
  type StrictCall,
  type StrictRoute,
  type StrictServer,
  strictServer,
} from '../dialects/strict-server.ts';

export const AZURE_JOB = 'ftjob-c0';
export const AZURE_TUNED = 'gpt-4.1-mini-2025-04-14.ft-0a1b-s';
/** What Azure Resource Manager is called with; the key of the resource is another. */
export const AZURE_TOKEN = 'eyJhbGciOi.eyJhdWQiOi.bWFuYWdlbWVudA';
const ACCOUNT =
  '/subscriptions/sub-1/resourceGroups/tuning/providers/Microsoft.CognitiveServices/accounts/acme/deployments';
const SKUS = ['Standard', 'GlobalStandard', 'DeveloperTier'];

interface Deployment {
  readonly name: string;
  readonly asked: Readonly<Record<string, unknown>>;
  life: readonly string[];
  looks: number;
}

export interface AzureDeployments {
  /** Azure Resource Manager, with the faults of the resource's host among its own. */
  readonly strict: StrictServer;
  /** Of the resource. */
  readonly url: string;
  /** What a command needs besides the key. */
  readonly env: Readonly<Record<string, string>>;
  readonly deployments: Map<string, Deployment>;
  /** Those that were not deleted. */
  there(): number;
  life: readonly string[];
  /** Calls that are not answered although it is there. */
  notReady: number;
}

const refused = (status: number, code: string, message: string): StrictAnswer => ({
  status,
  body: { error: { code, message } },
});
const CHAT_FIELDS = ['messages', 'model', 'max_completion_tokens', 'stream', 'stream_options', 'temperature'];

/** Azure's two hosts on loopback, each with its own secret: anything else that is called is a fault. */
export async function azureDeployments(): Promise<AzureDeployments> {
  const deployments = new Map<string, Deployment>();
  const wordOf = ({ life, looks }: Deployment): string => life[Math.min(looks, life.length - 1)] ?? '';
  const objectOf = (one: Deployment) => ({
    id: `${ACCOUNT}/${one.name}`,
    name: one.name,
    sku: one.asked.sku,
    properties: { ...Object(one.asked.properties), provisioningState: wordOf(one) },
  });
  const gone = (): void => {
    for (const [name, one] of deployments) if (wordOf(one) === 'GONE') deployments.delete(name);
  };
  const managed = (
    method: string,
    path: string,
    answer: (call: StrictCall) => StrictAnswer,
    more: readonly string[] = [],
  ): StrictRoute => ({
    method,
    path,
    query: ['api-version', ...more],
    needed: ['api-version'],
    key: true,
    answer(call) {
      gone();
      return call.query.get('api-version') === '2024-10-01' ? answer(call) : refused(400, 'InvalidApiVersion', 'no');
    },
  });
  const withOne = ({ parts }: StrictCall, answer: (one: Deployment) => StrictAnswer): StrictAnswer => {
    const one = deployments.get(parts[0] ?? '');
    return one === undefined ? refused(404, 'DeploymentNotFound', 'The deployment does not exist.') : answer(one);
  };

  const arm = await strictServer(
    () => [
      managed('GET', ACCOUNT, () => ({ body: { value: [...deployments.values()].map(objectOf) } }), ['$skipToken']),
      managed('GET', `${ACCOUNT}/*`, (call) =>
        withOne(call, (one) => {
          one.looks += 1;
          gone();
          return deployments.has(one.name) ? { body: objectOf(one) } : refused(404, 'DeploymentNotFound', 'gone');
        }),
      ),
      managed('PUT', `${ACCOUNT}/*`, (call) => {
        const asked = call.fields(['sku', 'properties'], ['sku', 'properties']);
        const { name: sku, capacity, ...more } = Object(asked.sku);
        const { model, ...others } = Object(asked.properties);
        const wrong = [...Object.keys(more), ...Object.keys(others)];
        if (wrong.length > 0 || !SKUS.includes(sku) || !Number.isInteger(capacity))
          return refused(400, 'InvalidResourceProperties', 'bad sku or properties');
        const format = /^gpt-oss/.test(model?.name) ? 'Microsoft' : 'OpenAI';
        if (model?.format !== format || model.version !== '1') return refused(500, 'InternalServerError', 'format');
        const [name = ''] = call.parts;
        if (!/^[\w.-]{2,64}$/.test(name)) return refused(400, 'InvalidName', 'bad name');
        if (deployments.has(name)) return refused(409, 'Conflict', 'The deployment exists.');
        const one = { name, asked, life: azure.life, looks: 0 };
        deployments.set(name, one);
        return { status: 201, body: objectOf(one) };
      }),
      managed('DELETE', `${ACCOUNT}/*`, (call) =>
        withOne(call, (one) => {
          one.life = ['Deleting', 'Deleting', 'GONE'];
          one.looks = 0;
          return { status: 202 };
        }),
      ),
    ],
    'authorization',
    AZURE_TOKEN,
  );
  const chat = chatRoute('/openai/v1/chat/completions', CHAT_FIELDS);
  const job = {
    id: AZURE_JOB,
    object: 'fine_tuning.job',
    status: 'succeeded',
    model: 'gpt-4.1-mini-2025-04-14',
    fine_tuned_model: AZURE_TUNED,
    training_file: 'file-1',
    created_at: 1_790_000_000,
    finished_at: 1_790_000_900,
    method: { type: 'supervised' },
    result_files: [],
    error: null,
  };
  const resource = await strictServer(
    () => [
      {
        method: 'GET',
        path: '/openai/v1/fine_tuning/jobs/*',
        key: true,
        answer: ({ parts: [id] }) => (id === AZURE_JOB ? { body: job } : refused(404, 'NotFound', 'no such job')),
      },
      {
        ...chat,
        answer(call) {
          const { model } = call.fields(CHAT_FIELDS);
          const one = deployments.get(String(model));
          if (one === undefined || wordOf(one) !== 'Succeeded')
            return refused(404, 'DeploymentNotFound', 'The API deployment for this resource does not exist.');
          if (azure.notReady === 0) return chat.answer(call);
          azure.notReady -= 1;
          return refused(400, 'DeploymentNotReady', 'The deployment is not ready.');
        },
      },
    ],
    'api-key',
  );

  const strict: StrictServer = {
    origin: arm.origin,
    get faults() {
      return [...arm.faults, ...resource.faults];
    },
    calls: arm.calls,
    get instead() {
      return arm.instead;
    },
    set instead(answer) {
      arm.instead = answer;
    },
    get changes() {
      return arm.changes;
    },
    set changes(change) {
      arm.changes = change;
    },
    get keepsBack() {
      return arm.keepsBack;
    },
    set keepsBack(which) {
      arm.keepsBack = which;
    },
    async close() {
      await arm.close();
      await resource.close();
    },
  };
  const azure: AzureDeployments = {
    strict,
    url: `${resource.origin}/openai/v1`,
    env: {
      AZURE_RESOURCE_MANAGER_URL: arm.origin,
      AZURE_MANAGEMENT_TOKEN: AZURE_TOKEN,
      AZURE_SUBSCRIPTION_ID: 'sub-1',
      AZURE_RESOURCE_GROUP: 'tuning',
      AZURE_OPENAI_ACCOUNT: 'acme',
    },
    deployments,
    there: () => {
      gone();
      return deployments.size;
    },
    life: ['Creating', 'Creating', 'Succeeded'],
    notReady: 0,
  };
  return azure;
}
