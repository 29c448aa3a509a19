import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BatchService } from '../../../../src/app/runtime/batch-ports.ts';
import type { Provider } from '../../../../src/app/runtime/ports.ts';
import { hasEnded } from '../../../../src/domain/batches/status.ts';
import type { BatchResult, RemoteBatch } from '../../../../src/domain/batches/types.ts';
import { NO_SUCH_ROUTE, ProviderError } from '../../../../src/domain/provider/provider.ts';
import type { SavedDialect } from '../../../../src/services/openai/chat-dialect.ts';
import type { StrictAnswer } from '../dialects/strict-server.ts';
import { providerAt } from '../servers.ts';
import { keyAt } from '../stand-in-keys.ts';
import { batchesOf, endOf, idsFrom, requestOf, startBatch } from './contract.ts';
import { answered, type BatchStandIn, batchStandIn, failed } from './stand-in.ts';

const MODEL = 'a-model';
const saved: SavedDialect[] = [];
let standIn: BatchStandIn;
let provider: Provider;
let batches: BatchService;

beforeAll(async () => {
  standIn = await batchStandIn('openai');
});
beforeEach(async () => {
  saved.length = 0;
  const memory = { find: () => null, save: (_model: string, dialect: SavedDialect) => void saved.push(dialect) };
  provider = await providerAt(standIn.url, { name: 'Somewhere' }, memory);
  batches = await batchesOf(provider);
  standIn.life = ['validating', 'completed'];
  standIn.endOf = (id) => ({ output: [answered(standIn.wire, id)] });
  standIn.strict.instead = null;
  standIn.strict.changes = null;
  standIn.batches.clear();
});
afterEach(() => {
  expect(standIn.strict.faults.splice(0)).toEqual([]);
});
afterAll(() => standIn.strict.close());

type Asked = Parameters<BatchService['results']>[1];

interface Read {
  readonly results: readonly BatchResult[];
  readonly error: ProviderError | null;
}

/** Results to their end, or to what they end with. */
async function read(batch: RemoteBatch, asked: Asked = { model: MODEL }): Promise<Read> {
  const results: BatchResult[] = [];
  try {
    for await (const result of batches.results(batch, asked)) results.push(result);
  } catch (error) {
    if (error instanceof ProviderError) return { results, error };
    throw error;
  }
  return { results, error: null };
}

async function ended(count: number): Promise<RemoteBatch> {
  const { id } = await startBatch(provider, MODEL, idsFrom(count));
  return await endOf(batches, id);
}

const instead = (path: RegExp, answer: StrictAnswer): void => {
  standIn.strict.instead = (call) => (path.test(call.path) ? answer : null);
};

describe('lines of results that cannot be read', () => {
  it('fail the request whose they are, and all others are read', async () => {
    const huge = answered(standIn.wire, 'row-1', 'x'.repeat(16_000_001));
    const ends: Readonly<Record<string, unknown>> = {
      'row-0': '{"id":"a","custom_id":"row-0","response":{"status_code":200,"body":{"choices":[{"messa',
      'row-1': huge,
      'row-2': { custom_id: 'row-2', response: null, error: null },
      'row-3': { custom_id: 'row-3', response: { status_code: 200, body: { surprise: true } }, error: null },
      'row-4': { custom_id: 'row-4', response: { status_code: '500', body: '' }, error: { message: 'It was lost' } },
      'row-6': { custom_id: 'row-6', response: null, error: { code: 'BadRequest', message: 'It is too long' } },
      'row-5': { custom_id: 'row-5', response: { status_code: 200, body: '<html><title>Login</title>' }, error: null },
    };
    standIn.endOf = (id) => ({ output: [ends[id] ?? answered(standIn.wire, id)] });
    const { results, error } = await read(await ended(9));
    expect(error).toBeNull();
    expect(results.slice(0, 2)).toMatchObject([
      { id: 'row-8', kind: 'answered' },
      { id: 'row-7', kind: 'answered' },
    ]);
    expect(results.slice(2).toReversed()).toMatchObject([
      { id: 'row-0', kind: 'failed', again: false, error: { detail: { code: 'malformed_answer' } } },
      { id: 'row-1', kind: 'failed', again: false, error: { detail: { code: 'malformed_answer' } } },
      { id: 'row-2', kind: 'failed', again: false, error: { detail: { code: 'malformed_answer' } } },
      { id: 'row-3', kind: 'failed', again: false, error: { detail: { code: 'malformed_answer' } } },
      { id: 'row-4', kind: 'failed', again: true, error: { kind: 'server', message: 'It was lost' } },
      { id: 'row-5', kind: 'failed', again: false, error: { message: expect.stringContaining('Login') } },
      { id: 'row-6', kind: 'failed', again: false, error: { kind: 'invalid-request', message: 'It is too long' } },
    ]);
  });

  it('and belong to nobody are told once all else is given', async () => {
    const odd = ['{"response": {"body": "{\\"custom_id\\": \\"row-9\\"}', '[1]', '', '{"response":null}'];
    standIn.endOf = (id) => ({ output: id === 'row-1' ? odd : [answered(standIn.wire, id)] });
    const batch = await ended(3);
    const { results, error } = await read(batch);
    expect(results.map(({ id }) => id)).toEqual(['row-2', 'row-0']);
    expect(error).toMatchObject({ kind: 'invalid-request', detail: { code: 'malformed_answer' } });
    expect(error?.message).toContain(`3 results of ${batch.id} could not be read`);
    expect(error?.message).toContain(`line 2 of ${batch.resultFiles[0]}`);
  });
});

describe('files of results', () => {
  it('that are gone are told of once the others are read', async () => {
    standIn.endOf = (id) => ({
      output: [answered(standIn.wire, id)],
      errors: id === 'row-1' ? [failed('row-1', 500, { message: 'Lost' })] : [],
    });
    const batch = await ended(2);
    expect(batch.resultFiles).toHaveLength(2);
    instead(new RegExp(`${batch.resultFiles[0]}/content`), {
      status: 404,
      body: { error: { message: 'No such file' } },
    });
    const { results, error } = await read(batch);
    expect(results).toMatchObject([{ id: 'row-1', kind: 'failed', again: true }]);
    expect(error).toMatchObject({ kind: 'not-found', message: expect.stringContaining('No such file') });
  });

  it('that break off end with that, after what came', async () => {
    const batch = await ended(3);
    standIn.strict.changes = (answer) =>
      answer.body instanceof Buffer ? { ...answer, cutAfter: answer.body.indexOf(0x0a) + 20 } : answer;
    const { results, error } = await read(batch);
    expect(results).toMatchObject([{ id: 'row-2', kind: 'answered' }]);
    expect(error).toMatchObject({ kind: 'network', retryable: true });
  });

  it('are left where they are when nobody wants them any more', async () => {
    const batch = await ended(9);
    const stop = new AbortController();
    const asked = batches.results(batch, { model: MODEL }, { signal: stop.signal })[Symbol.asyncIterator]();
    expect((await asked.next()).value).toMatchObject({ id: 'row-8' });
    stop.abort();
    await expect(asked.next()).rejects.toMatchObject({ kind: 'cancelled' });
  });

  it('that refuse the key say so, without it', async () => {
    const batch = await ended(1);
    const message = `Incorrect API key: ${keyAt(standIn.url)}.`;
    instead(/content/, { status: 401, body: { error: { message } } });
    const { error } = await read(batch);
    expect(error?.kind).toBe('auth');
    expect(error?.message).not.toContain(keyAt(standIn.url));
  });
});

describe('what a batch is', () => {
  const object = (change: Readonly<Record<string, unknown>>): StrictAnswer => ({
    body: { id: 'b', object: 'batch', input_file_id: 'f', status: 'in_progress', created_at: 1_790_000_000, ...change },
  });

  it.each([
    ['a word nobody knows', { status: 'thinking\u001b[2J' }, { status: 'unknown', word: 'thinking' }, false],
    [
      'the same, once it has ended',
      { status: 'thought', completed_at: 1_790_000_060 },
      { endedAt: 1_790_000_060 },
      true,
    ],
    ['no word', { status: null }, { status: 'unknown', word: 'no status' }, false],
    ['no counts', {}, { counts: null, deadlineAt: null, endedAt: null }, false],
    ['empty counts', { request_counts: {} }, { counts: null }, false],
    ['files that are empty texts', { output_file_id: '', error_file_id: '' }, { resultFiles: [] }, false],
    ['a failure without words', { status: 'failed', errors: { data: [] } }, { problem: { code: null } }, true],
    ['errors of a batch that went well', { status: 'completed', errors: [{ message: 'x' }] }, { problem: null }, true],
  ])('is read with %s', async (_, change, expected, over) => {
    instead(/batches\/b$/, object(change));
    const batch = await batches.retrieve('b');
    expect(batch).toMatchObject({ id: 'b', createdAt: 1_790_000_000, ...expected });
    expect(hasEnded(batch)).toBe(over);
  });

  it('has the first faults of many, and no key', async () => {
    const faults = Array.from({ length: 9 }, (_, n) => ({
      line: n + 1,
      code: 'bad',
      message: `bad ${keyAt(standIn.url)}`,
    }));
    instead(/batches\/b$/, object({ status: 'failed', errors: { object: 'list', data: faults } }));
    const { problem } = await batches.retrieve('b');
    expect(problem?.message).toMatch(/^line 1: bad .*; line 5: bad [^;]*; and 4 more$/);
    expect(problem?.message).not.toContain(keyAt(standIn.url));
  });

  it('is no page of another thing', async () => {
    instead(/batches\/b$/, { body: { hello: 1 } });
    await expect(batches.retrieve('b')).rejects.toMatchObject({ detail: { code: 'malformed_answer' } });
  });
});

describe('a batch is looked for', () => {
  it('page by page, and the newest of a file is it', async () => {
    const first = await startBatch(provider, MODEL, idsFrom(1));
    for (let n = 0; n < 6; n += 1) await startBatch(provider, MODEL, idsFrom(1));
    const fileId = String(standIn.batches.get(first.id)?.asked.input_file_id);
    expect((await batches.find(fileId))?.id).toBe(first.id);
    const newer = await batches.create({ fileId, model: MODEL });
    expect((await batches.find(fileId))?.id).toBe(newer.id);
  });

  it('in a list that has the oldest first', async () => {
    const one = { id: 'b', input_file_id: 'f', status: 'completed', created_at: 1_790_000_000 };
    instead(/batches$/, { body: [one, { ...one, id: 'newer', created_at: 1_790_000_001 }] });
    expect((await batches.find('f'))?.id).toBe('newer');
  });

  it('no further than ten pages, also where a server knows no pages', async () => {
    const one = { id: 'b', input_file_id: 'f', status: 'completed', created_at: 1_790_000_000 };
    instead(/batches$/, { body: { object: 'list', data: [one], has_more: true } });
    const before = standIn.strict.calls.length;
    expect(await batches.find('another')).toBeNull();
    expect(standIn.strict.calls.length - before).toBe(10);
  });

  it.each([
    [404, { detail: 'Not Found' }],
    [404, { error: { message: 'Nothing of that name', type: 'invalid_request_error' } }],
    [405, { detail: 'Method Not Allowed' }],
    [501, { error: 'not implemented' }],
  ])('at a server that has none, which answers %i', async (status, body) => {
    instead(/batches$/, { status, body });
    await expect(batches.find('f')).rejects.toMatchObject({
      message: 'Somewhere has no batches: its server does not know /batches.',
      detail: { code: NO_SUCH_ROUTE },
    });
  });

  it('and a refusal is no lack', async () => {
    instead(/batches$/, { status: 403, body: { error: { message: 'Not for you' } } });
    await expect(batches.find('f')).rejects.toMatchObject({ kind: 'forbidden', message: 'Not for you' });
  });
});

describe('a field that a model refuses in a batch', () => {
  const refusal = (id: string) =>
    failed(id, 400, {
      message: "Unsupported parameter: 'temperature' is not supported with this model.",
      type: 'invalid_request_error',
      param: 'temperature',
      code: 'unsupported_parameter',
    });
  const asked = { model: MODEL, temperature: 0.5 };
  const bodyOf = (line: { readonly text: string }) => JSON.parse(line.text).body;

  it('is left out of the next one and of chats, and is remembered once', async () => {
    standIn.endOf = (id) => ({ errors: [refusal(id)] });
    const batch = await ended(9);
    const request = { ...requestOf(MODEL, 'x'), temperature: 0.5 };
    expect(bodyOf(batches.line('x', request))).toMatchObject({ temperature: 0.5 });
    const { results } = await read(batch, asked);
    expect(results.map((one) => one.kind === 'failed' && one.again)).toEqual(Array(9).fill(true));
    expect(saved).toEqual([{ maxTokens: 'max_completion_tokens', without: ['temperature'] }]);
    expect(bodyOf(batches.line('x', request))).not.toHaveProperty('temperature');
    expect(await provider.chat.complete(request, {})).toMatchObject({ without: ['temperature'] });
    expect(JSON.parse(String(standIn.strict.calls.at(-1)?.body))).not.toHaveProperty('temperature');
    standIn.endOf = (id) => ({ output: [answered(standIn.wire, id)] });
    // The same results, read once more by a process that had died.
    expect((await read(batch, asked)).results).toEqual(results);
    const next = await read(await ended(1), asked);
    expect(next.results).toMatchObject([{ kind: 'answered', answer: { without: ['temperature'] } }]);
  });

  it('is no refusal of its value', async () => {
    const message = 'Invalid temperature: must be between 0 and 2.';
    standIn.endOf = (id) => ({ errors: [failed(id, 400, { message, type: 'invalid_request_error' })] });
    const { results } = await read(await ended(1), { ...asked, temperature: 9 });
    expect(results).toMatchObject([{ kind: 'failed', again: false }]);
    expect(saved).toEqual([]);
  });
});
