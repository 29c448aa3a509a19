import type { IncomingHttpHeaders } from 'node:http';
import * as z from 'zod';

/** An error as MLflow's API has it. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export interface StoredRun {
  readonly id: string;
  readonly experiment: string;
  readonly name: string;
  status: string;
  endTime: number | null;
  deleted: boolean;
  readonly params: Map<string, string>;
  readonly tags: Map<string, string>;
  readonly metrics: {
    readonly key: string;
    readonly value: number;
    readonly timestamp: number;
    readonly step: number;
  }[];
  readonly files: Map<string, string>;
}

export interface Store {
  readonly experiments: Map<string, { readonly id: string; deleted: boolean }>;
  readonly runs: Map<string, StoredRun>;
  /** What the artifacts of runs are kept under. */
  artifactRoot: string;
  /** Points a page of `metrics/get-history` has. */
  perPage: number;
}

export const newStore = (): Store => ({
  experiments: new Map(),
  runs: new Map(),
  artifactRoot: 'mlflow-artifacts:',
  perPage: 1000,
});

interface Call {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Names as mlflow/utils/validation.py has them. */
const name = z
  .string()
  .min(1)
  .max(250)
  .regex(/^[/\w.\- ]+$/)
  .refine((text) => !/(^|\/)(\.{0,2})(\/|$)/.test(text), 'not the same when read as a path');
const param = z.strictObject({ key: name, value: z.string().max(6000) });
const tag = z.strictObject({ key: name, value: z.string().max(5000) });
const metric = z.strictObject({
  key: name,
  value: z.number(),
  timestamp: z.number().int().nonnegative(),
  step: z.number().int(),
});
const unique = <T extends { readonly key: string }>(items: readonly T[]): boolean =>
  new Set(items.map(({ key }) => key)).size === items.length;

/** By call: its method, what it may be given, and what it does. Nothing else is let through. */
const CALLS: Readonly<Record<string, { readonly method: 'GET' | 'POST'; run(store: Store, given: unknown): unknown }>> =
  {
    'experiments/get-by-name': get({ experiment_name: z.string() }, (store, { experiment_name }) => {
      const found = store.experiments.get(experiment_name);
      if (found === undefined) throw missing(`Could not find experiment with name '${experiment_name}'`);
      const stage = found.deleted ? 'deleted' : 'active';
      return { experiment: { experiment_id: found.id, name: experiment_name, lifecycle_stage: stage } };
    }),
    'experiments/create': post({ name: z.string().min(1).max(500) }, (store, given) => {
      if (store.experiments.has(given.name)) throw new ApiError(400, 'RESOURCE_ALREADY_EXISTS', 'It is there.');
      const id = String(store.experiments.size + 1);
      store.experiments.set(given.name, { id, deleted: false });
      return { experiment_id: id };
    }),
    'runs/create': post(
      {
        experiment_id: z.string(),
        run_name: z.string(),
        start_time: z.number().int(),
        tags: z.array(tag).max(100).refine(unique),
      },
      (store, { experiment_id, run_name, tags }) => {
        const id = `run${store.runs.size + 1}`.padEnd(32, '0');
        const run: StoredRun = {
          id,
          experiment: experiment_id,
          name: run_name,
          status: 'RUNNING',
          endTime: null,
          deleted: false,
          params: new Map(),
          tags: new Map(tags.map(({ key, value }) => [key, value])),
          metrics: [],
          files: new Map(),
        };
        store.runs.set(id, run);
        return { run: shown(store, run) };
      },
    ),
    'runs/get': get({ run_id: z.string() }, (store, { run_id }) => ({ run: shown(store, runIn(store, run_id)) })),
    'runs/search': post(
      {
        experiment_ids: z.array(z.string()).length(1),
        filter: z.string(),
        run_view_type: z.literal('ACTIVE_ONLY'),
        max_results: z.number().int().positive(),
        order_by: z.array(z.literal('attributes.start_time ASC')),
      },
      (store, { experiment_ids, filter, max_results }) => {
        const [, key, value] = /^tags\."([\w.]+)" = '([\w.-]+)'$/.exec(filter) ?? [];
        if (key === undefined) throw new Error(`unreadable filter ${filter}`);
        const runs = [...store.runs.values()].filter(
          (run) => run.experiment === experiment_ids[0] && !run.deleted && run.tags.get(key) === value,
        );
        // As the real one, which leaves an empty list out.
        return runs.length === 0 ? {} : { runs: runs.slice(0, max_results).map((run) => shown(store, run)) };
      },
    ),
    'runs/log-batch': post(
      {
        run_id: z.string(),
        metrics: z.array(metric).max(1000).optional(),
        params: z.array(param).max(100).refine(unique).optional(),
        tags: z.array(tag).max(100).optional(),
      },
      (store, { run_id, metrics = [], params = [], tags = [] }) => {
        const run = runIn(store, run_id);
        for (const { key, value } of params) {
          if (run.params.has(key) && run.params.get(key) !== value)
            throw new ApiError(400, 'INVALID_PARAMETER_VALUE', `Changing param values is not allowed: ${key}`);
          run.params.set(key, value);
        }
        for (const { key, value } of tags) run.tags.set(key, value);
        run.metrics.push(...metrics);
        return {};
      },
    ),
    'runs/update': post(
      { run_id: z.string(), status: z.enum(['FINISHED', 'FAILED', 'KILLED']), end_time: z.number().int() },
      (store, { run_id, status, end_time }) => {
        const run = runIn(store, run_id);
        Object.assign(run, { status, endTime: end_time });
        return { run_info: shown(store, run).info };
      },
    ),
    'metrics/get-history': get(
      { run_id: z.string(), metric_key: name, page_token: z.string().optional() },
      (store, { run_id, metric_key, page_token }) => {
        const all = runIn(store, run_id).metrics.filter(({ key }) => key === metric_key);
        const from = Number(page_token ?? 0);
        const next = from + store.perPage;
        return { metrics: all.slice(from, next), ...(next < all.length ? { next_page_token: String(next) } : {}) };
      },
    ),
  };

function get<T extends z.ZodRawShape>(shape: T, run: (store: Store, given: z.infer<z.ZodObject<T>>) => unknown) {
  return {
    method: 'GET' as const,
    run: (store: Store, given: unknown) => run(store, z.strictObject(shape).parse(given)),
  };
}

function post<T extends z.ZodRawShape>(shape: T, run: (store: Store, given: z.infer<z.ZodObject<T>>) => unknown) {
  return {
    method: 'POST' as const,
    run: (store: Store, given: unknown) => run(store, z.strictObject(shape).parse(given)),
  };
}

const missing = (what: string): ApiError => new ApiError(404, 'RESOURCE_DOES_NOT_EXIST', what);

function runIn({ runs }: Store, id: string): StoredRun {
  const run = runs.get(id);
  if (run === undefined) throw missing(`Run '${id}' not found`);
  return run;
}

function shown({ artifactRoot }: Store, run: StoredRun) {
  const list = (map: ReadonlyMap<string, string>) => [...map].map(([key, value]) => ({ key, value }));
  const latest = [...new Map(run.metrics.map((point) => [point.key, point])).values()];
  return {
    info: {
      run_id: run.id,
      run_uuid: run.id,
      experiment_id: run.experiment,
      status: run.status,
      lifecycle_stage: run.deleted ? 'deleted' : 'active',
      artifact_uri: `${artifactRoot}/${run.experiment}/${run.id}/artifacts`,
    },
    data: {
      ...(run.params.size === 0 ? {} : { params: list(run.params) }),
      tags: list(run.tags),
      ...(latest.length === 0 ? {} : { metrics: latest }),
    },
  };
}

/** Throws ApiError, and anything else for what no call of MLflow's is. */
export function answerTo(store: Store, { method, url, headers, body }: Call): unknown {
  if (Number(headers['content-length'] ?? 0) !== body.length) throw new Error('another length than was said');
  const file = /^\/api\/2\.0\/mlflow-artifacts\/artifacts\/([^/]+)\/([^/]+)\/artifacts\/(.+)$/.exec(url.pathname);
  if (file !== null && method === 'PUT') {
    if (headers['content-type'] !== 'application/octet-stream') throw new Error('a file without its type');
    const [, , runId = '', path = ''] = file;
    runIn(store, runId).files.set(decodeURIComponent(path), body.toString());
    return {};
  }
  const call = CALLS[url.pathname.replace('/api/2.0/mlflow/', '')];
  if (call === undefined || call.method !== method) throw new Error(`nothing is at ${method} ${url.pathname}`);
  if (method === 'GET') return call.run(store, Object.fromEntries(url.searchParams));
  if (headers['content-type'] !== 'application/json') throw new Error('a body without its type');
  if (body.length > 1e6) throw new Error('more than 1 MB');
  return call.run(store, JSON.parse(body.toString()));
}
