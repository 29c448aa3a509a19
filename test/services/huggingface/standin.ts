import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { onTestFinished } from 'vitest';

export interface FakeHubFile {
  readonly bytes: Uint8Array;
  /** Bytes after which each connection breaks; all of them when absent. */
  readonly cutAfter?: number;
}

/** What the Hub would answer; a number is a refusal of that status. */
export interface FakeHubData {
  readonly parquet?: number | readonly { readonly config: string; readonly split: string; readonly file: string }[];
  readonly pages?:
    | number
    | {
        readonly rows: readonly Readonly<Record<string, unknown>>[];
        readonly cut?: number;
        readonly partial?: boolean;
        readonly features?: readonly { readonly name: string; readonly type: unknown }[];
      };
  readonly tree?: number | readonly string[];
  readonly files?: Readonly<Record<string, FakeHubFile>>;
  /** The token without which everything is refused. */
  readonly token?: string;
}

export interface FakeHub {
  readonly url: string;
  readonly asked: { readonly path: string; readonly range: string | undefined; readonly token: string | undefined }[];
  data: FakeHubData;
}

/** The Hub on loopback: its datasets server and its files, with entity tags and ranges. */
export async function startFakeHub(data: FakeHubData): Promise<FakeHub> {
  const standIn: { url: string; asked: FakeHub['asked']; data: FakeHubData } = { url: '', asked: [], data };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', standIn.url);
    const { range, authorization: token } = request.headers;
    standIn.asked.push({ path: pathname, range, token });
    if (standIn.data.token !== undefined && token !== `Bearer ${standIn.data.token}`) refuse(response, 401);
    else answer(standIn, request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  standIn.url = `http://127.0.0.1:${address.port}`;
  return standIn;
}

function answer({ url, data }: FakeHub, request: IncomingMessage, response: ServerResponse): void {
  const asked = new URL(request.url ?? '/', url);
  const path = decodeURIComponent(asked.pathname);
  const file = data.files?.[path.replace(/^\/files\/|^.*\/resolve\/main\//, '')];
  if (file === undefined) tell(response, valueAt(asked, url, data));
  else send(file, request, response);
}

/** What is answered as JSON, or the status of a refusal. */
function valueAt({ pathname, searchParams }: URL, url: string, data: FakeHubData): unknown {
  const { parquet = 404, pages = 404, tree = 404 } = data;
  if (pathname.startsWith('/api/datasets/')) {
    return typeof tree === 'number' ? tree : tree.map((path) => ({ type: 'file', path }));
  }
  if (pathname === '/parquet') {
    if (typeof parquet === 'number') return parquet;
    const files = parquet.map(({ file, ...part }) => ({ ...part, url: new URL(file, `${url}/files/`).href }));
    return { parquet_files: files, partial: false };
  }
  if (typeof pages === 'number') return pages;
  if (pathname === '/splits') return { splits: [{ config: 'default', split: 'train' }] };
  if (pathname !== '/rows') return 404;
  const offset = Number(searchParams.get('offset'));
  const rows = pages.rows.slice(offset, offset + 100).map((row, index) => ({
    row_idx: offset + index,
    row,
    truncated_cells: offset + index === pages.cut ? ['text'] : [],
  }));
  const { features = [], partial = false } = pages;
  return { features, rows, num_rows_total: pages.rows.length, partial };
}

function send({ bytes, cutAfter }: FakeHubFile, request: IncomingMessage, response: ServerResponse): void {
  const tag = `"${bytes.byteLength}"`;
  if (request.headers['if-none-match'] === tag) {
    response.writeHead(304, { etag: tag }).end();
    return;
  }
  const holds = request.headers['if-range'] === tag;
  const from = holds ? Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0) : 0;
  const body = bytes.subarray(from);
  response.writeHead(from > 0 ? 206 : 200, { etag: tag, 'content-length': body.byteLength });
  if (cutAfter === undefined || body.byteLength <= cutAfter) response.end(body);
  else response.write(body.subarray(0, cutAfter), () => response.destroy());
}

function tell(response: ServerResponse, value: unknown): void {
  if (typeof value === 'number') refuse(response, value);
  else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

function refuse(response: ServerResponse, status: number): void {
  const error = status === 501 ? 'DatasetWithScriptNotSupportedError' : 'Refused.';
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
}

const LABELS = { info: { features: { label: { _type: 'ClassLabel', names: ['card', 'cash'] } } } };

/** Real Parquet, in several row groups, with the Hub's own note of what its labels mean. */
export function parquetOf(count: number): Uint8Array {
  const numbers = Array.from({ length: count }, (_, index) => index);
  const buffer = parquetWriteBuffer({
    columnData: [
      { name: 'text', type: 'STRING', data: numbers.map((index) => `Question ${index}`) },
      { name: 'label', type: 'INT64', data: numbers.map((index) => BigInt(index % 2)) },
      { name: 'big', type: 'INT64', data: numbers.map(() => 2n ** 60n) },
      { name: 'tags', type: 'JSON', data: numbers.map((index) => ({ tags: [index, 'x'] })) },
    ],
    rowGroupSize: 400,
    kvMetadata: [{ key: 'huggingface', value: JSON.stringify(LABELS) }],
  });
  return new Uint8Array(buffer);
}
