import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const gitId = (bytes: Uint8Array): string =>
  createHash('sha1').update(`blob ${bytes.byteLength}\0`).update(bytes).digest('hex');

export interface HubModel {
  /** Forty digits; 1s when absent. */
  commit?: string;
  gated?: 'auto';
  license?: string;
  /** By path; those of LFS lie on the other host. */
  files: Record<string, { bytes: Uint8Array; lfs?: boolean; size?: number; sent?: Uint8Array }>;
}

export interface ModelHub {
  readonly url: string;
  /** What was asked of the Hub and of the host with the large files, in order. */
  readonly asked: { readonly host: 'hub' | 'cdn'; readonly path: string; readonly range: string | undefined }[];
  models: Record<string, HubModel>;
  /** Without it, gated files are refused. */
  token: string | null;
  /** Bytes after which each answer of the other host breaks; null: none does. */
  cutAfter: number | null;
}

/**
 * The Hub's models on loopback, as huggingface.co answers: model info at a revision, small files by itself, large ones by a
 * redirect to another host, which takes ranges and must not be sent the token. What it is not asked in this way, it refuses.
 */
export async function startModelHub(models: ModelHub['models']): Promise<ModelHub> {
  const hub: { -readonly [K in keyof ModelHub]: ModelHub[K] } = {
    url: '',
    asked: [],
    models,
    token: null,
    cutAfter: null,
  };
  const cdn = await listen((request, response) => {
    const path = decodeURIComponent(request.url ?? '');
    const { range, authorization } = request.headers;
    hub.asked.push({ host: 'cdn', path, range });
    const [, id = '', name = ''] = /^\/([^/]+\/[^/]+)\/(.+)$/.exec(path) ?? [];
    const file = hub.models[id]?.files[name];
    if (authorization !== undefined || file?.lfs !== true) refuse(response, 403, 'SignatureDoesNotMatch');
    else send(request, response, file.sent ?? file.bytes, hub.cutAfter);
  });
  hub.url = await listen((request, response) => {
    const url = new URL(request.url ?? '/', hub.url);
    const path = decodeURIComponent(url.pathname);
    hub.asked.push({ host: 'hub', path, range: request.headers.range });
    const [, id = '', revision = ''] = /^\/api\/models\/(.+)\/revision\/(.+)$/.exec(path) ?? [];
    if (id !== '') answerInfo(hub, id, revision, url.searchParams.get('blobs') === 'true', response);
    else answerFile(hub, cdn, path, request, response);
  });
  return hub;
}

function answerInfo(hub: ModelHub, id: string, revision: string, blobs: boolean, response: ServerResponse): void {
  const model = hub.models[id];
  // Asked without a token, the Hub does not tell what it has from what it has not.
  if (model === undefined) {
    refuse(response, 401, 'RepoNotFound');
    return;
  }
  const { commit = '1'.repeat(40), gated = false, license, files } = model;
  if (revision !== 'main' && revision !== commit) {
    refuse(response, 404, 'RevisionNotFound');
    return;
  }
  const siblings = Object.entries(files).map(([rfilename, { bytes, lfs, size = bytes.byteLength }]) => {
    if (!blobs) return { rfilename };
    const large = lfs === true ? { lfs: { sha256: sha256(bytes), size, pointerSize: 134 } } : {};
    return { rfilename, size, blobId: gitId(bytes), ...large };
  });
  const card = license === undefined ? {} : { cardData: { license } };
  const info = { _id: '1', id, sha: commit, gated, private: false, tags: [], ...card, siblings };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(info));
}

function answerFile(
  hub: ModelHub,
  cdn: string,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const [, id = '', commit = '', name = ''] = /^\/(.+?)\/resolve\/([0-9a-f]{40})\/(.+)$/.exec(path) ?? [];
  const model = hub.models[id];
  const file = model?.files[name];
  if (model === undefined || file === undefined || commit !== (model.commit ?? '1'.repeat(40))) {
    refuse(response, 404, 'EntryNotFound');
    return;
  }
  const known = hub.token !== null && request.headers.authorization === `Bearer ${hub.token}`;
  if (model.gated !== undefined && !known) {
    refuse(response, 401, 'GatedRepo');
    return;
  }
  if (file.lfs === true) response.writeHead(302, { location: `${cdn}/${id}/${encodeURIComponent(name)}` }).end();
  else send(request, response, file.sent ?? file.bytes, null);
}

function send(request: IncomingMessage, response: ServerResponse, bytes: Uint8Array, cutAfter: number | null): void {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  if (from >= bytes.byteLength && from > 0) {
    response.writeHead(416).end();
    return;
  }
  const body = bytes.subarray(from);
  response.writeHead(from > 0 ? 206 : 200, { 'content-length': body.byteLength });
  if (cutAfter === null || body.byteLength <= cutAfter) response.end(body);
  else response.write(body.subarray(0, cutAfter), () => response.destroy());
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'x-error-code': code, 'content-type': 'application/json' });
  response.end(JSON.stringify({ error: `Refused: ${code}` }));
}

async function listen(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return `http://127.0.0.1:${address.port}`;
}

const text = (value: string) => ({ bytes: Buffer.from(value) });

/** A model as most are: weights in two formats, copies for other loaders, a licence. */
export function toyModel(weights = Buffer.alloc(300_000, 7)): HubModel {
  return {
    license: 'apache-2.0',
    files: {
      '.gitattributes': text('*.safetensors filter=lfs'),
      'README.md': text('# Toy'),
      'config.json': text('{"architectures":["ToyForCausalLM"]}'),
      'tokenizer.json': { bytes: Buffer.alloc(20_000, 'a'), lfs: true },
      'tokenizer_config.json': text('{}'),
      'model.safetensors': { bytes: weights, lfs: true },
      'pytorch_model.bin': { bytes: weights, lfs: true },
      'onnx/model.onnx': { bytes: weights, lfs: true },
      'toy-Q4.gguf': { bytes: weights, lfs: true },
      'modeling_toy.py': text('print("no")'),
    },
  };
}
