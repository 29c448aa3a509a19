import { describe, expect, it } from 'vitest';
import type { BatchService } from '../../../../src/app/runtime/batch-ports.ts';
import type { Provider } from '../../../../src/app/runtime/ports.ts';
import { hasEnded } from '../../../../src/domain/batches/status.ts';
import type { BatchResult, RemoteBatch } from '../../../../src/domain/batches/types.ts';
import { bytesOf } from '../servers.ts';

export interface BatchContractServer {
  /** The connected provider under test. */
  provider(): Provider;
  readonly model: string;
}

export async function batchesOf(provider: Provider): Promise<BatchService> {
  if (provider.batches === undefined) throw new Error('It has no batches.');
  return await provider.batches();
}

/** Uploads the lines as the input of a batch. */
export async function uploadLines(provider: Provider, lines: readonly string[]) {
  const text = lines.map((line) => `${line}\n`).join('');
  const bytes = Buffer.byteLength(text);
  return await provider.files.upload(
    { filename: 'batch.jsonl', purpose: 'batch', bytes, body: () => bytesOf(text, 999) },
    {},
  );
}

export const idsFrom = (count: number): readonly string[] => Array.from({ length: count }, (_, n) => `row-${n}`);

/** A batch of one request of each id. */
export async function startBatch(provider: Provider, model: string, ids: readonly string[]): Promise<RemoteBatch> {
  const batches = await batchesOf(provider);
  const lines = ids.map((id) => batches.line(id, requestOf(model, id)).text);
  const file = await uploadLines(provider, lines);
  return await batches.create({ fileId: file.id, model });
}

export const requestOf = (model: string, id: string) =>
  ({ model, messages: [{ role: 'user', content: `hello from ${id}` }], maxTokens: 24 }) as const;

/** Looks until nothing more comes of it. */
export async function endOf(batches: BatchService, id: string): Promise<RemoteBatch> {
  await expect.poll(async () => hasEnded(await batches.retrieve(id)), { timeout: 20_000, interval: 10 }).toBe(true);
  return await batches.retrieve(id);
}

export async function resultsOf(
  batches: BatchService,
  batch: RemoteBatch,
  model: string,
): Promise<readonly BatchResult[]> {
  const found: BatchResult[] = [];
  for await (const result of batches.results(batch, { model, maxTokens: 24 })) found.push(result);
  return found;
}

/** What batches of a provider must do against any server that has them. */
export function batchContract(name: string, { provider, model }: BatchContractServer): void {
  describe(`batches against ${name}`, () => {
    it('are looked for before there are any', async () => {
      expect(await (await batchesOf(provider())).find('file-that-is-in-none')).toBeNull();
    });

    it('are answered whole, each request once, and are found again by their file', async () => {
      const batches = await batchesOf(provider());
      const ids = idsFrom(9);
      const file = await uploadLines(
        provider(),
        ids.map((id) => batches.line(id, requestOf(model, id)).text),
      );
      expect(file.bytes).toBeGreaterThan(0);
      const created = await batches.create({ fileId: file.id, model });
      expect(created).toMatchObject({ problem: null, resultFiles: [] });
      expect((await batches.find(file.id))?.id).toBe(created.id);
      const done = await endOf(batches, created.id);
      expect(done).toMatchObject({ id: created.id, status: 'completed', problem: null });
      expect(done.createdAt).toBeGreaterThan(1_700_000_000);
      const results = await resultsOf(batches, done, model);
      expect(results.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
      for (const result of results) {
        if (result.kind !== 'answered') throw new Error(`${result.id} was not answered`);
        const { answer } = result;
        expect(answer.text.length).toBeGreaterThan(0);
        expect(answer.usage?.completionTokens).toBeGreaterThan(0);
        expect(answer).toMatchObject({ refusal: null, limits: null });
        expect(Object.keys(answer)).not.toContain('totalMs');
      }
    });

    it('can be cancelled', async () => {
      const batches = await batchesOf(provider());
      const { id } = await startBatch(provider(), model, idsFrom(40));
      expect((await batches.cancel(id)).status).toMatch(/^cancell/);
      expect(await endOf(batches, id)).toMatchObject({ status: 'cancelled', problem: null });
    });

    it('say what is not there', async () => {
      const batches = await batchesOf(provider());
      await expect(batches.retrieve('batch-none')).rejects.toMatchObject({ kind: 'not-found' });
      const stopped = batches.retrieve('batch-none', { signal: AbortSignal.abort() });
      await expect(stopped).rejects.toMatchObject({ kind: 'cancelled' });
    });
  });
}
