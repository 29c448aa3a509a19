import type { BatchDialect } from '../../../../src/domain/batches/limits.ts';
import type { ProviderProfile } from '../../../../src/domain/provider/provider.ts';
import { azureServer } from '../dialects/azure-server.ts';
import { chatRoute } from '../dialects/chat-route.ts';
import { nebiusServer } from '../dialects/nebius-server.ts';
import { formParts, type MoreRoutes, type StoredFiles } from '../dialects/shapes.ts';
import { type StrictAnswer, type StrictRoute, type StrictServer, strictServer } from '../dialects/strict-server.ts';
import { togetherServer } from '../dialects/together-server.ts';
import { completion } from '../servers.ts';
import { BATCH_WIRES, type BatchWire, type StandInBatch } from './wires.ts';

/** What becomes of one request: lines of the file of answers, and of that of errors. */
export interface RowEnd {
  readonly output?: readonly unknown[];
  readonly errors?: readonly unknown[];
}

export interface BatchStandIn {
  readonly strict: StrictServer;
  readonly url: string;
  readonly profile: Partial<ProviderProfile>;
  readonly wire: BatchWire;
  readonly batches: Map<string, StandInBatch>;
  readonly files: () => StoredFiles;
  /** The rows that came with the last batch. */
  rows: readonly Readonly<Record<string, unknown>>[];
  /** What batches are, a look each. */
  life: readonly string[];
  /** What becomes of a request. */
  endOf: (id: string) => RowEnd;
}

const CHAT_FIELDS = ['model', 'messages', 'max_tokens', 'max_completion_tokens', 'temperature', 'seed'];
const LIFE = ['validating', 'in_progress', 'completed'];
const OVER: ReadonlySet<string> = new Set(['completed', 'failed', 'expired', 'cancelled']);

const refused = (status: number, message: string): StrictAnswer => ({
  status,
  body: { error: { message, type: 'invalid_request_error', param: null, code: null } },
});

/** A provider with batches as PROVIDERS' facts have them, on loopback: anything else that is called is a fault. */
export async function batchStandIn(dialect: BatchDialect): Promise<BatchStandIn> {
  const wire = BATCH_WIRES[dialect];
  let stored: StoredFiles | null = null;
  const files = (): StoredFiles => {
    if (stored === null) throw new Error('The stand-in has no files.');
    return stored;
  };
  const more: MoreRoutes = (given) => {
    stored = given;
    return batchRoutes(wire, given, () => standIn);
  };
  const { strict, url, profile } = await serverOf(dialect, more);
  const standIn: BatchStandIn = {
    strict,
    url,
    profile,
    wire,
    batches: new Map(),
    files,
    rows: [],
    life: LIFE,
    endOf: (id) => ({ output: [answered(wire, id)] }),
  };
  return standIn;
}

/** The line of a request that was answered. */
export const answered = (wire: BatchWire, id: string, text = `Well met, ${id}.`) => ({
  id: `batch_req_${id}`,
  custom_id: id,
  response: wire.response(completion(text)),
  error: null,
});

/** The line of a request that was refused under a status. */
export const failed = (id: string, status: number, error: Readonly<Record<string, unknown>>) => ({
  id: `batch_req_${id}`,
  custom_id: id,
  response: { status_code: status, request_id: 'req_2', body: { error } },
  error: null,
});

export const unasked = (id: string, code: string) => ({
  id: `batch_req_${id}`,
  custom_id: id,
  response: null,
  error: { code, message: 'This request was not executed.' },
});

type Served = Pick<BatchStandIn, 'strict' | 'url' | 'profile'>;

async function serverOf(dialect: BatchDialect, more: MoreRoutes): Promise<Served> {
  switch (dialect) {
    case 'azure':
      return { ...(await azureServer('v1', more)), profile: { kind: 'azure', jobDialect: 'azure' } };
    case 'together':
      return { ...(await togetherServer(more)), profile: { kind: 'together', jobDialect: 'together' } };
    case 'nebius':
      return { ...(await nebiusServer(more)), profile: { kind: 'nebius', jobDialect: 'nebius' } };
    case 'openai':
    case 'groq':
    case 'mistral': {
      const strict = await strictServer(() => plainFiles(more));
      return { strict, url: `${strict.origin}/v1`, profile: {} };
    }
  }
}

function plainFiles(more: MoreRoutes): readonly StrictRoute[] {
  const files = new Map<string, { readonly filename: string; readonly bytes: Buffer }>();
  const add = (filename: string, bytes: Buffer): string => {
    const id = `file-${files.size + 1}`;
    files.set(id, { filename, bytes });
    return id;
  };
  const object = (id: string) => ({
    id,
    object: 'file',
    bytes: files.get(id)?.bytes.length,
    created_at: 1_790_000_000,
    filename: files.get(id)?.filename,
    purpose: 'batch',
    status: 'processed',
  });
  return [
    {
      method: 'POST',
      path: '/v1/files',
      key: true,
      answer(call) {
        const parts = formParts(call);
        const file = parts?.get('file');
        if (file?.filename == null || parts?.get('purpose')?.bytes.toString() !== 'batch' || parts.size !== 2)
          return refused(400, 'bad form');
        return { body: object(add(file.filename, file.bytes)) };
      },
    },
    {
      method: 'GET',
      path: '/v1/files/*/content',
      key: true,
      answer: ({ parts: [id = ''] }) => {
        const file = files.get(id);
        return file === undefined ? refused(404, `No such File object: ${id}`) : { body: file.bytes };
      },
    },
    chatRoute('/v1/chat/completions', CHAT_FIELDS),
    ...more({ bytesOf: (id) => files.get(id)?.bytes ?? null, add }),
  ];
}

function batchRoutes(wire: BatchWire, files: StoredFiles, standIn: () => BatchStandIn): readonly StrictRoute[] {
  const looks = new Map<string, number>();
  const withBatch = (id: string | undefined, answer: (batch: StandInBatch) => StrictAnswer): StrictAnswer => {
    const batch = standIn().batches.get(id ?? '');
    return batch === undefined ? refused(404, `No batch found with id '${id}'.`) : answer(batch);
  };
  return [
    {
      method: 'POST',
      path: wire.path,
      key: true,
      answer(call) {
        const asked = call.fields(wire.fields, wire.fields);
        const input = files.bytesOf(wire.fileOf(asked));
        if (input === null) return refused(404, 'No such File object.');
        const rows: Record<string, unknown>[] = input
          .toString('utf8')
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line));
        const wrong = wrongRow(wire, rows);
        if (!wire.wants(asked) || wrong !== null) return refused(400, `bad batch: ${wrong ?? JSON.stringify(asked)}`);
        const { batches, life } = standIn();
        const batch: StandInBatch = {
          id: `batch-${batches.size + 1}`,
          asked,
          made: Math.floor(Date.now() / 1000) + batches.size,
          requests: rows.length,
          status: life[0] ?? '',
          answered: 0,
          failed: 0,
          output: null,
          errors: null,
          faults: [],
        };
        standIn().rows = rows;
        batches.set(batch.id, batch);
        return wire.created(wire.object(batch));
      },
    },
    {
      method: 'GET',
      path: wire.path,
      query: wire.listQuery,
      key: true,
      answer: (call) => ({ body: wire.list([...standIn().batches.values()].toReversed().map(wire.object), call) }),
    },
    {
      method: 'GET',
      path: `${wire.path}/*`,
      key: true,
      answer: ({ parts }) =>
        withBatch(parts[0], (batch) => {
          const look = (looks.get(batch.id) ?? 0) + 1;
          looks.set(batch.id, look);
          const next =
            batch.status === 'cancelling' ? 'cancelled' : standIn().life[Math.min(look, standIn().life.length - 1)];
          if (!OVER.has(batch.status)) batch.status = next ?? '';
          if (OVER.has(batch.status) && batch.output === null) finish(wire, files, standIn(), batch);
          return { body: wire.object(batch) };
        }),
    },
    {
      method: 'POST',
      path: `${wire.path}/*/cancel`,
      key: true,
      answer: (call) =>
        withBatch(call.parts[0], (batch) => {
          call.fields([]);
          if (OVER.has(batch.status)) return refused(409, `Cannot cancel a batch with status '${batch.status}'.`);
          batch.status = 'cancelling';
          return { body: wire.object(batch) };
        }),
    },
  ];
}

/** What of the rows the provider would not take; null where it takes them all. */
function wrongRow(wire: BatchWire, rows: readonly Readonly<Record<string, unknown>>[]): string | null {
  for (const row of rows) {
    const body: Record<string, unknown> = Object(row.body);
    const isRow = Object.keys(row).toSorted().join() === wire.row.toSorted().join();
    const goes = !wire.row.includes('url') || (row.method === 'POST' && row.url === '/v1/chat/completions');
    const named = (body.model !== undefined) === wire.hasModel && body.model === Object(rows[0]?.body).model;
    const knows = Object.keys(body).every((name) => CHAT_FIELDS.includes(name));
    if (!(isRow && goes && named && knows)) return JSON.stringify(row);
  }
  return null;
}

/** Writes the files of results, the last request first. */
function finish(wire: BatchWire, files: StoredFiles, { rows, endOf }: BatchStandIn, batch: StandInBatch): void {
  if (batch.status === 'failed') return;
  const ends = rows.toReversed().map(({ custom_id: id }) => endOf(String(id)));
  const output = ends.flatMap((end) => end.output ?? []);
  const errors = ends.flatMap((end) => end.errors ?? []);
  const write = (name: string, lines: readonly unknown[]): string =>
    files.add(
      `${batch.id}_${name}.jsonl`,
      Buffer.from(lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('')),
    );
  batch.answered = output.length;
  batch.failed = errors.length;
  batch.output = write('output', output);
  if (errors.length > 0 || wire.errorsAlways === true) batch.errors = write('error', errors);
}
