import * as z from 'zod';
import { fault, type Operations, type Served } from './wandb-operations.ts';
import { runKey, type ServedRun } from './wandb-state.ts';

const configSchema = z.record(z.string(), z.strictObject({ value: z.json() }));

/** Operations on runs and accounts. */
export const runOperations: Pick<Operations, 'UpsertBucket' | 'Viewer' | 'RunResumeStatus' | 'CreateRunFiles'> = {
  UpsertBucket(server, asked) {
    const entity = entityOf(server, asked.entity);
    if (server.missing.has(`${entity}/${asked.project}`)) throw fault(404, `project ${asked.project} not found`);
    const key = runKey(entity, asked.project, asked.name);
    const found = server.state.runs.get(key);
    const run = found ?? emptyRun(entity, asked.project, asked.name);
    server.state.runs.set(key, run);
    if (asked.config !== null) run.config = configSchema.parse(JSON.parse(asked.config));
    run.displayName = asked.displayName ?? run.displayName;
    run.jobType = asked.jobType ?? run.jobType;
    run.host = asked.host ?? run.host;
    run.tags = asked.tags ?? run.tags;
    const bucket = {
      id: `run-${key}`,
      name: run.id,
      displayName: run.displayName,
      description: null,
      config: JSON.stringify(run.config),
      sweepName: null,
      project: { id: 'project', name: run.project, entity: { id: 'entity', name: entity } },
      historyLineCount: run.lines['wandb-history.jsonl'].length,
    };
    return { upsertBucket: { bucket, inserted: found === undefined } };
  },
  Viewer: ({ account }) => ({
    viewer: {
      id: 'viewer',
      username: account.username,
      entity: account.entity,
      email: null,
      flags: null,
      teams: { edges: account.teams.map((name) => ({ node: { name } })) },
    },
  }),
  RunResumeStatus(server, { entity, project, name }) {
    const run = server.state.runs.get(runKey(entityOf(server, entity), project, name));
    const bucket = run && { summaryMetrics: run.summary };
    const known = [...server.state.runs.values()].some((each) => each.project === project);
    return { model: known ? { bucket: bucket ?? null } : null };
  },
  CreateRunFiles(server, { entity, project, run, files }) {
    const key = runKey(entity, project, run);
    if (!server.state.runs.has(key)) throw fault(404, `run ${run} not found`);
    return {
      createRunFiles: {
        runID: key,
        uploadHeaders: ['Content-Type:application/octet-stream', 'x-store:run'],
        files: files.map((name) => ({
          name,
          uploadUrl: server.signed('runs', [entity, project, run, ...name.split('/')]),
        })),
      },
    };
  },
};

function entityOf({ account }: Served, asked: string | null): string {
  const entity = asked ?? account.entity;
  if (entity === null) throw fault(400, 'no default entity');
  if (entity !== account.entity && !account.teams.includes(entity)) throw fault(404, `entity ${entity} not found`);
  return entity;
}

const emptyRun = (entity: string, project: string, id: string): ServedRun => ({
  entity,
  project,
  id,
  displayName: null,
  jobType: null,
  host: null,
  tags: [],
  config: {},
  lines: { 'wandb-history.jsonl': [], 'wandb-events.jsonl': [], 'output.log': [] },
  summary: null,
  files: new Map(),
  uploaded: new Set(),
  exitCode: null,
  heartbeats: 0,
});
