import * as z from 'zod';
import { isRecord, parseJson } from '../../../domain/common/json.ts';
import { sanitizeLine } from '../../../domain/text/sanitize.ts';
import type { TrackerAccount } from '../../../domain/tracking/types.ts';
import type { LoggedRun } from '../../../domain/wandb/run-log.ts';
import { type Operation, sendOperation } from './graphql.ts';
import type { Http } from './http.ts';

/** What W&B made of a run: its entity is only known now where none was named. */
export interface UpsertedRun {
  readonly entity: string;
  readonly project: string;
  /** Whether it was not there before. */
  readonly inserted: boolean;
}

const UPSERT: Operation<UpsertedRun> = {
  name: 'UpsertBucket',
  retryConflict: true,
  document: `mutation UpsertBucket($name: String, $project: String, $entity: String, $displayName: String, $config: JSONString, $host: String, $jobType: String, $tags: [String!]) {
  upsertBucket(input: {name: $name, modelName: $project, entityName: $entity, displayName: $displayName, config: $config, host: $host, jobType: $jobType, tags: $tags}) {
    bucket { id name project { name entity { name } } }
    inserted
  }
}`,
  data: z
    .object({
      upsertBucket: z.object({
        bucket: z.object({ project: z.object({ name: z.string(), entity: z.object({ name: z.string() }) }) }),
        inserted: z.boolean().nullish(),
      }),
    })
    .transform(({ upsertBucket: { bucket, inserted } }) => ({
      entity: bucket.project.entity.name,
      project: bucket.project.name,
      inserted: inserted === true,
    })),
};

const orNull = (text: string): string | null => (text === '' ? null : text);

/** What is sent of a run but its rows: the same text means that nothing changed. `entity` is empty for the default. */
export function runVariables(run: LoggedRun, entity: string): Readonly<Record<string, unknown>> {
  const config = Object.fromEntries(Object.entries(run.config).map(([key, value]) => [key, { value }]));
  return {
    name: run.id,
    project: run.project,
    entity: orNull(entity),
    displayName: orNull(run.displayName),
    config: JSON.stringify(config),
    host: orNull(run.host),
    jobType: orNull(run.jobType),
    tags: run.tags,
  };
}

/** Makes the run, or brings it up to date. Throws TrackingError. */
export function upsertRun(http: Http, run: LoggedRun, entity: string): Promise<UpsertedRun> {
  const subject = { doing: `uploading the run ${run.id}`, place: `${entity || 'your account'}/${run.project}` };
  return sendOperation(http, UPSERT, runVariables(run, entity), subject);
}

/** Names that are shown and never sent back. */
const shownName = z.string().transform((name) => sanitizeLine(name).trim());

const VIEWER: Operation<TrackerAccount | null> = {
  name: 'Viewer',
  document: 'query Viewer { viewer { username entity teams { edges { node { name } } } } }',
  data: z
    .object({
      viewer: z
        .object({
          username: shownName.nullish(),
          entity: shownName.nullish(),
          teams: z.object({ edges: z.array(z.object({ node: z.object({ name: shownName }) })) }).nullish(),
        })
        .nullish(),
    })
    .transform(({ viewer }) =>
      viewer
        ? {
            username: viewer.username ?? viewer.entity ?? '',
            entity: viewer.entity ?? null,
            teams: viewer.teams?.edges.map(({ node }) => node.name) ?? [],
          }
        : null,
    ),
};

/** Whose key it is; null when it is nobody's. Throws TrackingError. */
export function viewer(http: Http): Promise<TrackerAccount | null> {
  return sendOperation(http, VIEWER, {}, { doing: 'asking whose key it is', place: 'account of this key' });
}

export interface RunStanding {
  /** Of its summary. */
  readonly status: string | null;
}

const STATUS: Operation<RunStanding | null> = {
  name: 'RunResumeStatus',
  document: `query RunResumeStatus($project: String, $entity: String, $name: String!) {
  model(name: $project, entityName: $entity) { bucket(name: $name, missingOk: true) { summaryMetrics } }
}`,
  data: z
    .object({
      model: z
        .object({
          bucket: z.object({ summaryMetrics: z.string().nullish() }).nullish(),
        })
        .nullish(),
    })
    .transform(({ model }) => {
      const bucket = model?.bucket;
      if (!bucket) return null;
      const summary = parseJson(bucket.summaryMetrics ?? '');
      const status = isRecord(summary) ? summary.status : null;
      return { status: typeof status === 'string' ? sanitizeLine(status).trim() : null };
    }),
};

/** How a run stands; null when there is no such run. `entity` is null for the account's own. Throws TrackingError. */
export async function runStanding(
  http: Http,
  { entity, project, runId }: { readonly entity: string | null; readonly project: string; readonly runId: string },
): Promise<RunStanding | null> {
  const subject = { doing: `asking after the run ${runId}`, place: `${entity ?? 'your account'}/${project}` };
  return sendOperation(http, STATUS, { project, entity, name: runId }, subject);
}
