import { chatRoute } from './chat-route.ts';
import {
  type StrictAnswer,
  type StrictCall,
  type StrictRoute,
  type StrictServer,
  strictServer,
} from './strict-server.ts';

export const FIREWORKS_BASE = 'accounts/fireworks/models/qwen3-8b';
/** Runs until it is deleted. */
export const FIREWORKS_SLOW = 'accounts/fireworks/models/deepseek-v3';
export const ACCOUNT = 'acme';

const LIFE = ['CREATING', 'VALIDATING', 'PENDING', 'RUNNING', 'WRITING_RESULTS', 'COMPLETED'];
const OVER: ReadonlySet<string> = new Set(['COMPLETED', 'EARLY_STOPPED', 'FAILED', 'EXPIRED', 'CANCELLED']);

interface Dataset {
  readonly id: string;
  readonly fields: Readonly<Record<string, unknown>>;
  bytes: Buffer | null;
  validated: boolean;
  looks: number;
}

interface Job {
  readonly name: string;
  readonly asked: Readonly<Record<string, unknown>>;
  readonly made: number;
  life: readonly string[];
  looks: number;
}

export interface FireworksServer {
  readonly strict: StrictServer;
  readonly url: string;
  readonly jobs: Map<string, Job>;
  /** States of the next jobs. */
  life: readonly string[];
  /** What becomes of datasets. */
  faulty: { code: string; message: string } | null;
  /** Items of a page of a list. */
  page: number;
}

const SETTINGS = [
  'baseModel',
  'warmStartFrom',
  'outputModel',
  'epochs',
  'learningRate',
  'loraRank',
  'maxContextLength',
  'batchSize',
];
const SFT_FIELDS = [...SETTINGS, 'dataset', 'displayName', 'batchSizeSamples', 'evaluationDataset', 'evalAutoCarveout'];
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

const refused = (status: number, code: number, message: string): StrictAnswer => ({
  status,
  body: { code, message, details: [] },
});

/** Fireworks as PROVIDERS' facts have it, on loopback: anything else that is called is a fault. */
export async function fireworksServer(): Promise<FireworksServer> {
  const datasets = new Map<string, Dataset>();
  const jobs = new Map<string, Job>();
  const of = `/v1/accounts/${ACCOUNT}`;

  const datasetObject = (one: Dataset) => {
    const there = one.bytes !== null && one.validated && one.looks > 2;
    return {
      ...one.fields,
      name: `accounts/${ACCOUNT}/datasets/${one.id}`,
      state: there ? 'READY' : 'UPLOADING',
      createTime: '2026-11-20T10:00:00Z',
      status: there && fireworks.faulty !== null ? fireworks.faulty : { code: 'OK', message: '' },
      estimatedTokenCount: '40211',
    };
  };
  const withDataset = (call: StrictCall, answer: (one: Dataset) => StrictAnswer): StrictAnswer => {
    const one = datasets.get(call.parts[0] ?? '');
    return one === undefined ? refused(404, 5, 'dataset does not exist') : answer(one);
  };
  const jobObject = (job: Job) => {
    const state = job.life[Math.min(job.looks, job.life.length - 1)] ?? '';
    return {
      ...job.asked,
      name: job.name,
      state: `JOB_STATE_${state}`,
      status:
        state === 'FAILED' ? { code: 'INVALID_ARGUMENT', message: 'row 3 is too long' } : { code: 'OK', message: '' },
      createTime: new Date(Date.UTC(2026, 10, 20, 10, job.made)).toISOString(),
      ...(OVER.has(state) ? { completedTime: '2026-11-20T11:00:00Z' } : {}),
      jobProgress: { percent: 40, epoch: 1 },
      estimatedCost: { currencyCode: 'USD', units: '1', nanos: 20_000_000 },
    };
  };
  const withJob = (
    collection: string,
    call: StrictCall,
    answer: (job: Job, key: string) => StrictAnswer,
  ): StrictAnswer => {
    const key = `${collection}/${call.parts[0]}`;
    const job = jobs.get(key);
    return job === undefined ? refused(404, 5, 'job does not exist') : answer(job, key);
  };
  const paged = (collection: string, items: readonly unknown[], { query }: StrictCall): StrictAnswer => {
    const from = Number(query.get('pageToken') ?? 0);
    const to = from + fireworks.page;
    return {
      body: {
        [collection]: items.slice(from, to),
        nextPageToken: to < items.length ? String(to) : '',
        totalSize: items.length,
      },
    };
  };

  const jobRoutes = (
    collection: string,
    idName: string,
    create: (call: StrictCall) => Readonly<Record<string, unknown>>,
  ): StrictRoute[] => [
    {
      method: 'POST',
      path: `${of}/${collection}`,
      query: [idName],
      key: true,
      answer(call) {
        const asked = create(call);
        const id = call.query.get(idName) ?? `job-${jobs.size + 1}`;
        if (!/^[a-z0-9-]{1,63}$/.test(id)) return refused(400, 3, 'bad id');
        if (jobs.has(`${collection}/${id}`)) return refused(409, 6, 'job exists');
        const dataset = String(asked.dataset).split('/');
        if (dataset[0] !== 'accounts' || dataset[1] !== ACCOUNT || dataset[2] !== 'datasets')
          return refused(400, 3, 'bad dataset');
        const slow = JSON.stringify(asked).includes(FIREWORKS_SLOW);
        const job = {
          name: `accounts/${ACCOUNT}/${collection}/${id}`,
          asked,
          made: jobs.size,
          life: slow ? ['PENDING', 'RUNNING'] : fireworks.life,
          looks: 0,
        };
        jobs.set(`${collection}/${id}`, job);
        return { body: jobObject(job) };
      },
    },
    {
      method: 'GET',
      path: `${of}/${collection}`,
      query: LIST,
      key: true,
      answer: (call) =>
        paged(
          collection,
          [...jobs].filter(([key]) => key.startsWith(`${collection}/`)).map(([, job]) => jobObject(job)),
          call,
        ),
    },
    {
      method: 'GET',
      path: `${of}/${collection}/*`,
      key: true,
      answer: (call) =>
        withJob(collection, call, (job) => {
          job.looks += 1;
          return { body: jobObject(job) };
        }),
    },
    {
      method: 'POST',
      path: `${of}/${collection}/*:resume`,
      key: true,
      answer: (call) =>
        withJob(collection, call, (job) => {
          call.fields([]);
          job.life = ['RUNNING'];
          return { body: jobObject(job) };
        }),
    },
    {
      method: 'DELETE',
      path: `${of}/${collection}/*`,
      key: true,
      answer: (call) =>
        withJob(collection, call, (_, key) => {
          jobs.delete(key);
          return { body: {} };
        }),
    },
  ];

  const routes = (origin: () => string): readonly StrictRoute[] => [
    {
      method: 'POST',
      path: `${of}/datasets`,
      key: true,
      answer(call) {
        const { datasetId, dataset } = call.fields(['datasetId', 'dataset'], ['datasetId', 'dataset']);
        const id = String(datasetId);
        if (!/^[a-z0-9-]{1,63}$/.test(id) || typeof dataset !== 'object' || dataset === null)
          return refused(400, 3, 'bad dataset');
        const fields: Record<string, unknown> = { ...dataset };
        const known = ['format', 'userUploaded', 'exampleCount', 'displayName'];
        if (Object.keys(fields).some((name) => !known.includes(name))) return refused(400, 3, 'unknown field');
        if (fields.format !== 'CHAT' || !/^\d+$/.test(String(fields.exampleCount)))
          return refused(400, 3, 'bad dataset');
        datasets.set(id, { id, fields, bytes: null, validated: false, looks: 0 });
        return { body: {} };
      },
    },
    {
      method: 'POST',
      path: `${of}/datasets/*:upload`,
      key: true,
      answer: (call) =>
        withDataset(call, (one) => {
          const bytes = partOf(call);
          if (bytes === null) return refused(400, 3, 'no file');
          one.bytes = bytes;
          one.validated = true;
          return { body: {} };
        }),
    },
    {
      method: 'POST',
      path: `${of}/datasets/*:getUploadEndpoint`,
      key: true,
      answer: (call) =>
        withDataset(call, (one) => {
          const { filenameToSize } = call.fields(['filenameToSize'], ['filenameToSize']);
          const entries = Object.entries(Object(filenameToSize)).map(([name, size]) => {
            if (typeof size !== 'string') throw new Error('sizes are text');
            return [name, `${origin()}/signed/${one.id}`];
          });
          return { body: { filenameToSignedUrls: Object.fromEntries(entries) } };
        }),
    },
    {
      method: 'PUT',
      path: '/signed/*',
      key: false,
      answer: (call) =>
        withDataset(call, (one) => {
          one.bytes = call.body;
          return {};
        }),
    },
    {
      method: 'GET',
      path: '/signed/*',
      key: false,
      answer: (call) => withDataset(call, ({ bytes }) => ({ body: bytes ?? Buffer.alloc(0) })),
    },
    {
      method: 'POST',
      path: `${of}/datasets/*:validateUpload`,
      key: true,
      answer: (call) =>
        withDataset(call, (one) => {
          call.fields([]);
          one.validated = one.bytes !== null;
          return { body: {} };
        }),
    },
    {
      method: 'GET',
      path: `${of}/datasets/*:getDownloadEndpoint`,
      key: true,
      answer: (call) =>
        withDataset(call, ({ id }) => ({ body: { filenameToSignedUrls: { 'x.jsonl': `${origin()}/signed/${id}` } } })),
    },
    {
      method: 'GET',
      path: `${of}/datasets/*`,
      key: true,
      answer: (call) =>
        withDataset(call, (one) => {
          one.looks += 1;
          return { body: datasetObject(one) };
        }),
    },
    {
      method: 'GET',
      path: `${of}/datasets`,
      query: LIST,
      key: true,
      answer: (call) => paged('datasets', [...datasets.values()].map(datasetObject), call),
    },
    {
      method: 'DELETE',
      path: `${of}/datasets/*`,
      key: true,
      answer: (call) =>
        withDataset(call, ({ id }) => {
          datasets.delete(id);
          return { body: {} };
        }),
    },
    ...jobRoutes('supervisedFineTuningJobs', 'supervisedFineTuningJobId', (call) =>
      call.fields(SFT_FIELDS, ['dataset', 'baseModel']),
    ),
    ...jobRoutes('dpoJobs', 'dpoJobId', (call) =>
      call.fields(['dataset', 'displayName', 'trainingConfig', 'lossConfig'], ['dataset', 'trainingConfig']),
    ),
    {
      method: 'GET',
      path: '/inference/v1/models',
      key: true,
      answer: () => ({ body: { object: 'list', data: [{ id: FIREWORKS_BASE, object: 'model' }] } }),
    },
    chatRoute('/inference/v1/chat/completions', CHAT_FIELDS),
  ];
  const strict = await strictServer(routes);
  const fireworks: FireworksServer = {
    strict,
    url: `${strict.origin}/inference/v1`,
    jobs,
    life: LIFE,
    faulty: null,
    page: 2,
  };
  return fireworks;
}

/** The one file of a form; null where the form is not of that shape. */
function partOf({ headers, body }: StrictCall): Buffer | null {
  const boundary = /^multipart\/form-data; boundary=(.+)$/.exec(headers['content-type'] ?? '')?.[1];
  if (boundary === undefined || headers['content-length'] !== String(body.length)) return null;
  const text = body.toString('latin1');
  const [, head = '', rest = ''] = /^--\S+\r\n([\s\S]*?)\r\n\r\n([\s\S]*)$/.exec(text) ?? [];
  const end = `\r\n--${boundary}--\r\n`;
  if (!text.startsWith(`--${boundary}\r\n`) || !/name="file"; filename="/.test(head) || !rest.endsWith(end))
    return null;
  return Buffer.from(rest.slice(0, -end.length), 'latin1');
}
