import { chatRoute } from './chat-route.ts';
import { formParts, type MoreRoutes, pageAfter } from './shapes.ts';
import {
  type StrictAnswer,
  type StrictCall,
  type StrictRoute,
  type StrictServer,
  strictServer,
} from './strict-server.ts';

export const NEBIUS_BASE = 'meta-llama/Llama-3.3-70B-Instruct';
/** Runs until it is cancelled. */
export const NEBIUS_SLOW = 'Qwen/Qwen3-235B-A22B';

const LIFE = ['validating_files', 'queued', 'running', 'running', 'succeeded'];
const OVER: ReadonlySet<string> = new Set(['succeeded', 'failed', 'cancelled']);

interface File {
  readonly id: string;
  readonly filename: string;
  readonly purpose: string;
  readonly bytes: Buffer;
}

interface Job {
  readonly id: string;
  readonly asked: Readonly<Record<string, unknown>>;
  /** Seconds since the epoch. */
  readonly made: number;
  life: readonly string[];
  looks: number;
}

export interface NebiusServer {
  readonly strict: StrictServer;
  readonly url: string;
  readonly jobs: Map<string, Job>;
  /** Words of the next jobs. */
  life: readonly string[];
  /** Checkpoints that jobs leave. */
  checkpoints: number;
}

const CREATE_FIELDS = [
  'model',
  'training_file',
  'validation_file',
  'hyperparameters',
  'method',
  'integrations',
  'seed',
  'suffix',
  'tags',
  'from_checkpoint',
];
/** Least and most of each. */
const NUMBERS: Readonly<Record<string, readonly [least: number, most: number]>> = {
  batch_size: [1, 64],
  learning_rate: [0, Number.POSITIVE_INFINITY],
  n_epochs: [1, 20],
  warmup_ratio: [0, 1],
  weight_decay: [0, Number.POSITIVE_INFINITY],
  max_grad_norm: [Number.MIN_VALUE, Number.POSITIVE_INFINITY],
  lora_r: [8, 128],
  lora_alpha: [8, Number.POSITIVE_INFINITY],
  lora_dropout: [0, 1],
};
const OTHERS = ['packing', 'context_length', 'lora'];
const CHAT_FIELDS = [
  'messages',
  'model',
  'max_completion_tokens',
  'max_tokens',
  'stream',
  'stream_options',
  'seed',
  'temperature',
];
/** Taken everywhere. */
const PROJECT = 'ai_project_id';
const PAGE = ['limit', 'after', PROJECT];

const unprocessable = (field: string, msg: string): StrictAnswer => ({
  status: 422,
  body: { detail: [{ loc: ['body', 'hyperparameters', field], msg, type: 'value_error' }] },
});
/** Why a hyperparameter is refused; empty where it is not. */
function wrongOf(name: string, value: unknown): readonly StrictAnswer[] {
  const [least, most] = NUMBERS[name] ?? [];
  if (least === undefined || most === undefined)
    return OTHERS.includes(name) ? [] : [unprocessable(name, 'Extra inputs are not permitted')];
  const fits = typeof value === 'number' && value >= least && value <= most;
  return fits ? [] : [unprocessable(name, `Input should be from ${least} to ${most}`)];
}

const notThere = (what: string): StrictAnswer => ({ status: 404, body: { detail: `${what} does not exist` } });

/** Nebius as PROVIDERS' facts have it, on loopback: anything else that is called is a fault. */
export async function nebiusServer(more: MoreRoutes = () => []): Promise<NebiusServer> {
  const files = new Map<string, File>();
  const jobs = new Map<string, Job>();

  const keep = (filename: string, purpose: string, bytes: Buffer): File => {
    const kept = { id: `file-${files.size + 1}`, filename, purpose, bytes };
    files.set(kept.id, kept);
    return kept;
  };
  const fileObject = ({ id, filename, purpose, bytes }: File) => ({
    id,
    object: 'file',
    bytes: bytes.length,
    created_at: 1_790_000_000,
    filename,
    purpose,
    status: null,
  });
  const withFile = (call: StrictCall, answer: (file: File) => StrictAnswer): StrictAnswer => {
    const file = files.get(call.parts[0] ?? '');
    return file === undefined ? notThere('The file') : answer(file);
  };
  const withJob = (call: StrictCall, answer: (job: Job) => StrictAnswer): StrictAnswer => {
    const job = jobs.get(call.parts[0] ?? '');
    return job === undefined ? notThere('The job') : answer(job);
  };
  const wordOf = ({ life, looks }: Job): string => life[Math.min(looks, life.length - 1)] ?? '';
  const jobObject = (job: Job) => {
    const status = wordOf(job);
    const given = Object(job.asked.hyperparameters);
    return {
      ...job.asked,
      id: job.id,
      object: 'fine_tuning.job',
      status,
      created_at: job.made,
      finished_at: OVER.has(status) ? job.made + 60 : null,
      error: status === 'failed' ? { code: '500', message: 'A node was lost', param: null } : null,
      fine_tuned_model: null,
      hyperparameters: { n_epochs: 3, batch_size: 8, learning_rate: 1e-5, lora: false, lora_r: 8, ...given },
      trained_steps: 3,
      total_steps: 8,
      trained_tokens: null,
      estimated_finish: job.made + 90,
      result_files: [],
      organization_id: '',
    };
  };
  const checkpointsOf = ({ id, made, asked }: Job): readonly { readonly id: string }[] =>
    Array.from({ length: nebius.checkpoints }, (_, index) => index + 1).map((number) => ({
      id: `ftckpt_${id}-${number}`,
      created_at: made + number,
      fine_tuned_model_checkpoint: `ft:${asked.model}:org_placeholder:${asked.suffix ?? ''}:IDPlaceholder:ckpt-step-${number * 3}`,
      fine_tuning_job_id: id,
      step_number: number * 3,
      metrics: { train_loss: 1 / number, valid_loss: 2 / number },
      result_files: [`file-adapter-${number}`],
    }));

  const routes = (): readonly StrictRoute[] => [
    {
      method: 'POST',
      path: '/v1/files',
      query: [PROJECT],
      key: true,
      answer(call) {
        const parts = formParts(call);
        const file = parts?.get('file');
        const purpose = parts?.get('purpose')?.bytes.toString() ?? '';
        if (file?.filename == null || !['fine-tune', 'batch'].includes(purpose) || parts?.size !== 2)
          return unprocessable('file', 'bad form');
        return { body: fileObject(keep(file.filename, purpose, file.bytes)) };
      },
    },
    {
      method: 'GET',
      path: '/v1/files',
      query: [PROJECT],
      key: true,
      answer: () => ({ body: { object: 'list', data: [...files.values()].map(fileObject) } }),
    },
    {
      method: 'GET',
      path: '/v1/files/*',
      query: [PROJECT],
      key: true,
      answer: (call) => withFile(call, (file) => ({ body: fileObject(file) })),
    },
    {
      method: 'GET',
      path: '/v1/files/*/content',
      query: [PROJECT],
      key: true,
      answer: (call) => withFile(call, ({ bytes }) => ({ body: bytes })),
    },
    {
      method: 'DELETE',
      path: '/v1/files/*',
      query: [PROJECT],
      key: true,
      answer: (call) =>
        withFile(call, ({ id }) => {
          files.delete(id);
          return { body: { id, object: 'file', deleted: true } };
        }),
    },
    {
      method: 'POST',
      path: '/v1/fine_tuning/jobs',
      query: [PROJECT],
      key: true,
      answer(call) {
        const asked = call.fields(CREATE_FIELDS, ['model', 'training_file']);
        if (asked.method !== undefined) return unprocessable('method', 'together with hyperparameters');
        const refusal = Object.entries(Object(asked.hyperparameters)).flatMap(([name, value]) =>
          wrongOf(name, value),
        )[0];
        if (refusal !== undefined) return refusal;
        const life = asked.model === NEBIUS_SLOW ? ['running'] : nebius.life;
        const made = Math.floor(Date.now() / 1000) + jobs.size;
        const job = { id: `ftjob-${jobs.size + 1}`, asked, made, life, looks: 0 };
        jobs.set(job.id, job);
        return { body: jobObject(job) };
      },
    },
    {
      method: 'GET',
      path: '/v1/fine_tuning/jobs',
      query: PAGE,
      key: true,
      answer: (call) => pageAfter([...jobs.values()].map(jobObject).toReversed(), call),
    },
    {
      method: 'GET',
      path: '/v1/fine_tuning/jobs/*',
      query: [PROJECT],
      key: true,
      answer: (call) =>
        withJob(call, (job) => {
          job.looks += 1;
          return { body: jobObject(job) };
        }),
    },
    {
      method: 'POST',
      path: '/v1/fine_tuning/jobs/*/cancel',
      query: [PROJECT],
      key: true,
      answer: (call) =>
        withJob(call, (job) => {
          call.fields([]);
          job.life = ['cancelled'];
          return { body: jobObject(job) };
        }),
    },
    {
      method: 'GET',
      path: '/v1/fine_tuning/jobs/*/events',
      query: PAGE,
      key: true,
      answer: (call) => withJob(call, (job) => pageAfter(eventsOf(job, wordOf(job)), call)),
    },
    {
      method: 'GET',
      path: '/v1/fine_tuning/jobs/*/checkpoints',
      query: PAGE,
      key: true,
      answer: (call) =>
        withJob(call, (job) => {
          const { body } = pageAfter(checkpointsOf(job), call);
          return { body: { ...Object(body), first_id: null, last_id: null } };
        }),
    },
    {
      method: 'GET',
      path: '/v1/models',
      query: [PROJECT],
      key: true,
      answer: () => ({ body: { object: 'list', data: [{ id: NEBIUS_BASE, object: 'model' }] } }),
    },
    chatRoute('/v1/chat/completions', CHAT_FIELDS),
    ...more({
      bytesOf: (id) => files.get(id)?.bytes ?? null,
      add: (filename, bytes) => keep(filename, 'batch_output', bytes).id,
    }),
  ];
  const strict = await strictServer(routes);
  const nebius: NebiusServer = { strict, url: `${strict.origin}/v1`, jobs, life: LIFE, checkpoints: 3 };
  return nebius;
}

/** Oldest first, though not quite: two of them stand the wrong way round. */
function eventsOf({ id, made, looks }: Job, word: string): readonly { readonly id: string }[] {
  const event = (second: number, message: string, type = 'message', data: unknown = null) => ({
    id: `ftevent-${id}-${second}`,
    object: 'fine_tuning.job.event',
    created_at: made + second,
    level: 'info',
    message,
    type,
    data,
  });
  const all = [
    event(1, 'Job is created'),
    event(3, 'Training began'),
    event(2, 'Files are valid'),
    event(4, 'Step 3', 'metrics', { step: 3, total_steps: 8, train_loss: 1.2, valid_loss: 1.4 }),
  ];
  const last = { succeeded: 'The job is completed', failed: 'The job failed', cancelled: 'The job is cancelled' };
  const end = Object.entries(last).find(([name]) => name === word)?.[1];
  return end === undefined ? all.slice(0, looks + 1) : [...all, event(5, end)];
}
