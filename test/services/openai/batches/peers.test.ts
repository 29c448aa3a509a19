import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Provider } from '../../../../src/app/runtime/ports.ts';
import { type EngineServer, startServer } from '../../../../src/engine/server.ts';
import { createProvider } from '../../../../src/services/openai/connect.ts';
import { engineOptions } from '../../../engine/support/options.ts';
import { KEY, profileOf, providerAt } from '../servers.ts';
import { batchContract, batchesOf, endOf, idsFrom, requestOf, resultsOf, startBatch, uploadLines } from './contract.ts';

const MODEL = 'test-writer';

async function engineWith(change: Partial<Parameters<typeof startServer>[0]> = {}) {
  const home = mkdtempSync(join(tmpdir(), 'luthier-batches-'));
  const engine: EngineServer = await startServer({ ...engineOptions(home), apiKey: KEY, ...change });
  const provider = await createProvider({
    profile: profileOf({ kind: 'embedded' }),
    baseUrl: engine.url,
    apiKey: KEY,
  });
  const close = async (): Promise<void> => {
    await engine.close();
    rmSync(home, { recursive: true, force: true });
  };
  return { provider, close };
}

let engine: Awaited<ReturnType<typeof engineWith>>;
const mock = new LLMock({ port: 0, logLevel: 'silent' });
let second: Provider;

beforeAll(async () => {
  // Long enough for one to be cancelled before its end.
  engine = await engineWith({ latencyMs: 5 });
  await mock.start();
  second = await providerAt(`${mock.url}/v1`);
});
afterAll(async () => {
  await engine.close();
  await mock.stop();
});

batchContract('the embedded engine', { provider: () => engine.provider, model: MODEL });
batchContract('a second server', { provider: () => second, model: 'gpt-4o-mini' });

describe('batches at the embedded engine', () => {
  it('tell of what a request of theirs was refused for', async () => {
    const batches = await batchesOf(engine.provider);
    const good = batches.line('good', requestOf(MODEL, 'good')).text;
    const bad = batches.line('bad', { ...requestOf(MODEL, 'bad'), temperature: 9 }).text;
    const file = await uploadLines(engine.provider, [bad, good]);
    const batch = await batches.create({ fileId: file.id, model: MODEL });
    const done = await endOf(batches, batch.id);
    expect(done.counts).toEqual({ total: 2, completed: 1, failed: 1 });
    expect(await resultsOf(batches, done, MODEL)).toMatchObject([
      { id: 'good', kind: 'answered' },
      { id: 'bad', kind: 'failed', again: false, error: { kind: 'invalid-request', detail: { status: 400 } } },
    ]);
  });

  it('that expire name the requests that were not asked', async () => {
    const { provider, close } = await engineWith({ expireBatches: true });
    onTestFinished(close);
    const batches = await batchesOf(provider);
    const { id } = await startBatch(provider, MODEL, idsFrom(40));
    const done = await endOf(batches, id);
    expect(done.status).toBe('expired');
    const results = await resultsOf(batches, done, MODEL);
    expect(results.map((one) => one.id).toSorted()).toEqual(idsFrom(40).toSorted());
    const unasked = results.filter((one) => one.kind === 'unasked');
    expect(unasked.length).toBeGreaterThan(10);
    expect(new Set(unasked.map((one) => one.kind === 'unasked' && one.reason))).toEqual(new Set(['expired']));
  });

  it('of a file that is wrong fail with its lines', async () => {
    const batches = await batchesOf(engine.provider);
    const line = batches.line('row-1', requestOf(MODEL, 'row-1')).text;
    const file = await uploadLines(engine.provider, [line, '{', line]);
    const { id } = await batches.create({ fileId: file.id, model: MODEL });
    const failed = await endOf(batches, id);
    expect(failed).toMatchObject({ status: 'failed', resultFiles: [], problem: { code: 'invalid_json_line' } });
    expect(failed.problem?.message).toMatch(/^line 2: .*; line 3: /);
    expect(await resultsOf(batches, failed, MODEL)).toEqual([]);
  });
});
