import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Provider } from '../../../../src/app/runtime/ports.ts';
import { BATCH_LIMITS, type BatchDialect } from '../../../../src/domain/batches/limits.ts';
import { CALL_LIMITS } from '../../../../src/domain/provider/call-limits.ts';
import type { ProviderProfile } from '../../../../src/domain/provider/provider.ts';
import { createTransport } from '../../../../src/services/http/transport.ts';
import { createBatches } from '../../../../src/services/openai/batches/batches.ts';
import { openClient } from '../../../../src/services/openai/client.ts';
import { createProvider } from '../../../../src/services/openai/connect.ts';
import { createDialects } from '../../../../src/services/openai/dialect-memory.ts';
import { createRoutes } from '../../../../src/services/openai/routes.ts';
import { openSession } from '../../../../src/services/openai/session.ts';
import { profileOf } from '../servers.ts';
import { keyAt } from '../stand-in-keys.ts';
import { batchContract, batchesOf, endOf, idsFrom, requestOf, resultsOf, startBatch } from './contract.ts';
import { answered, type BatchStandIn, batchStandIn, failed, type RowEnd, unasked } from './stand-in.ts';

const MODEL = 'a-model';
const ELSEWHERE = 'sk-of-another-host-0123456789';

async function connected({ url, profile }: BatchStandIn, dialect: BatchDialect): Promise<Provider> {
  const setup = { profile: profileOf({ baseUrl: url, ...profile }), baseUrl: url, apiKey: keyAt(url) };
  const keys = () => [ELSEWHERE, setup.apiKey];
  const uploads = { pollMs: 0, sleep: () => Promise.resolve() };
  const provider = await createProvider(setup, uploads, undefined, {}, keys);
  if (dialect !== 'groq' && dialect !== 'mistral') return provider;
  // These are told by their hosts, which no stand-in has.
  const http = createTransport();
  const client = () => openClient(setup, http, CALL_LIMITS);
  const routes = createRoutes(setup, client);
  const session = openSession({ client, http, baseUrl: url, routes, secrets: [setup.apiKey] });
  const otherKeys = () => [ELSEWHERE];
  const batches = createBatches(session, { dialect, name: 'There', dialects: createDialects(), otherKeys });
  return { ...provider, batches: async () => batches };
}

describe.each(['openai', 'azure', 'together', 'groq', 'mistral', 'nebius'] as const)('%s', (dialect) => {
  let standIn: BatchStandIn;
  let provider: Provider;

  beforeAll(async () => {
    standIn = await batchStandIn(dialect);
    provider = await connected(standIn, dialect);
  });
  beforeEach(() => {
    standIn.life = ['validating', 'in_progress', 'completed'];
    standIn.endOf = (id) => ({ output: [answered(standIn.wire, id)] });
  });
  afterEach(() => {
    expect(standIn.strict.faults.splice(0)).toEqual([]);
  });
  afterAll(() => standIn.strict.close());

  batchContract(dialect, { provider: () => provider, model: MODEL });

  it('says its limits', async () => {
    expect((await batchesOf(provider)).limits).toEqual(BATCH_LIMITS[dialect]);
  });

  it('tells what became of each request, once, the answer before what else is said of it', async () => {
    const slow = { message: 'Slow down', type: 'rate_limit_error', code: 'rate_limit_exceeded' };
    const wrong = { message: 'That is no role', type: 'invalid_request_error', param: 'messages', code: null };
    const ends: Readonly<Record<string, RowEnd>> = {
      'row-0': { errors: [failed('row-0', 429, slow)] },
      'row-1': { errors: [failed('row-1', 503, { message: 'Overloaded' })] },
      'row-2': { errors: [failed('row-2', 400, wrong)] },
      'row-3': { errors: [unasked('row-3', 'batch_expired')] },
      'row-4': { errors: [unasked('row-4', 'batch_cancelled')] },
      'row-5': { output: [answered(standIn.wire, 'row-5')], errors: [failed('row-5', 500, { message: 'Lost' })] },
      'row-6': { output: [answered(standIn.wire, 'row-6'), answered(standIn.wire, 'row-6', 'Again.')] },
      'row-7': { errors: [failed('row-7', 400, { message: 'Flagged', code: 'content_filter' })] },
    };
    standIn.endOf = (id) => ends[id] ?? {};
    const batches = await batchesOf(provider);
    const { id } = await startBatch(provider, MODEL, Object.keys(ends));
    const results = await resultsOf(batches, await endOf(batches, id), MODEL);
    expect(results.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toMatchObject([
      { id: 'row-0', kind: 'failed', again: true, error: { kind: 'rate-limit', message: 'Slow down' } },
      { id: 'row-1', kind: 'failed', again: true, error: { kind: 'server', message: 'Overloaded' } },
      { id: 'row-2', kind: 'failed', again: false, error: { kind: 'invalid-request', detail: { param: 'messages' } } },
      { id: 'row-3', kind: 'unasked', reason: 'expired' },
      { id: 'row-4', kind: 'unasked', reason: 'cancelled' },
      { id: 'row-5', kind: 'answered', answer: { text: 'Well met, row-5.', model: 'some-model-2026' } },
      { id: 'row-6', kind: 'answered', answer: { text: 'Well met, row-6.' } },
      { id: 'row-7', kind: 'failed', again: false, error: { kind: 'moderation' } },
    ]);
    expect(results).toHaveLength(8);
  });

  it('says in which lines of its file a batch is wrong', async () => {
    const batches = await batchesOf(provider);
    const { id } = await startBatch(provider, MODEL, idsFrom(2));
    const batch = standIn.batches.get(id);
    if (batch === undefined) throw new Error('There is no batch.');
    batch.status = 'failed';
    batch.faults = [
      { line: 2, code: 'invalid_json_line', message: 'This is no JSON.' },
      { line: 9, code: 'duplicate_custom_id', message: 'There is one already.' },
    ];
    const found = await batches.retrieve(id);
    expect(found).toMatchObject({ status: 'failed', resultFiles: [] });
    expect(found.problem?.message).toBe('line 2: This is no JSON.; line 9: There is one already.');
    expect(await resultsOf(batches, found, MODEL)).toEqual([]);
  });

  it('is asked as a chat is, without keys of other hosts', async () => {
    const batches = await batchesOf(provider);
    const request = { ...requestOf(MODEL, `with ${ELSEWHERE}\nin it`), temperature: 0.5 };
    const { text, maskedKeys } = batches.line('row "1"', request);
    expect(maskedKeys).toBe(1);
    expect(text).not.toContain('\n');
    expect(text).not.toContain(ELSEWHERE);
    const row = JSON.parse(text);
    expect(row.custom_id).toBe('row "1"');
    expect(row.body).toMatchObject({ temperature: 0.5, messages: [{ content: 'hello from with …\nin it' }] });
    expect(batches.line('row-2', requestOf(MODEL, 'nothing')).maskedKeys).toBe(0);
  });
});

describe('a provider', () => {
  const rowAt = async (baseUrl: string, change: Partial<ProviderProfile>) => {
    const profile = profileOf({ baseUrl, ...change });
    const { batches } = await createProvider({ profile, baseUrl, apiKey: ELSEWHERE });
    const row = (await batches?.())?.line('row-1', requestOf(MODEL, 'here')).text;
    return row === undefined ? null : Object.keys(JSON.parse(row));
  };
  const withUrl = ['custom_id', 'method', 'url', 'body'];

  it.each([
    ['https://api.openai.com/v1', { kind: 'openai' }, withUrl],
    ['https://api.groq.com/openai/v1', {}, withUrl],
    ['https://api.mistral.ai/v1', {}, ['custom_id', 'body']],
    ['https://notmistral.ai/v1', {}, withUrl],
    ['https://api.together.ai/v1', { kind: 'together', jobDialect: 'together' }, ['custom_id', 'body']],
    ['https://api.fireworks.ai/inference/v1', { kind: 'fireworks', jobDialect: 'fireworks' }, null],
  ] as const)('at %s has the batches it is told by', async (baseUrl, change, row) => {
    expect(await rowAt(baseUrl, change)).toEqual(row);
  });

  it('that is Mistral is asked without what it is known to refuse', async () => {
    const baseUrl = 'https://api.mistral.ai/v1';
    const { batches } = await createProvider({ profile: profileOf({ baseUrl }), baseUrl, apiKey: ELSEWHERE });
    const line = (await batches?.())?.line('row-1', { ...requestOf(MODEL, 'here'), seed: 4 });
    expect(JSON.parse(line?.text ?? '')).toEqual({
      custom_id: 'row-1',
      body: { messages: [{ role: 'user', content: 'hello from here' }], max_tokens: 24 },
    });
  });
});
