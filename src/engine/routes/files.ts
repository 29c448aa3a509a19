import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import type { EngineContext } from '../http/app.ts';
import { fileNotFound } from '../http/error.ts';
import { pageOf, parsePage } from '../http/page.ts';
import { integer, numberIn, parseRequest } from '../http/parse.ts';
import { receiveUpload } from '../http/upload.ts';
import { removeBlob } from '../storage/blobs.ts';
import { type FileRow, placeFile } from '../storage/files.ts';
import type { Store } from '../storage/store.ts';

/** OpenAI's bounds: an hour to thirty days. */
const MIN_LIFE_SECONDS = 3600;
const MAX_LIFE_SECONDS = 2_592_000;

/** What may be uploaded; `fine-tune-results` and `batch_output` only the engine itself writes. */
export const PURPOSES = ['fine-tune', 'assistants', 'batch', 'vision', 'user_data', 'evals'] as const;

/** `expires_after`: how long a file is kept. */
export const fileLife = z.strictObject({
  anchor: z.literal('created_at'),
  seconds: integer().min(MIN_LIFE_SECONDS).max(MAX_LIFE_SECONDS),
});

const uploadForm = z.strictObject({ purpose: z.enum(PURPOSES), expires_after: fileLife.optional() });

/** The fields of a form as an object: `expires_after[seconds]=3600` is a member of a member. */
function formObject(fields: Readonly<Record<string, string>>): Record<string, unknown> {
  const flat = Object.entries(fields).filter(([name]) => !LIFE.test(name));
  const life = Object.entries(fields).flatMap(([name, value]) => {
    const member = LIFE.exec(name)?.[1];
    return member === undefined ? [] : [[member, numberIn(value)]];
  });
  return { ...Object.fromEntries(flat), ...(life.length > 0 ? { expires_after: Object.fromEntries(life) } : {}) };
}

const LIFE = /^expires_after\[(\w+)\]$/;

const params = z.object({ id: z.string() });

/** A file as the API shows it. */
export const fileView = (file: FileRow) => ({
  id: file.id,
  object: 'file',
  bytes: file.bytes,
  created_at: file.created_at,
  filename: file.filename,
  purpose: file.purpose,
  status: 'processed',
  ...(file.expires_at === null ? {} : { expires_at: file.expires_at }),
});

/** To whoever asks for it an expired file is gone at once; it and its bytes go when files are next listed or uploaded. */
async function removeExpired(store: Store): Promise<void> {
  for (const file of store.files.expired()) await removeFile(store, file);
}

async function removeFile(store: Store, file: FileRow): Promise<void> {
  store.files.remove(file.id);
  await removeBlob(join(store.folders.files, file.blob));
}

export function fileRoutes(app: FastifyInstance, { store }: EngineContext): void {
  const find = (given: unknown): FileRow => {
    const { id } = parseRequest(params, given);
    const file = store.files.get(id);
    if (file === null) throw fileNotFound(id.slice(0, 80));
    return file;
  };

  app.post('/v1/files', async (request) => {
    await removeExpired(store);
    const upload = await receiveUpload(request, store.folders.tmp);
    try {
      const { purpose, expires_after: life } = parseRequest(uploadForm, formObject(upload.fields));
      const { filename, bytes } = upload;
      const facts = { filename, purpose, bytes, life: life?.seconds ?? null };
      const row = await placeFile(store.folders.files, upload.path, facts);
      store.files.insert(row);
      return fileView(row);
    } catch (error) {
      await removeBlob(upload.path);
      throw error;
    }
  });

  app.get('/v1/files', async (request) => {
    await removeExpired(store);
    const page = parsePage(request.query, 10_000, 10_000);
    const { purpose } = parseRequest(z.object({ purpose: z.string().optional() }), request.query);
    return pageOf(store.files.list(page, purpose ?? null), page.limit, fileView);
  });

  app.get('/v1/files/:id', (request) => fileView(find(request.params)));

  app.delete('/v1/files/:id', async (request) => {
    const file = find(request.params);
    await removeFile(store, file);
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
