import { chatRoute } from '../dialects/chat-route.ts';
import { filesOfCheckpoint, type WeightsAtNebius, weightRoutes, weightsAtNebius } from '../dialects/nebius-weights.ts';
import { type StrictAnswer, type StrictCall, type StrictServer, strictServer } from '../dialects/strict-server.ts';

export const NEBIUS_JOB = 'ftjob-1d';
export const NEBIUS_TUNED = `${NEBIUS_JOB}:ftckpt_9`;
export const NEBIUS_SERVED = 'meta-llama/Meta-Llama-3.1-8B-Instruct';

interface Custom {
  readonly name: string;
  readonly asked: Readonly<Record<string, unknown>>;
  life: readonly (string | null)[];
  looks: number;
}

export interface NebiusDeployments {
  readonly strict: StrictServer;
  readonly url: string;
  readonly weights: WeightsAtNebius;
  /** Those that were not deleted. */
  there(): number;
  life: readonly (string | null)[];
  /** The job's base, and whether it trained an adapter. */
  base: string;
  lora: boolean;
  /** Calls that are not answered although it is active. */
  unrouted: number;
}

const detail = (status: number, words: string): StrictAnswer => ({ status, body: { detail: words } });
const CHAT_FIELDS = ['messages', 'model', 'max_completion_tokens', 'max_tokens', 'stream', 'stream_options'];

/** Nebius with what is served of tuned models, on loopback: anything else that is called is a fault. */
export async function nebiusDeployments(): Promise<NebiusDeployments> {
  const models = new Map<string, Custom>();
  const weights = weightsAtNebius(['ftckpt_4', 'ftckpt_9']);
  const wordOf = ({ life, looks }: Custom) => life[Math.min(looks, life.length - 1)] ?? null;
  const objectOf = (one: Custom) => {
    const status = wordOf(one);
    return {
      ...one.asked,
      name: one.name,
      ...(status === null ? {} : { status }),
      status_reason: status === 'error' ? 'no capacity in any region' : null,
    };
  };
  const job = () => ({
    id: NEBIUS_JOB,
    object: 'fine_tuning.job',
    status: 'succeeded',
    model: nebius.base,
    created_at: 1_790_000_000,
    finished_at: 1_790_000_900,
    error: null,
    fine_tuned_model: null,
    hyperparameters: { n_epochs: 2, lora: nebius.lora },
    training_file: 'file-1',
    result_files: [],
  });
  const checkpoint = (step: number) => ({
    id: `ftckpt_${step}`,
    created_at: 1_790_000_800 + step,
    fine_tuned_model_checkpoint: `ft:${nebius.base}:org_placeholder:s:IDPlaceholder:ckpt-step-${step}`,
    fine_tuning_job_id: NEBIUS_JOB,
    step_number: step,
    metrics: { train_loss: 1 },
    result_files: filesOfCheckpoint(weights, `ftckpt_${step}`),
  });
  const withOne = ({ parts }: StrictCall, answer: (one: Custom) => StrictAnswer): StrictAnswer => {
    const one = models.get(parts.join('/'));
    return one === undefined ? detail(404, 'The model does not exist') : answer(one);
  };
  const chat = chatRoute('/v1/chat/completions', CHAT_FIELDS);
  const ofJob = ({ parts: [id] }: StrictCall, body: () => unknown): StrictAnswer =>
    id === NEBIUS_JOB ? { body: body() } : detail(404, 'The job does not exist');

  const strict = await strictServer(() => [
    { method: 'GET', path: '/v1/fine_tuning/jobs/*', key: true, answer: (call) => ofJob(call, job) },
    {
      method: 'GET',
      path: '/v1/fine_tuning/jobs/*/checkpoints',
      query: ['limit', 'after'],
      key: true,
      answer: (call) => ofJob(call, () => ({ object: 'list', data: [checkpoint(9), checkpoint(4)], has_more: false })),
    },
    ...weightRoutes(weights),
    { method: 'GET', path: '/v0/models', key: true, answer: () => ({ body: [...models.values()].map(objectOf) }) },
    {
      method: 'POST',
      path: '/v0/models',
      key: true,
      answer(call) {
        const asked = call.fields(['name', 'base_model', 'source', 'description'], ['name', 'base_model', 'source']);
        if (asked.source !== NEBIUS_TUNED) return detail(404, 'The checkpoint does not exist');
        if (asked.base_model !== NEBIUS_SERVED) return detail(400, 'The base takes no adapters');
        const name = `${asked.base_model}-LoRa:${asked.name}-Ju${10 + models.size}`;
        models.set(name, { name, asked, life: nebius.life, looks: 0 });
        return { body: { name, status: 'validating' } };
      },
    },
    {
      method: 'GET',
      path: '/v0/models/*/*',
      key: true,
      answer: (call) =>
        withOne(call, (one) => {
          const body = objectOf(one);
          one.looks += 1;
          return { body };
        }),
    },
    {
      method: 'DELETE',
      path: '/v0/models/*/*',
      key: true,
      answer: (call) =>
        withOne(call, (one) => {
          models.delete(one.name);
          return { body: { name: one.name, deleted: true } };
        }),
    },
    {
      method: 'DELETE',
      path: '/v1/models/*/*',
      key: true,
      answer: (call) =>
        withOne(call, (one) => {
          models.delete(one.name);
          return { body: { id: one.name, deleted: true } };
        }),
    },
    {
      ...chat,
      answer(call) {
        const one = models.get(String(call.fields(CHAT_FIELDS).model));
        if (one === undefined || nebius.unrouted > 0) {
          nebius.unrouted -= 1;
          return detail(404, 'The model does not exist');
        }
        return chat.answer(call);
      },
    },
  ]);
  const nebius: NebiusDeployments = {
    strict,
    url: `${strict.origin}/v1`,
    weights,
    there: () => models.size,
    life: [null, 'validating', 'active'],
    base: 'meta-llama/Llama-3.1-8B-Instruct',
    lora: true,
    unrouted: 0,
  };
  return nebius;
}
