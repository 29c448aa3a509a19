import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { MOST_INPUT_BYTES } from '../batches/request-lines.ts';
import type { EngineContext } from '../http/app.ts';
import { ApiError, badRequest, fileNotFound } from '../http/error.ts';
import { pageOf, parsePage } from '../http/page.ts';
import { parseRequest } from '../http/parse.ts';
import type { BatchCounts, BatchRow } from '../storage/batches.ts';
import { batchId, nowSeconds } from '../storage/ids.ts';
import { fileLife } from './files.ts';
import { metadataSchema } from './metadata.ts';

const PAGE = 20;
const MAX_PAGE = 100;
const WINDOW_SECONDS = 24 * 3600;

/** What this server answers. OpenAI's other endpoints are refused by name. */
const ENDPOINTS = ['/v1/chat/completions', '/v1/completions'] as const;

const bodySchema = z.strictObject({
  input_file_id: z.string(),
  endpoint: z.enum(ENDPOINTS),
  completion_window: z.literal('24h'),
  metadata: metadataSchema.nullish(),
  output_expires_after: fileLife.nullish(),
});

const params = z.object({ id: z.string() });

/** Batches that can still be cancelled; one that is being cancelled is given back as it is. */
const CANCELLABLE: ReadonlySet<BatchRow['status']> = new Set(['validating', 'in_progress', 'finalizing']);

const view = (batch: BatchRow, { completed, failed }: BatchCounts) => ({
  id: batch.id,
  object: 'batch',
  endpoint: batch.endpoint,
  errors: batch.errors === null ? null : { object: 'list', data: batch.errors },
  input_file_id: batch.input_file_id,
  completion_window: '24h',
  status: batch.status,
  output_file_id: batch.output_file_id,
  error_file_id: batch.error_file_id,
  created_at: batch.created_at,
  in_progress_at: batch.in_progress_at,
  expires_at: batch.expires_at,
  finalizing_at: batch.finalizing_at,
  completed_at: batch.completed_at,
  failed_at: batch.failed_at,
  expired_at: batch.expired_at,
  cancelling_at: batch.cancelling_at,
  cancelled_at: batch.cancelled_at,
  request_counts: { total: batch.total, completed, failed },
  metadata: batch.metadata,
});

/** Requests by the file, answered when the server has time for them. */
export function batchRoutes(app: FastifyInstance, { store, batches }: EngineContext): void {
  const viewOf = (batch: BatchRow) => view(batch, store.batches.counts(batch));
  const find = (given: unknown): BatchRow => {
    const { id } = parseRequest(params, given);
    const batch = store.batches.get(id);
    if (batch !== null) return batch;
    throw new ApiError(404, `No batch found with id '${id.slice(0, 80)}'.`, { param: 'id', code: 'batch_not_found' });
  };

  app.post('/v1/batches', (request) => {
    const asked = parseRequest(bodySchema, request.body);
    const file = store.files.get(asked.input_file_id);
    if (file === null) throw fileNotFound(asked.input_file_id.slice(0, 80), 'input_file_id');
    if (file.purpose !== 'batch') {
      const message = `Invalid file purpose: '${file.purpose}'. The input of a batch must be uploaded with the purpose 'batch'.`;
      throw badRequest(message, 'input_file_id', 'invalid_value');
    }
    if (file.bytes > MOST_INPUT_BYTES)
      throw badRequest('The input file is larger than 200 MB.', 'input_file_id', 'file_too_large');
    const at = nowSeconds();
    const id = batchId();
    store.batches.insert({
      id,
      endpoint: asked.endpoint,
      input_file_id: file.id,
      metadata: asked.metadata ?? null,
      output_life: asked.output_expires_after?.seconds ?? null,
      created_at: at,
      expires_at: at + WINDOW_SECONDS,
    });
    batches.wake();
    return viewOf(find({ id }));
  });

  app.get('/v1/batches', (request) => {
    const page = parsePage(request.query, PAGE, MAX_PAGE);
    return pageOf(store.batches.list(page), page.limit, viewOf);
  });

  app.get('/v1/batches/:id', (request) => viewOf(find(request.params)));

  app.post('/v1/batches/:id/cancel', (request) => {
    const { id } = find(request.params);
    store.transaction(() => {
      const batch = find({ id });
      if (batch.status === 'cancelling' || batch.status === 'cancelled') return;
      if (!CANCELLABLE.has(batch.status)) {
        throw new ApiError(409, `Cannot cancel a batch with status '${batch.status}'.`, { code: 'invalid_request' });
      }
      store.batches.update(id, { status: 'cancelling', cancelling_at: nowSeconds() });
    });
    batches.wake();
    return viewOf(find({ id }));
  });
}
