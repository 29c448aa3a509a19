import { createHash } from 'node:crypto';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { sanitizeLine } from '../../../domain/text/sanitize.ts';
import { staysInside } from '../offline/names.ts';
import { faultOf } from './faults.ts';
import { type Operation, sendOperation } from './graphql.ts';
import { fileBody, headersOf } from './http.ts';
import { placeOf, type Session } from './session.ts';

interface Addresses {
  readonly headers: readonly string[];
  readonly files: readonly { readonly name: string; readonly uploadUrl: string | null }[];
}

const CREATE: Operation<Addresses> = {
  name: 'CreateRunFiles',
  document: `mutation CreateRunFiles($entity: String!, $project: String!, $run: String!, $files: [String!]!) {
  createRunFiles(input: {entityName: $entity, projectName: $project, runName: $run, files: $files}) {
    uploadHeaders
    files { name uploadUrl }
  }
}`,
  data: z
    .object({
      createRunFiles: z.object({
        uploadHeaders: z.array(z.string()).nullish(),
        files: z.array(z.object({ name: z.string(), uploadUrl: z.string().nullish() })),
      }),
    })
    .transform(({ createRunFiles: { uploadHeaders, files } }) => ({
      headers: uploadHeaders ?? [],
      files: files.map(({ name, uploadUrl }) => ({ name, uploadUrl: uploadUrl ?? null })),
    })),
};

const BATCH = 50;

export interface PendingFile {
  readonly path: string;
  readonly localPath: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Files that are not at W&B as they are here. One that is not there is left out, as W&B's client does, and reported. */
export async function pendingFiles(
  folder: string,
  paths: readonly string[],
  session: Session,
): Promise<readonly PendingFile[]> {
  const pending: PendingFile[] = [];
  for (const path of new Set(paths)) {
    const localPath = join(folder, 'files', ...path.split('/'));
    if (!staysInside(path) || !existsSync(localPath)) {
      session.leaveOut(`the file ${sanitizeLine(path)}, which is not in the run's folder`);
      continue;
    }
    const bytes = statSync(localPath).size;
    const sha256 = await sha256Of(localPath);
    const sent = session.ledger.state.files[path];
    if (sent?.bytes !== bytes || sent.sha256 !== sha256) pending.push({ path, localPath, bytes, sha256 });
  }
  return pending;
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece);
  return hash.digest('hex');
}

/** Puts files of the run; the stream then says that they are there. Throws TrackingError. */
export async function sendFiles(session: Session, files: readonly PendingFile[]): Promise<void> {
  const { http, run, ledger } = session;
  for (let start = 0; start < files.length; start += BATCH) {
    const batch = files.slice(start, start + BATCH);
    ledger.reopen();
    const subject = { doing: `uploading files of the run ${run.id}`, place: placeOf(session) };
    const variables = {
      entity: run.entity,
      project: run.project,
      run: run.id,
      files: batch.map(({ path }) => path),
    };
    const { headers, files: places } = await sendOperation(http, CREATE, variables, subject);
    for (const file of batch) {
      const url = places.find(({ name }) => name === file.path)?.uploadUrl;
      if (!url) throw faultOf(502, `no address for ${file.path}.`, subject, http.target);
      await put(session, file, url, headersOf(headers));
    }
  }
}

async function put(
  { http, ledger, meter }: Session,
  { path, localPath, bytes, sha256 }: PendingFile,
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  meter.begin(path);
  const subject = { doing: `uploading ${path}`, place: path };
  await http.put(url, headers, fileBody(localPath, meter.sent), subject);
  ledger.note({ files: { ...ledger.state.files, [path]: { bytes, sha256, told: false } } });
  meter.done(bytes);
}
