import { chatRoute } from './chat-route.ts';
import { formParts, type MoreRoutes, pageAfter } from './shapes.ts';
import {
  type StrictAnswer,
  type StrictCall,
  type StrictRoute,
  type StrictServer,
  strictServer,
} from './strict-server.ts';

export const AZURE_BASE = 'gpt-4.1-mini-2025-04-14';
/** Runs until it is cancelled. */
export const AZURE_SLOW = 'gpt-4.1-2025-04-14';
/** A deployment that chats. */
export const AZURE_DEPLOYMENT = 'teacher-deployment';
export const AZURE_VERSION = '2025-04-01-preview';

const LIFE = ['validating_files', 'queued', 'running', 'running', 'succeeded'];
const OVER: ReadonlySet<string> = new Set(['succeeded', 'failed', 'cancelled']);
const MARK = Buffer.from([0xef, 0xbb, 0xbf]);
export const RESULTS_CSV = 'step,train_loss,train_accuracy,valid_loss\n1,1.9,0.4,\n2,1.2,0.6,1.4\n';

interface File {
  readonly id: string;
  readonly filename: string;
  readonly purpose: string;
  readonly bytes: Buffer;
  looks: number;
}

interface Upload {
  readonly id: string;
  readonly asked: Readonly<Record<string, unknown>>;
  readonly parts: Map<string, Buffer>;
}

interface Job {
  readonly id: string;
  readonly asked: Readonly<Record<string, unknown>>;
  /** Seconds since the epoch. */
  readonly made: number;
  life: readonly string[];
  looks: number;
}

/** Which of Azure's addresses it has. */
export type AzureForm = 'v1' | 'project' | 'dated';

const PREFIXES: Readonly<Record<AzureForm, string>> = {
  v1: '/openai/v1',
  project: '/api/projects/acme/openai/v1',
  dated: '/openai',
};

export interface AzureServer {
  readonly strict: StrictServer;
  readonly url: string;
  readonly jobs: Map<string, Job>;
  readonly files: Map<string, File>;
  /** Words of the next jobs. */
  life: readonly string[];
  /** What files come to. */
  processed: 'processed' | 'error';
  /** Whether events and checkpoints are told by POST alone. */
  onlyPost: boolean;
}

const CREATE_FIELDS = [
  'model',
  'training_file',
  'validation_file',
  'suffix',
  'seed',
  'method',
  'hyperparameters',
  'trainingType',
];
const SFT_SETTINGS = ['n_epochs', 'batch_size', 'learning_rate_multiplier', 'prompt_loss_weight'];
const DPO_SETTINGS = ['n_epochs', 'beta', 'learning_rate_multiplier', 'l2_multiplier'];
const TIERS = ['standard', 'globalStandard', 'developerTier'];
const CHAT_FIELDS = ['messages', 'model', 'max_completion_tokens', 'stream', 'stream_options', 'temperature', 'seed'];
const PAGE = ['limit', 'after'];

const refused = (status: number, code: string, message: string): StrictAnswer => ({
  status,
  body: { error: { code, message } },
});

const others = (given: unknown, known: readonly string[]): readonly string[] =>
  Object.keys(Object(given)).filter((name) => !known.includes(name));

/** Names in the body of a job that Azure does not know, or not so. */
function wrongIn(asked: Readonly<Record<string, unknown>>): readonly string[] {
  const method = Object(asked.method);
  const tells = (wrong: boolean, name: string): readonly string[] => (wrong ? [name] : []);
  return [
    ...others(asked.hyperparameters, SFT_SETTINGS),
    ...others(method, ['type', 'dpo']),
    ...others(method.dpo, ['hyperparameters']),
    ...others(method.dpo?.hyperparameters, DPO_SETTINGS),
    ...tells(method.type === 'dpo' && asked.hyperparameters !== undefined, 'hyperparameters'),
    ...tells(!['supervised', 'dpo'].includes(method.type), 'type'),
    ...tells(asked.trainingType !== undefined && !TIERS.includes(String(asked.trainingType)), 'trainingType'),
    ...tells(!/^[a-zA-Z0-9_-]{1,40}$/.test(String(asked.suffix ?? 'x')), 'suffix'),
  ];
}

/** Azure as PROVIDERS' facts have it, on loopback: anything else that is called is a fault. */
export async function azureServer(form: AzureForm = 'v1', more: MoreRoutes = () => []): Promise<AzureServer> {
  const files = new Map<string, File>();
  const uploads = new Map<string, Upload>();
  const jobs = new Map<string, Job>();
  const base = PREFIXES[form];
  let made = 0;
  const next = (name: string): string => {
    made += 1;
    return `${name}-${made}`;
  };
  const keep = (filename: string, purpose: string, bytes: Buffer): StrictAnswer => {
    if (bytes.subarray(0, 3).equals(MARK) !== (purpose === 'fine-tune')) return refused(400, 'bad', 'the mark');
    const file = { id: next('file'), filename, purpose, bytes, looks: 0 };
    files.set(file.id, file);
    return { status: 201, body: fileObject(file) };
  };
  const fileObject = ({ id, filename, purpose, bytes, looks }: File) => ({
    id,
    object: 'file',
    bytes: bytes.length,
    created_at: 1_790_000_000,
    filename,
    purpose,
    status: looks === 0 ? 'pending' : looks === 1 ? 'running' : azure.processed,
  });
  const withFile = (call: StrictCall, answer: (file: File) => StrictAnswer): StrictAnswer => {
    const file = files.get(call.parts[0] ?? '');
    return file === undefined ? refused(404, 'NotFound', 'The file does not exist.') : answer(file);
  };
  const withJob = (call: StrictCall, answer: (job: Job) => StrictAnswer): StrictAnswer => {
    const job = jobs.get(call.parts[0] ?? '');
    return job === undefined ? refused(404, 'NotFound', 'The job does not exist.') : answer(job);
  };
  const wordOf = ({ life, looks }: Job): string => life[Math.min(looks, life.length - 1)] ?? '';
  const resultsOf = ({ id }: Job): string => `file-results-${id}`;
  const jobObject = (job: Job) => {
    const status = wordOf(job);
    const done = status === 'succeeded';
    if (done)
      files.set(resultsOf(job), {
        id: resultsOf(job),
        filename: 'results.csv',
        purpose: 'fine-tune-results',
        bytes: Buffer.from(RESULTS_CSV),
        looks: 2,
      });
    return {
      ...job.asked,
      id: job.id,
      object: 'fine_tuning.job',
      status,
      created_at: job.made,
      finished_at: OVER.has(status) ? job.made + 60 : null,
      fine_tuned_model: done ? `${job.asked.model}.ft-0a1b-${job.asked.suffix ?? ''}` : null,
      result_files: done ? [resultsOf(job)] : [],
      error: status === 'failed' ? { code: 'invalid_training_file', message: 'row 3 is too long' } : null,
    };
  };
  const listed = (path: string, items: (job: Job) => readonly { readonly id: string }[]): StrictRoute[] =>
    (['GET', 'POST'] as const).map((method) =>
      route(method, `/fine_tuning/jobs/*/${path}`, PAGE, (call) => {
        if (method === 'GET' && azure.onlyPost) return refused(405, 'MethodNotAllowed', 'Use POST.');
        if (method === 'POST' && !azure.onlyPost) return refused(405, 'MethodNotAllowed', 'Use GET.');
        return withJob(call, (job) => pageAfter(items(job), call));
      }),
    );
  const acts = (path: string, allowed: readonly string[], life: readonly string[]): StrictRoute =>
    route('POST', `/fine_tuning/jobs/*/${path}`, [], (call) =>
      withJob(call, (job) => {
        call.fields([]);
        if (!allowed.includes(wordOf(job))) return refused(400, 'BadRequest', `A job that is ${wordOf(job)} cannot.`);
        job.life = life;
        job.looks = 0;
        return { body: jobObject(job) };
      }),
    );
  const route = (
    method: string,
    path: string,
    query: readonly string[],
    answer: StrictRoute['answer'],
    at: string = base,
  ): StrictRoute => {
    const dated = form === 'dated' ? ['api-version'] : [];
    return { method, path: `${at}${path}`, query: [...query, ...dated], needed: dated, key: true, answer };
  };
  const chat = chatRoute('', CHAT_FIELDS);

  const routes = (): readonly StrictRoute[] => [
    route('POST', '/files', [], (call) => {
      const parts = formParts(call);
      const file = parts?.get('file');
      const purpose = parts?.get('purpose')?.bytes.toString() ?? '';
      if (file?.filename == null || !['fine-tune', 'batch'].includes(purpose) || parts?.size !== 2)
        return refused(400, 'bad', 'bad form');
      if (file.bytes.length > 150 * 1024 * 1024) return refused(400, 'bad', 'too large');
      return keep(file.filename, purpose, file.bytes);
    }),
    route('GET', '/files', [], () => ({ body: { object: 'list', data: [...files.values()].map(fileObject) } })),
    route('GET', '/files/*', [], (call) =>
      withFile(call, (file) => {
        file.looks += 1;
        return { body: fileObject(file) };
      }),
    ),
    route('GET', '/files/*/content', [], (call) => withFile(call, ({ bytes }) => ({ body: bytes }))),
    route('DELETE', '/files/*', [], (call) =>
      withFile(call, ({ id }) => {
        files.delete(id);
        return { body: { id, deleted: true } };
      }),
    ),
    // In parts files go to the resource alone, never to one of its projects.
    ...uploadRoutes(),
    route('POST', '/fine_tuning/jobs', [], (call) => {
      const asked = call.fields(CREATE_FIELDS, ['model', 'training_file', 'method']);
      const wrong = wrongIn(asked);
      if (wrong.length > 0) return refused(400, 'unknown', `unknown ${wrong.join(', ')}`);
      if (!files.has(String(asked.training_file))) return refused(400, 'bad', 'no such training file');
      const slow = asked.model === AZURE_SLOW;
      const life = slow ? ['queued', 'running'] : azure.life;
      const job = { id: next('ftjob'), asked, made: Math.floor(Date.now() / 1000) + made, life, looks: 0 };
      jobs.set(job.id, job);
      return { status: 201, body: jobObject(job) };
    }),
    route('GET', '/fine_tuning/jobs', PAGE, (call) => pageAfter([...jobs.values()].map(jobObject).toReversed(), call)),
    route('GET', '/fine_tuning/jobs/*', [], (call) =>
      withJob(call, (job) => {
        job.looks += 1;
        return { body: jobObject(job) };
      }),
    ),
    ...listed('events', (job) => eventsOf(job, wordOf(job))),
    ...listed('checkpoints', (job) => (wordOf(job) === 'succeeded' ? checkpointsOf(job) : [])),
    acts('cancel', ['queued', 'running', 'paused', 'validating_files'], ['cancelled']),
    acts('pause', ['running'], ['pausing', 'paused']),
    acts('resume', ['paused'], ['queued', 'running']),
    route('GET', '/models', [], () => ({ body: { object: 'list', data: [{ id: AZURE_BASE, object: 'model' }] } })),
    route('POST', form === 'dated' ? '/deployments/*/chat/completions' : '/chat/completions', [], chat.answer),
    ...more({
      bytesOf: (id) => files.get(id)?.bytes ?? null,
      add(filename, bytes) {
        const file = { id: next('file'), filename, purpose: 'batch_output', bytes, looks: 2 };
        files.set(file.id, file);
        return file.id;
      },
    }),
  ];

  function uploadRoutes(): StrictRoute[] {
    const at = PREFIXES[form === 'project' ? 'v1' : form];
    const withUpload = (call: StrictCall, answer: (upload: Upload) => StrictAnswer): StrictAnswer => {
      const upload = uploads.get(call.parts[0] ?? '');
      return upload === undefined ? refused(404, 'NotFound', 'The upload does not exist.') : answer(upload);
    };
    return [
      route(
        'POST',
        '/uploads',
        [],
        (call) => {
          const known = ['filename', 'purpose', 'bytes', 'mime_type'];
          const upload = { id: next('upload'), asked: call.fields(known, known), parts: new Map() };
          uploads.set(upload.id, upload);
          return { body: { id: upload.id, object: 'upload', status: 'pending' } };
        },
        at,
      ),
      route(
        'POST',
        '/uploads/*/parts',
        [],
        (call) =>
          withUpload(call, ({ parts }) => {
            const data = formParts(call)?.get('data');
            if (data === undefined || data.bytes.length > 64 * 1024 * 1024) return refused(400, 'bad', 'bad part');
            const id = next('part');
            parts.set(id, data.bytes);
            return { body: { id, object: 'upload.part' } };
          }),
        at,
      ),
      route(
        'POST',
        '/uploads/*/complete',
        [],
        (call) =>
          withUpload(call, ({ id, asked, parts }) => {
            const { part_ids } = call.fields(['part_ids'], ['part_ids']);
            const all = Buffer.concat([part_ids].flat().map((part) => parts.get(String(part)) ?? Buffer.alloc(0)));
            if (all.length !== asked.bytes) return refused(400, 'bad', 'another size');
            const { body } = keep(String(asked.filename), String(asked.purpose), all);
            return { body: { id, object: 'upload', status: 'completed', file: body } };
          }),
        at,
      ),
    ];
  }

  const strict = await strictServer(routes, 'api-key');
  const azure: AzureServer = {
    strict,
    url: form === 'dated' ? strict.origin : `${strict.origin}${base}`,
    jobs,
    files,
    life: LIFE,
    processed: 'processed',
    onlyPost: false,
  };
  return azure;
}

/** Newest first, as OpenAI tells them. */
function eventsOf({ id, made, looks }: Job, word: string): readonly { readonly id: string }[] {
  const event = (number: number, message: string) => ({
    object: 'fine_tuning.job.event',
    id: `ftevent-${id}-${number}`,
    created_at: made + number,
    level: 'info',
    type: 'message',
    message,
  });
  const all = [event(1, 'Job enqueued.'), event(2, 'Job started.'), event(3, 'Preprocessing completed.')];
  const last = { succeeded: 'The job has successfully completed', failed: 'Job failed', cancelled: 'Job cancelled' };
  const end = Object.entries(last).find(([name]) => name === word)?.[1];
  return [...(end === undefined ? all.slice(0, looks + 1) : [...all, event(4, end)])].toReversed();
}

const checkpointsOf = ({ id, made, asked }: Job): readonly { readonly id: string }[] =>
  [20, 10].map((step) => ({
    id: `ftckpt-${step}`,
    object: 'fine_tuning.job.checkpoint',
    created_at: made + step,
    fine_tuning_job_id: id,
    fine_tuned_model_checkpoint: `${asked.model}.ft-0a1b-${asked.suffix ?? ''}:ckpt-step-${step}`,
    step_number: step,
    metrics: { full_valid_loss: 1 / step },
  }));
