import '@fastify/multipart';
import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FastifyRequest } from 'fastify';
import { removeBlob } from '../storage/blobs.ts';
import { randomName } from '../storage/ids.ts';
import { ApiError, badRequest } from './error.ts';

/** OpenAI's limit on a file. */
export const MAX_FILE_BYTES = 512 * 1024 * 1024;

export interface Upload {
  /** Where the content is for now. */
  readonly path: string;
  readonly filename: string;
  readonly bytes: number;
  /** The other fields of the form. */
  readonly fields: Readonly<Record<string, string>>;
}

/**
 * Receives a multipart form with one file, in the field `name`, straight to disk: the file may come before or after the other fields, and
 * its content is never in memory as a whole. On any error nothing is left behind.
 */
export async function receiveUpload(request: FastifyRequest, tmp: string, name = 'file'): Promise<Upload> {
  if (!request.isMultipart()) {
    const members = name === 'file' ? '`file` and `purpose`' : `\`${name}\``;
    throw badRequest(`Send the file as multipart/form-data, with ${members}.`, name, 'invalid_type');
  }
  const path = join(tmp, `upload-${randomName(16)}`);
  const fields: Record<string, string> = {};
  let filename: string | null = null;
  try {
    for await (const part of request.parts()) {
      if (part.type === 'field') {
        fields[part.fieldname] = String(part.value);
      } else if (part.fieldname === name && filename === null) {
        filename = part.filename || 'upload';
        await save(part.file, path);
      } else {
        part.file.resume();
        throw badRequest(`Unexpected file field '${part.fieldname.slice(0, 40)}'.`, name, 'unknown_parameter');
      }
    }
    if (filename === null)
      throw badRequest(`Missing required parameter: '${name}'.`, name, 'missing_required_parameter');
    return { path, filename, bytes: (await stat(path)).size, fields };
  } catch (error) {
    await removeBlob(path);
    throw isOurs(error) ? error : badRequest(`The multipart form could not be read: ${messageOf(error)}.`);
  }
}

/** A refusal, or a fault of this machine's disk; anything else is the reader of forms on what it was sent. */
const isOurs = (error: unknown): boolean =>
  error instanceof ApiError || (error instanceof Error && 'syscall' in error && error.syscall !== undefined);

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message.replace(/^Multipart: /, '').replace(/\.$/, '') : 'it is broken';

async function save(content: Readable & { readonly truncated?: boolean }, path: string): Promise<void> {
  await pipeline(content, createWriteStream(path, { mode: 0o600, flush: true }));
  if (content.truncated) {
    throw new ApiError(413, 'The file is larger than 512 MB.', { param: 'file', code: 'file_too_large' });
  }
}
