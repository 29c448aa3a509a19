import { createReadStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import type { EngineContext } from '../http/app.ts';
import { badRequest, fileNotFound } from '../http/error.ts';
import { pageOf, parsePage } from '../http/page.ts';
import { parseRequest } from '../http/parse.ts';
import { receiveUpload } from '../http/upload.ts';
import { removeBlob } from '../storage/blobs.ts';
import type { FileRow } from '../storage/files.ts';
import { fileId, nowSeconds } from '../storage/ids.ts';

/** What may be uploaded; `fine-tune-results` only the engine itself writes. */
const uploadForm = z.object({
  purpose: z.enum(['fine-tune', 'assistants', 'batch', 'vision', 'user_data', 'evals']),
});

const params = z.object({ id: z.string() });

const view = (file: FileRow) => ({
  id: file.id,
  object: 'file',
  bytes: file.bytes,
  created_at: file.created_at,
  filename: file.filename,
  purpose: file.purpose,
  status: 'processed',
  expires_at: null,
  status_details: null,
});

export function fileRoutes(app: FastifyInstance, { store }: EngineContext): void {
  const find = (given: unknown): FileRow => {
    const { id } = parseRequest(params, given);
    const file = store.files.get(id);
    if (file === null) throw fileNotFound(id.slice(0, 80));
    return file;
  };

  app.post('/v1/files', async (request) => {
    const upload = await receiveUpload(request, store.folders.tmp);
    try {
      const { purpose } = parseRequest(uploadForm, upload.fields);
      if (Object.keys(upload.fields).some((name) => name.startsWith('expires_after'))) {
        throw badRequest('Files of this engine do not expire; leave `expires_after` out.', 'expires_after');
      }
      const id = fileId();
      const blob = `${id}.jsonl`;
      const { filename, bytes } = upload;
      await rename(upload.path, join(store.folders.files, blob));
      const row = { id, filename, purpose, bytes, created_at: nowSeconds(), blob };
      store.files.insert(row);
      return view(row);
    } catch (error) {
      await removeBlob(upload.path);
      throw error;
    }
  });

  app.get('/v1/files', (request) => {
    const page = parsePage(request.query, 10_000, 10_000);
    const { purpose } = parseRequest(z.object({ purpose: z.string().optional() }), request.query);
    return pageOf(store.files.list(page, purpose ?? null), page.limit, view);
  });

  app.get('/v1/files/:id', (request) => view(find(request.params)));

  app.delete('/v1/files/:id', async (request) => {
    const file = find(request.params);
    store.files.remove(file.id);
    await removeBlob(join(store.folders.files, file.blob));
    return { id: file.id, object: 'file', deleted: true };
  });

  app.get('/v1/files/:id/content', (request, reply) => {
    const file = find(request.params);
    return reply
      .type('application/octet-stream')
      .header('content-length', file.bytes)
      .send(createReadStream(join(store.folders.files, file.blob)));
  });
}
