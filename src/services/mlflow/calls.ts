import * as z from 'zod';
import { type Point, RUN_TAG } from '../../domain/mlflow/form.ts';
import type { KeyValue } from '../../domain/mlflow/names.ts';
import { TrackingError } from '../../domain/tracking/types.ts';
import type { MlflowApi } from './http.ts';

/** The calls of MLflow's REST API that a run needs (mlflow/protos/service.proto), with the fields that are used. */

/** Whole numbers of 64 bits come as numbers or as texts. */
const whole = z.union([z.number(), z.string().transform(Number)]);
const pairs = z.array(z.object({ key: z.string(), value: z.string() })).default([]);

const runSchema = z.object({
  info: z.object({
    run_id: z.string(),
    lifecycle_stage: z.string().default('active'),
    artifact_uri: z.string().default(''),
  }),
  data: z
    .object({ params: pairs, tags: pairs, metrics: z.array(z.object({ key: z.string() })).default([]) })
    .default({ params: [], tags: [], metrics: [] }),
});

/** A run as it stands at the server. */
export interface ServerRun {
  readonly runId: string;
  readonly artifactUri: string;
  readonly params: ReadonlyMap<string, string>;
  readonly tags: ReadonlyMap<string, string>;
  /** Names of those that have a point. */
  readonly metrics: ReadonlySet<string>;
}

const runOf = ({ info, data }: z.infer<typeof runSchema>): ServerRun => ({
  runId: info.run_id,
  artifactUri: info.artifact_uri,
  params: mapOf(data.params),
  tags: mapOf(data.tags),
  metrics: new Set(data.metrics.map(({ key }) => key)),
});

const mapOf = (entries: readonly KeyValue[]): ReadonlyMap<string, string> =>
  new Map(entries.map(({ key, value }) => [key, value]));

const experimentSchema = z.object({
  experiment: z.object({ experiment_id: z.string(), lifecycle_stage: z.string().default('active') }),
});

const MISSING = 'RESOURCE_DOES_NOT_EXIST';

/** The id of an experiment; null where there is none of the name. Throws TrackingError, also for one that was deleted. */
export async function findExperiment(api: MlflowApi, name: string): Promise<string | null> {
  const found = await api.send({
    path: 'experiments/get-by-name',
    get: { experiment_name: name },
    answer: experimentSchema,
    doing: `looking for the experiment ${name}`,
    unless: [MISSING],
  });
  if (found === null) return null;
  if (found.experiment.lifecycle_stage === 'active') return found.experiment.experiment_id;
  throw new TrackingError(
    'not-found',
    `The experiment ${name} was deleted at MLflow, which keeps its name taken.`,
    'Restore it there, or choose another experiment in Settings. What is on disk stays.',
  );
}

/** The id of an experiment, made where there is none. Throws TrackingError. */
export async function openExperiment(api: MlflowApi, name: string): Promise<string> {
  const there = await findExperiment(api, name);
  if (there !== null) return there;
  const made = await api.send({
    path: 'experiments/create',
    post: { name },
    answer: z.object({ experiment_id: z.string() }),
    doing: `creating the experiment ${name}`,
    // Somebody was quicker, or it was made by a call whose answer was lost.
    unless: ['RESOURCE_ALREADY_EXISTS'],
  });
  const id = made?.experiment_id ?? (await findExperiment(api, name));
  if (id !== null) return id;
  const next = 'Choose another experiment in Settings. What is on disk stays.';
  throw new TrackingError('not-found', `The experiment ${name} can be neither found nor made.`, next);
}

export interface WantedRun {
  readonly experimentId: string;
  /** As MLflow named it before; null when that is not known. */
  readonly known: string | null;
  /** Luthier's own id of it, by which it is found. */
  readonly key: string;
  readonly name: string;
  readonly startedAt: number;
  readonly tags: readonly KeyValue[];
}

/** The run, made where there is none with its key: looked for before each try, so that it is never made twice. Throws TrackingError. */
export async function openRun(api: MlflowApi, wanted: WantedRun): Promise<ServerRun> {
  const before = wanted.known === null ? null : await readRun(api, wanted.known);
  if (before !== null) return before;
  return api.persist(async () => (await findRun(api, wanted.experimentId, wanted.key)) ?? createRun(api, wanted));
}

async function readRun(api: MlflowApi, runId: string): Promise<ServerRun | null> {
  const found = await api.send({
    path: 'runs/get',
    get: { run_id: runId },
    answer: z.object({ run: runSchema }),
    doing: 'reading the run',
    unless: [MISSING],
  });
  return found === null || found.run.info.lifecycle_stage !== 'active' ? null : runOf(found.run);
}

/** The run of a key, not deleted; null where there is none. Throws TrackingError. */
export async function findRun(api: MlflowApi, experimentId: string, key: string): Promise<ServerRun | null> {
  const found = await api.once({
    path: 'runs/search',
    post: {
      experiment_ids: [experimentId],
      // Ids are letters, digits, `_`, `-` and `.`: nothing ends the text.
      filter: `tags."${RUN_TAG}" = '${key}'`,
      run_view_type: 'ACTIVE_ONLY',
      max_results: 1,
      order_by: ['attributes.start_time ASC'],
    },
    answer: z.object({ runs: z.array(runSchema).default([]) }),
    doing: 'looking for the run',
  });
  const [run] = found?.runs ?? [];
  return run === undefined ? null : runOf(run);
}

async function createRun(api: MlflowApi, { experimentId, key, name, startedAt, tags }: WantedRun): Promise<ServerRun> {
  const made = await api.once({
    path: 'runs/create',
    post: {
      experiment_id: experimentId,
      run_name: name,
      start_time: startedAt,
      tags: [{ key: RUN_TAG, value: key }, ...tags].slice(0, 100),
    },
    answer: z.object({ run: runSchema }),
    doing: 'creating the run',
  });
  if (made === null) throw new Error('A call without exceptions gave none.');
  return runOf(made.run);
}

export interface Batch {
  readonly metrics?: readonly Point[];
  readonly params?: readonly KeyValue[];
  readonly tags?: readonly KeyValue[];
}

const nothing = z.object({});

/** Throws TrackingError; with `once`, PassingFault where nobody knows whether it was taken. */
export async function sendBatch(
  api: MlflowApi,
  runId: string,
  batch: Batch,
  how: 'send' | 'once' = 'send',
): Promise<void> {
  await api[how]({
    path: 'runs/log-batch',
    post: { run_id: runId, ...batch },
    answer: nothing,
    doing: 'sending figures and words of the run',
  });
}

const historySchema = z.object({
  metrics: z.array(z.object({ value: z.number(), timestamp: whole, step: whole.default(0) })).default([]),
  next_page_token: z.string().optional(),
});

/** Every point of a metric that the server has. Throws PassingFault and TrackingError. */
export async function metricHistory(
  api: MlflowApi,
  runId: string,
  key: string,
): Promise<readonly Omit<Point, 'key'>[]> {
  const points: Omit<Point, 'key'>[] = [];
  for (let page = ''; ; ) {
    const read = await api.once({
      path: 'metrics/get-history',
      get: { run_id: runId, metric_key: key, ...(page === '' ? {} : { page_token: page }) },
      answer: historySchema,
      doing: `reading the figures of ${key}`,
      // As file stores answer for a metric that was never logged.
      unless: [MISSING],
    });
    points.push(...(read?.metrics ?? []));
    page = read?.next_page_token ?? '';
    if (page === '') return points;
  }
}

/** `status`: RUNNING, FINISHED, FAILED or KILLED; `at` in milliseconds since the epoch. Throws TrackingError. */
export async function updateRun(api: MlflowApi, runId: string, status: string, at: number): Promise<void> {
  const post = { run_id: runId, status, end_time: Math.round(at) };
  await api.send({ path: 'runs/update', post, answer: nothing, doing: 'ending the run' });
}
