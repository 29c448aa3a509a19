import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import type { EngineContext } from '../http/app.ts';
import { ApiError, badRequest } from '../http/error.ts';
import { integer, parseRequest } from '../http/parse.ts';
import { receiveUpload } from '../http/upload.ts';
import { removeBlob } from '../storage/blobs.ts';
import { placeFile } from '../storage/files.ts';
import { nowSeconds, partId, randomName, uploadId } from '../storage/ids.ts';
import type { Store } from '../storage/store.ts';
import type { PartRow, UploadRow } from '../storage/uploads.ts';
import { fileLife, fileView, PURPOSES } from './files.ts';

/** OpenAI's bounds: 8 GB a file, 64 MB a part, an hour for the whole. */
const MOST_BYTES = 8 * 1024 ** 3;
const MOST_PART_BYTES = 64 * 1024 ** 2;
const LIFE_SECONDS = 3600;

const createSchema = z.strictObject({
  filename: z.string().min(1),
  purpose: z.enum(PURPOSES),
  bytes: integer().min(1).max(MOST_BYTES),
  mime_type: z.string(),
  expires_after: fileLife.optional(),
});
const completeSchema = z.strictObject({ part_ids: z.array(z.string()).min(1), md5: z.string().optional() });
const params = z.object({ id: z.string() });

/** Files that come in parts, for those larger than one form takes. */
export function uploadRoutes(app: FastifyInstance, { store }: EngineContext): void {
  const { uploads, files, folders } = store;
  const find = (given: unknown): UploadRow => {
    const { id } = parseRequest(params, given);
    const upload = uploads.get(id);
    if (upload !== null) return upload;
    throw new ApiError(404, `No such Upload object: ${id.slice(0, 80)}`, { param: 'id', code: 'upload_not_found' });
  };
  const pending = (given: unknown): UploadRow => {
    const upload = find(given);
    const status = statusOf(upload);
    if (status !== 'pending')
      throw badRequest(`The upload is ${status}: nothing can be done with it.`, 'id', 'invalid_request');
    return upload;
  };
  const view = (upload: UploadRow) => {
    const { id, filename, purpose, bytes, created_at, expires_at } = upload;
    const file = upload.file_id === null ? null : files.get(upload.file_id);
    const status = statusOf(upload);
    return {
      id,
      object: 'upload',
      filename,
      purpose,
      bytes,
      created_at,
      expires_at,
      status,
      file: file && fileView(file),
    };
  };

  app.post('/v1/uploads', async (request) => {
    await removeOverdue(store);
    const { filename, purpose, bytes, expires_after: life } = parseRequest(createSchema, request.body);
    const at = nowSeconds();
    const upload: UploadRow = {
      id: uploadId(),
      filename,
      purpose,
      bytes,
      created_at: at,
      expires_at: at + LIFE_SECONDS,
      status: 'pending',
      file_life: life?.seconds ?? null,
      file_id: null,
    };
    uploads.insert(upload);
    return view(upload);
  });

  app.post('/v1/uploads/:id/parts', async (request) => {
    const { id } = pending(request.params);
    const sent = await receiveUpload(request, folders.tmp, 'data');
    try {
      const [surplus] = Object.keys(sent.fields);
      if (surplus !== undefined)
        throw badRequest(`Unknown parameter: '${surplus.slice(0, 40)}'.`, surplus, 'unknown_parameter');
      if (sent.bytes > MOST_PART_BYTES) throw badRequest('A part is at most 64 MB.', 'data', 'file_too_large');
      const part: PartRow = {
        id: partId(),
        upload_id: id,
        created_at: nowSeconds(),
        bytes: sent.bytes,
        blob: `part-${randomName(16)}`,
      };
      await rename(sent.path, join(folders.tmp, part.blob));
      uploads.addPart(part);
      return { id: part.id, object: 'upload.part', created_at: part.created_at, upload_id: id };
    } catch (error) {
      await removeBlob(sent.path);
      throw error;
    }
  });

  app.post('/v1/uploads/:id/complete', async (request) => {
    const upload = pending(request.params);
    const { part_ids: ids, md5 } = parseRequest(completeSchema, request.body);
    const known = new Map(uploads.parts(upload.id).map((part) => [part.id, part]));
    const parts = ids.map((id, at) => {
      const part = known.get(id);
      if (part === undefined) throw badRequest(`No such part: ${id.slice(0, 80)}`, `part_ids[${at}]`, 'invalid_value');
      return part;
    });
    const draft = join(folders.tmp, `upload-${randomName(16)}`);
    try {
      const digest = await joinParts(
        parts.map(({ blob }) => join(folders.tmp, blob)),
        draft,
      );
      const { size: bytes } = await stat(draft);
      if (bytes !== upload.bytes) {
        const message = `The parts hold ${bytes} bytes; ${upload.bytes} were announced.`;
        throw badRequest(message, 'part_ids', 'invalid_value');
      }
      if (md5 !== undefined && md5.toLowerCase() !== digest)
        throw badRequest('The file has another MD5.', 'md5', 'invalid_value');
      const { filename, purpose, file_life: life } = upload;
      const file = await placeFile(folders.files, draft, { filename, purpose, bytes, life });
      store.transaction(() => {
        files.insert(file);
        uploads.end(upload.id, 'completed', file.id);
      });
    } catch (error) {
      await removeBlob(draft);
      throw error;
    }
    await removeParts(store, upload.id);
    return view(find({ id: upload.id }));
  });

  app.post('/v1/uploads/:id/cancel', async (request) => {
    const { id } = pending(request.params);
    uploads.end(id, 'cancelled', null);
    await removeParts(store, id);
    return view(find({ id }));
  });
}

const statusOf = ({ status, expires_at: at }: UploadRow): UploadRow['status'] | 'expired' =>
  status === 'pending' && at <= nowSeconds() ? 'expired' : status;

/** The parts one after the other in one file; gives its MD5 in hexadecimal digits. */
async function joinParts(paths: readonly string[], to: string): Promise<string> {
  const hash = createHash('md5');
  const bytes = async function* (): AsyncGenerator<Uint8Array> {
    for (const path of paths) {
      for await (const piece of createReadStream(path)) {
        hash.update(piece);
        yield piece;
      }
    }
  };
  await pipeline(bytes, createWriteStream(to, { mode: 0o600, flush: true }));
  return hash.digest('hex');
}

async function removeParts(store: Store, id: string): Promise<void> {
  for (const { blob } of store.uploads.parts(id)) await removeBlob(join(store.folders.tmp, blob));
  store.uploads.removeParts(id);
}

async function removeOverdue(store: Store): Promise<void> {
  for (const { id } of store.uploads.overdue(nowSeconds())) await removeParts(store, id);
}
