import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Provider } from '../../../src/app/runtime/ports.ts';
import { type EngineServer, startServer } from '../../../src/engine/server.ts';
import { createProvider } from '../../../src/services/openai/connect.ts';
import { engineOptions } from '../../engine/support/options.ts';
import { HELD, QUICK } from '../../engine/support/runner.ts';
import { providerContract } from './contract.ts';
import { bytesOf, KEY, profileOf } from './servers.ts';

const home = mkdtempSync(join(tmpdir(), 'luthier-contract-'));
let engine: EngineServer;
let provider: Provider;

const connected = (apiKey: string) =>
  createProvider({ profile: profileOf({ kind: 'embedded' }), baseUrl: engine.url, apiKey });

beforeAll(async () => {
  engine = await startServer({ ...engineOptions(home), apiKey: KEY });
  provider = await connected(KEY);
});
afterAll(async () => {
  await engine.close();
  rmSync(home, { recursive: true, force: true });
});

providerContract('the embedded engine', {
  provider: () => provider,
  chatModel: 'test-writer',
  baseModel: QUICK,
  slowModel: HELD,
});

const LINES = Array.from(
  { length: 24 },
  (_, n) =>
    `${JSON.stringify({
      messages: [
        { role: 'user', content: `elf, wizard, crossbow, owl ${n}` },
        { role: 'assistant', content: 'Name: Saelith.' },
      ],
    })}\n`,
).join('');

async function train(model: string, nEpochs: number) {
  const bytes = Buffer.byteLength(LINES);
  const body = () => bytesOf(LINES, 999);
  const file = await provider.files.upload({ filename: 'train.jsonl', purpose: 'fine-tune', bytes, body }, {});
  return await provider.jobs.create({
    model,
    trainingFile: file.id,
    validationFile: file.id,
    suffix: null,
    seed: 1,
    hyperparameters: { nEpochs, batchSize: 4, learningRateMultiplier: 'auto' },
  });
}

describe('a provider at the embedded engine', () => {
  it('reads figures, checkpoints and the result file, and talks to the tuned model', async () => {
    const created = await train(QUICK, 2);
    let job = created;
    while (job.finishedAt === null) job = await provider.jobs.retrieve(created.id);
    expect(job).toMatchObject({ status: 'succeeded', error: null, hyperparameters: { nEpochs: 2, batchSize: 4 } });
    const metrics = (await provider.jobs.events(job.id, new Set())).flatMap((event) => event.metrics ?? []);
    expect(metrics.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(metrics.every((point) => point.totalSteps === 12 && point.trainLoss !== null)).toBe(true);
    expect(metrics.at(-1)?.fullValidLoss).not.toBeNull();
    expect((await provider.jobs.checkpoints(job.id)).map(({ step }) => step)).toEqual([6, 12]);
    expect(await provider.files.content(job.resultFiles[0] ?? '')).toMatch(/^step,train_loss/);
    const models = await provider.models.list();
    expect(models.find(({ id }) => id === job.fineTunedModel)?.tuned).toBe(true);
    expect(models.find(({ id }) => id === QUICK)?.tuned).toBe(false);
    const model = job.fineTunedModel ?? '';
    const tuned = await provider.chat.complete({ model, messages: [{ role: 'user', content: 'orc' }] }, {});
    expect(tuned.text).toBe('Name: Saelith.');
    expect(tuned.limits).not.toBeNull();
    await provider.models.remove(model);
    expect((await provider.models.list()).map(({ id }) => id)).not.toContain(model);
  });

  it('pauses and resumes a job', async () => {
    const { id } = await train(HELD, 3);
    while ((await provider.jobs.checkpoints(id)).length < 2) await provider.jobs.retrieve(id);
    expect((await provider.jobs.act(id, 'pause')).status).toBe('paused');
    await provider.jobs.act(id, 'resume');
    let job = await provider.jobs.retrieve(id);
    while (job.finishedAt === null) job = await provider.jobs.retrieve(id);
    expect(job.status).toBe('succeeded');
  });

  it('is refused with a wrong key, and does not say it', async () => {
    const wrong = `${KEY}-wrong`;
    await expect((await connected(wrong)).models.list()).rejects.toMatchObject({
      kind: 'auth',
      message: expect.not.stringContaining(wrong),
    });
  });
});
