import type { BatchDialect } from '../../../../src/domain/batches/limits.ts';
import { pageAfter } from '../dialects/shapes.ts';
import type { StrictAnswer, StrictCall } from '../dialects/strict-server.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What a batch of a stand-in is, whatever it is called on the wire. */
export interface StandInBatch {
  readonly id: string;
  readonly asked: Fields;
  /** Seconds since the epoch. */
  readonly made: number;
  readonly requests: number;
  /** In OpenAI's words. */
  status: string;
  answered: number;
  failed: number;
  /** Ids of files; null where there is none. */
  output: string | null;
  errors: string | null;
  /** Why it failed. */
  faults: readonly { readonly code: string; readonly message: string; readonly line: number | null }[];
}

export interface Listed {
  readonly id: string;
}

/** The batch API of a provider, as its documents have it; written apart from the table of the service, so that each proves the other. */
export interface BatchWire {
  readonly path: string;
  /** Fields of the body; all are needed. */
  readonly fields: readonly string[];
  readonly wants: (asked: Fields) => boolean;
  readonly fileOf: (asked: Fields) => string;
  /** The members of a row, in any order. */
  readonly row: readonly string[];
  /** Whether the body of a row names the model. */
  readonly hasModel: boolean;
  readonly listQuery: readonly string[];
  readonly list: (items: readonly Listed[], call: StrictCall) => unknown;
  readonly created: (object: unknown) => StrictAnswer;
  readonly object: (batch: StandInBatch) => Listed;
  /** What stands as `response` of a request that was answered. */
  readonly response: (completion: unknown) => unknown;
  /** Whether there is always a file of errors, if an empty one. */
  readonly errorsAlways?: boolean;
}

const CHAT = '/v1/chat/completions';
const iso = (seconds: number): string => new Date(seconds * 1000).toISOString();

const openai: BatchWire = {
  path: '/v1/batches',
  fields: ['input_file_id', 'endpoint', 'completion_window'],
  wants: ({ endpoint, completion_window }) => endpoint === CHAT && completion_window === '24h',
  fileOf: ({ input_file_id }) => String(input_file_id),
  row: ['custom_id', 'method', 'url', 'body'],
  hasModel: true,
  listQuery: ['limit', 'after'],
  list: (items, call) => pageAfter(items, call).body,
  created: (body) => ({ body }),
  object: (batch) => ({
    ...batch.asked,
    id: batch.id,
    object: 'batch',
    status: batch.status,
    errors:
      batch.faults.length === 0 ? null : { object: 'list', data: batch.faults.map((one) => ({ ...one, param: null })) },
    created_at: batch.made,
    expires_at: batch.made + 86_400,
    [`${batch.status}_at`]: batch.made + 60,
    output_file_id: batch.output,
    error_file_id: batch.errors,
    request_counts: { total: batch.requests, completed: batch.answered, failed: batch.failed },
    metadata: null,
  }),
  response: (completion) => ({ status_code: 200, request_id: 'req_1', body: completion }),
};

const MISTRAL_WORDS: Readonly<Record<string, string>> = {
  validating: 'QUEUED',
  in_progress: 'RUNNING',
  completed: 'SUCCESS',
  failed: 'FAILED',
  expired: 'TIMEOUT_EXCEEDED',
  cancelling: 'CANCELLATION_REQUESTED',
  cancelled: 'CANCELLED',
};

export const BATCH_WIRES: Readonly<Record<BatchDialect, BatchWire>> = {
  openai,
  azure: {
    ...openai,
    path: '/openai/v1/batches',
    wants: ({ endpoint, completion_window }) => endpoint === '/chat/completions' && completion_window === '24h',
    list: (items) => ({ value: items, nextLink: null }),
    created: (body) => ({ status: 201, body }),
    object: (batch) => ({
      ...openai.object(batch),
      status: batch.status.replace(/^\w/, (letter) => letter.toUpperCase()),
      created_at: iso(batch.made),
      expires_at: iso(batch.made + 86_400),
      endpoint: null,
    }),
    errorsAlways: true,
  },
  together: {
    ...openai,
    row: ['custom_id', 'body'],
    listQuery: [],
    list: (items) => items,
    created: (job) => ({ status: 201, body: { job, warning: 'It may take a day.' } }),
    object: (batch) => ({
      id: batch.id,
      endpoint: CHAT,
      input_file_id: batch.asked.input_file_id,
      status: batch.status.toUpperCase(),
      progress: batch.status === 'completed' ? 100 : 0,
      created_at: iso(batch.made),
      job_deadline: iso(batch.made + 86_400),
      ...(batch.status === 'completed' ? { completed_at: iso(batch.made + 60) } : {}),
      ...(batch.output === null ? {} : { output_file_id: batch.output }),
      ...(batch.errors === null ? {} : { error_file_id: batch.errors }),
      ...(batch.faults.length === 0
        ? {}
        : { error: batch.faults.map(({ line, message }) => `line ${line}: ${message}`).join('; ') }),
    }),
    response: (body) => ({ status_code: 200, body }),
  },
  groq: { ...openai, list: (items) => ({ object: 'list', data: items }) },
  mistral: {
    path: '/v1/batch/jobs',
    fields: ['input_files', 'endpoint', 'model', 'timeout_hours'],
    wants: ({ endpoint, timeout_hours, model }) => endpoint === CHAT && timeout_hours === 24 && model !== '',
    fileOf: ({ input_files }) => String([input_files].flat()[0]),
    row: ['custom_id', 'body'],
    hasModel: false,
    listQuery: ['page', 'page_size'],
    list: (items, { query }) => {
      const [page, size] = [Number(query.get('page')), Number(query.get('page_size'))];
      return { object: 'list', data: items.slice(page * size, (page + 1) * size), total: items.length };
    },
    created: (body) => ({ body }),
    object: (batch) => ({
      ...batch.asked,
      id: batch.id,
      object: 'batch',
      metadata: null,
      agent_id: null,
      status: MISTRAL_WORDS[batch.status] ?? batch.status,
      created_at: batch.made,
      started_at: null,
      completed_at: batch.status === 'completed' ? batch.made + 60 : null,
      total_requests: batch.requests,
      completed_requests: batch.answered + batch.failed,
      succeeded_requests: batch.answered,
      failed_requests: batch.failed,
      output_file: batch.output,
      error_file: batch.errors,
      errors: batch.faults.map(({ line, message }) => ({ message: `line ${line}: ${message}`, count: 1 })),
    }),
    response: (body) => ({ status_code: 200, body }),
  },
  nebius: {
    ...openai,
    object: (batch) => ({
      ...openai.object(batch),
      status: batch.status === 'completed' ? 'done' : batch.status,
      request_counts: {},
    }),
    response: (completion) => completion,
  },
};
