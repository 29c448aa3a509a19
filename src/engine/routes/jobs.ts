import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import type { EngineContext } from '../http/context.ts';
import { badRequest } from '../http/error.ts';
import { pageOf, parsePage } from '../http/page.ts';
import { parseRequest } from '../http/parse.ts';
import type { JobRow } from '../storage/job-row.ts';
import type { MetadataFilter } from '../storage/jobs.ts';
import type { Store } from '../storage/store.ts';
import { cancelJob, createJob, found, pauseJob, resumeJob } from '../training/lifecycle.ts';
import { parseJobRequest } from './job-request.ts';
import { checkpointView, eventView, jobView } from './job-view.ts';

const BASE = '/v1/fine_tuning/jobs';
const MAX_PAGE = 1000;

const params = z.object({ id: z.string() });
const jobIdOf = (given: unknown): string => parseRequest(params, given).id;

export function jobRoutes(app: FastifyInstance, { store, models, scheduler }: EngineContext): void {
  app.post(BASE, (request) => {
    const job = createJob(store, parseJobRequest(request.body, models.baseModels, store));
    scheduler.poke();
    return jobView(job);
  });

  app.get(BASE, (request) => {
    const page = parsePage(request.query, 20, MAX_PAGE);
    return pageOf(store.jobs.list(page, metadataFilter(request.query)), page.limit, jobView);
  });

  app.get(`${BASE}/:id`, (request) => jobView(found(store, jobIdOf(request.params))));

  const changes: Readonly<Record<string, (store: Store, id: string) => JobRow>> = {
    cancel: cancelJob,
    pause: pauseJob,
    resume: resumeJob,
  };
  for (const [name, change] of Object.entries(changes)) {
    app.post(`${BASE}/:id/${name}`, (request) => {
      const job = change(store, jobIdOf(request.params));
      scheduler.poke();
      return jobView(job);
    });
  }

  app.get(`${BASE}/:id/events`, (request) => {
    const { id } = found(store, jobIdOf(request.params));
    const page = parsePage(request.query, 20, MAX_PAGE);
    return pageOf(store.events.list(id, page), page.limit, eventView);
  });

  app.get(`${BASE}/:id/checkpoints`, (request) => {
    const { id } = found(store, jobIdOf(request.params));
    const page = parsePage(request.query, 10, MAX_PAGE);
    return pageOf(store.checkpoints.list(id, page), page.limit, checkpointView);
  });
}

/** `metadata[key]=value` pairs, or `metadata=null` for jobs without; undefined when neither is given. */
function metadataFilter(query: unknown): MetadataFilter | undefined {
  const pairs: Record<string, string> = {};
  for (const [name, value] of Object.entries(parseRequest(z.record(z.string(), z.unknown()), query))) {
    const key = /^metadata\[(.+)\]$/.exec(name)?.[1];
    if (key !== undefined) pairs[key] = String(value);
    if (name !== 'metadata') continue;
    if (value === 'null') return null;
    throw badRequest("Filter by metadata with 'metadata[key]=value' or 'metadata=null'.", 'metadata', 'invalid_value');
  }
  return Object.keys(pairs).length > 0 ? pairs : undefined;
}
