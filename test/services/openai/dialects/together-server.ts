import { chatRoute } from './chat-route.ts';
import type { MoreRoutes } from './shapes.ts';
import {
  type StrictAnswer,
  type StrictCall,
  type StrictRoute,
  type StrictServer,
  strictServer,
} from './strict-server.ts';
import { estimateRoutes, TOGETHER_BASE, TOGETHER_PRICE } from './together-estimates.ts';

/** Runs until it is cancelled. */
export const TOGETHER_SLOW = 'Qwen/Qwen3-235B';

/** What a job that goes well is called, one look after the other. */
const LIFE = ['pending', 'queued', 'running', 'compressing', 'uploading', 'completed'];

const OVER: ReadonlySet<string> = new Set(['completed', 'cancelled', 'error']);

interface File {
  readonly id: string;
  readonly filename: string;
  readonly purpose: string;
  bytes: Buffer | null;
  looks: number;
}

interface Job {
  readonly id: string;
  readonly asked: Readonly<Record<string, unknown>>;
  /** Milliseconds since the epoch. */
  readonly made: number;
  /** The words it goes through, a look each; the last one stays. */
  life: readonly string[];
  looks: number;
  events: readonly Readonly<Record<string, unknown>>[];
}

export interface TogetherServer {
  readonly strict: StrictServer;
  readonly url: string;
  readonly jobs: Map<string, Job>;
  /** Words of the next jobs. */
  life: readonly string[];
  /** What processing comes to, and why. */
  processed: { status: string; error?: string };
  /** What is said of a job's price. */
  price: Readonly<Record<string, unknown>>;
}

const CREATE_FIELDS = [
  'model',
  'training_file',
  'validation_file',
  'n_epochs',
  'n_checkpoints',
  'n_evals',
  'batch_size',
  'learning_rate',
  'lr_scheduler',
  'warmup_ratio',
  'max_grad_norm',
  'weight_decay',
  'random_seed',
  'suffix',
  'training_method',
  'training_type',
  'train_on_inputs',
];
const CHAT_FIELDS = ['messages', 'model', 'max_tokens', 'temperature', 'top_p', 'stop', 'stream', 'seed'];

const refused = (status: number, message: string, code: string | null = null): StrictAnswer => ({
  status,
  body: { error: { message, type: 'invalid_request_error', param: null, code } },
});

/** Together as PROVIDERS' facts have it, on loopback: anything else that is called is a fault. */
export async function togetherServer(more: MoreRoutes = () => []): Promise<TogetherServer> {
  const files = new Map<string, File>();
  const jobs = new Map<string, Job>();
  let made = 0;
  const next = (name: string): string => {
    made += 1;
    return `${name}-${made}`;
  };

  const fileObject = (file: File) => {
    const done = file.bytes !== null && file.looks > 2;
    const status = file.bytes === null ? 'PENDING' : done ? together.processed.status : 'RUNNING';
    const { error } = together.processed;
    return {
      id: file.id,
      object: 'file',
      bytes: file.bytes?.length ?? 0,
      created_at: 1_790_000_000,
      filename: file.filename,
      FileType: 'jsonl',
      Processed: done,
      purpose: file.purpose,
      processing_status: status,
      validation_report: { valid: error === undefined, ...(error === undefined ? {} : { error }) },
    };
  };
  const withFile = (call: StrictCall, answer: (file: File) => StrictAnswer): StrictAnswer => {
    const file = files.get(call.parts[0] ?? '');
    return file === undefined ? refused(404, 'File not found, it may be deleted.') : answer(file);
  };
  const withJob = (call: StrictCall, answer: (job: Job) => StrictAnswer): StrictAnswer => {
    const job = jobs.get(call.parts[0] ?? '');
    return job === undefined ? refused(404, 'There is no job of this id.') : answer(job);
  };

  const wordOf = ({ life, looks }: Job): string => life[Math.min(looks, life.length - 1)] ?? '';
  const shortJob = (job: Job) => ({
    id: job.id,
    status: wordOf(job),
    created_at: new Date(job.made).toISOString(),
    updated_at: new Date(job.made + 59_000).toISOString(),
    user_id: 'u',
    model: job.asked.model,
    suffix: job.asked.suffix ?? '',
    progress: { estimate_available: true, seconds_remaining: 60 },
    total_price: 0,
  });
  const wholeJob = (job: Job) => ({
    ...shortJob(job),
    training_file: job.asked.training_file,
    validation_file: job.asked.validation_file ?? '',
    n_epochs: job.asked.n_epochs ?? 1,
    batch_size: job.asked.batch_size ?? 'max',
    learning_rate: job.asked.learning_rate ?? 1e-5,
    random_seed: job.asked.random_seed ?? null,
    training_type: job.asked.training_type ?? { type: 'Lora', lora_r: 64, lora_alpha: 128 },
    model_output_name: `acme/Qwen3-8B-${job.asked.suffix ?? ''}-1f2e`,
    ...(wordOf(job) === 'completed' ? { model_object_id: 'ml_9c', model_object_revision_id: 'rv_1' } : {}),
    token_count: 40_211,
    total_price: 4.0,
  });

  const routes = (origin: () => string): readonly StrictRoute[] => [
    {
      method: 'POST',
      path: '/v1/files',
      query: ['file_name', 'file_type', 'purpose'],
      key: true,
      answer({ query, body, headers }) {
        const form = new URLSearchParams(body.toString('utf8'));
        const purpose = query.get('purpose') ?? '';
        const wanted =
          ['fine-tune', 'batch-api'].includes(purpose) &&
          form.get('purpose') === purpose &&
          [query, form].every((one) => one.get('file_type') === 'jsonl');
        if (!wanted || headers['content-type'] !== 'application/x-www-form-urlencoded') return refused(400, 'bad file');
        const file = { id: next('file'), filename: query.get('file_name') ?? '', purpose, bytes: null, looks: 0 };
        files.set(file.id, file);
        return { status: 302, headers: { location: `${origin()}/signed/${file.id}`, 'x-together-file-id': file.id } };
      },
    },
    {
      method: 'PUT',
      path: '/signed/*',
      key: false,
      answer: (call) =>
        withFile(call, (file) => {
          const { headers, body } = call;
          if (
            headers['content-type'] !== 'application/octet-stream' ||
            headers['content-length'] !== String(body.length)
          )
            return { status: 403, body: {} };
          file.bytes = body;
          return {};
        }),
    },
    {
      method: 'POST',
      path: '/v1/files/*/preprocess',
      key: true,
      answer: (call) => withFile(call, (file) => ({ body: fileObject(file) })),
    },
    {
      method: 'GET',
      path: '/v1/files/*',
      key: true,
      answer: (call) =>
        withFile(call, (file) => {
          file.looks += 1;
          return { body: fileObject(file) };
        }),
    },
    {
      method: 'GET',
      path: '/v1/files/*/content',
      key: true,
      answer: (call) => withFile(call, ({ bytes }) => ({ body: bytes ?? Buffer.alloc(0) })),
    },
    {
      method: 'GET',
      path: '/v1/files',
      key: true,
      answer: () => ({ body: { data: [...files.values()].map(fileObject) } }),
    },
    {
      method: 'DELETE',
      path: '/v1/files/*',
      key: true,
      answer: (call) =>
        withFile(call, ({ id }) => {
          files.delete(id);
          return { body: { id, deleted: true } };
        }),
    },
    {
      method: 'POST',
      path: '/v1/fine-tunes',
      key: true,
      answer(call) {
        const asked = call.fields(CREATE_FIELDS, ['model', 'training_file', 'training_method']);
        const id = next('ft');
        const life = asked.model === TOGETHER_SLOW ? ['pending', 'running'] : together.life;
        const job: Job = { id, asked, made: Date.now(), life, looks: 0, events: [] };
        job.events = lifeEvents(life);
        jobs.set(id, job);
        return { body: shortJob(job) };
      },
    },
    {
      method: 'GET',
      path: '/v1/fine-tunes',
      key: true,
      answer: () => ({ body: { data: [...jobs.values()].map(shortJob) } }),
    },
    {
      method: 'GET',
      path: '/v1/fine-tunes/*',
      key: true,
      answer: (call) =>
        withJob(call, (job) => {
          job.looks += 1;
          return { body: wholeJob(job) };
        }),
    },
    {
      method: 'GET',
      path: '/v1/fine-tunes/*/events',
      key: true,
      answer: (call) =>
        withJob(call, (job) => ({
          body: { data: OVER.has(wordOf(job)) ? job.events : job.events.slice(0, 1 + job.looks * 2) },
        })),
    },
    {
      method: 'GET',
      path: '/v1/fine-tunes/*/metrics',
      query: ['global_step_from'],
      key: true,
      answer: (call) =>
        withJob(call, (job) => {
          const from = Number(call.query.get('global_step_from') ?? 0);
          const steps = job.looks < 3 ? [] : STEPS.filter((one) => one['train/global_step'] >= from);
          // The figures of an evaluation stand behind those of their step, and name none.
          return { body: { metrics: steps.length === 0 ? [] : [...steps, { 'eval/loss': 1.4 }] } };
        }),
    },
    {
      method: 'GET',
      path: '/v1/fine-tunes/*/checkpoints',
      key: true,
      answer: (call) =>
        withJob(call, () => ({
          body: {
            data: [
              {
                step: 2,
                path: 'b',
                created_at: '2026-11-20T10:20:00Z',
                checkpoint_type: 'Final',
                object_id: 'ml_2',
                object_name: 'acme/two',
              },
              { step: 1, path: 'a', created_at: '2026-11-20T10:10:00Z', checkpoint_type: 'Intermediate' },
            ],
          },
        })),
    },
    {
      method: 'DELETE',
      path: '/v1/fine-tunes/*',
      key: true,
      answer: (call) =>
        withJob(call, ({ id }) => {
          jobs.delete(id);
          return { body: { message: 'Deleted.' } };
        }),
    },
    {
      method: 'POST',
      path: '/v1/fine-tunes/*/cancel',
      key: true,
      answer: (call) =>
        withJob(call, (job) => {
          if (OVER.has(wordOf(job))) return refused(400, 'The job is over.');
          job.life = ['cancel_requested', 'cancel_requested', 'cancelled'];
          job.looks = 0;
          return { body: shortJob(job) };
        }),
    },
    ...estimateRoutes({ hasFile: (id) => files.has(id), price: () => together.price, refused }),
    {
      method: 'GET',
      path: '/v1/models',
      key: true,
      answer: () => ({ body: [{ id: TOGETHER_BASE, object: 'model', pricing: { input: 0.2, finetune: 0.48 } }] }),
    },
    chatRoute('/v1/chat/completions', CHAT_FIELDS),
    ...more({
      bytesOf: (id) => files.get(id)?.bytes ?? null,
      add(filename, bytes) {
        const file = { id: next('file'), filename, purpose: 'batch-generated', bytes, looks: 3 };
        files.set(file.id, file);
        return file.id;
      },
    }),
  ];
  const strict = await strictServer(routes);
  const together: TogetherServer = {
    strict,
    url: `${strict.origin}/v1`,
    jobs,
    life: LIFE,
    processed: { status: 'COMPLETED' },
    price: TOGETHER_PRICE,
  };
  return together;
}

const STEPS = [
  { 'train/global_step': 1, 'train/loss': 1.9, 'train/learning_rate': 1e-5, 'train/grad_norm': 1.1 },
  { 'train/global_step': 2, 'train/loss': 1.2, 'train/learning_rate': 5e-6, 'train/grad_norm': 1.0 },
];

/** As Together tells them: without ids, some of the same second, one of them twice. */
function lifeEvents(life: readonly string[]): Job['events'] {
  const event = (second: number, type: string, message: string, more = {}) => ({
    object: 'fine-tune-event',
    created_at: `2026-11-20T10:01:${String(second).padStart(2, '0')}Z`,
    level: null,
    message,
    type,
    ...more,
  });
  const last = life.at(-1);
  return [
    event(1, 'job_pending', 'Job is pending'),
    event(2, 'job_start', 'Job started'),
    event(2, 'job_start', 'Job started'),
    event(3, 'training_start', 'Training started'),
    event(4, 'epoch_complete', 'Epoch completed', { step: 1 }),
    event(4, 'epoch_complete', 'Epoch completed', { step: 2 }),
    event(5, 'warning', 'Rows were cut', { level: 'warning' }),
    ...(last === 'completed' ? [event(6, 'job_complete', 'Job finished')] : []),
    ...(last === 'error'
      ? [event(6, 'job_error', 'Out of memory at step 3', { level: 'error' }), event(7, 'refund', 'Refunded')]
      : []),
  ];
}
