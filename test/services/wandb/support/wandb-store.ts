import type { IncomingMessage } from 'node:http';
import type { Answer } from './wandb-failures.ts';
import { fault, Refusal, type Served } from './wandb-operations.ts';
import { md5Of, runKey } from './wandb-state.ts';

/** What pre-signed addresses answer. */
export function answerStore(server: Served, request: IncomingMessage, url: URL, body: Buffer): Answer {
  const path = url.pathname.slice('/store/'.length).split('/').map(decodeURIComponent);
  const { headers } = request;
  if (headers.authorization !== undefined) throw fault(400, 'a key at a pre-signed address');
  if (url.search !== '?signature=s') throw fault(403, 'AccessDenied');
  if (request.method !== 'PUT') return contentAt(server, path, headers.range);
  if (headers['content-length'] === undefined) throw new Refusal(501, 'a PUT without a length');
  if (path[0] === 'runs' && headers['x-store'] !== 'run') throw fault(403, 'a signed header is missing');
  const md5 = headers['content-md5'];
  takeFile(server, path, body, typeof md5 === 'string' ? md5 : undefined);
  return { status: 200, value: Buffer.alloc(0) };
}

function contentAt(server: Served, path: readonly string[], range: string | undefined): Answer {
  const file = fileAt(server, path);
  if (file === null) throw fault(404, 'NoSuchKey');
  const start = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
  if (start === 0) return { status: 200, value: file };
  if (start >= file.length) return { status: 416, value: Buffer.alloc(0) };
  const headers = { 'content-range': `bytes ${start}-${file.length - 1}/${file.length}` };
  return { status: 206, value: file.subarray(start), headers };
}

/** A file put to a pre-signed address. */
function takeFile(server: Served, path: readonly string[], body: Buffer, md5: string | undefined): void {
  const [kind = '', ...rest] = path;
  if (md5 !== undefined && md5 !== md5Of(body)) throw fault(400, 'BadDigest');
  if (kind === 'runs') {
    const [entity = '', project = '', id = '', ...file] = rest;
    const run = server.state.runs.get(runKey(entity, project, id));
    if (run === undefined) throw fault(404, `run ${id} not found`);
    run.files.set(file.join('/'), body);
    return;
  }
  const artifact = server.state.artifacts.find(({ id }) => id === rest[0]);
  if (artifact === undefined || artifact.state !== 'PENDING') throw fault(403, 'AccessDenied');
  if (md5 === undefined) throw fault(400, 'an artifact is put with its digest');
  if (kind === 'manifest') {
    if (md5 !== artifact.manifestDigest) throw fault(400, 'a manifest of another digest');
    artifact.manifest = body.toString();
    return;
  }
  const file = artifact.files.get(rest.slice(1).join('/'));
  if (file?.md5 !== md5) throw fault(400, 'a file of another digest');
  file.there = true;
  server.state.blobs.set(md5, body);
}

/** What lies at a pre-signed address; null for nothing. */
function fileAt(server: Served, path: readonly string[]): Buffer | null {
  const [kind = '', id = '', ...rest] = path;
  const artifact = server.state.artifacts.find((each) => each.id === id);
  if (artifact === undefined) return null;
  if (kind === 'manifest') return artifact.manifest === null ? null : Buffer.from(artifact.manifest);
  const md5 = artifact.files.get(rest.join('/'))?.md5;
  return (md5 === undefined ? undefined : server.state.blobs.get(md5)) ?? null;
}
