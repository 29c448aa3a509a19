import { describe, expect, it } from 'vitest';
import type { JobService, Provider } from '../../../src/app/runtime/ports.ts';
import { ProviderError } from '../../../src/domain/provider/provider.ts';
import type { JobRequest } from '../../../src/domain/training/types.ts';
import { bytesOf } from './servers.ts';

export interface ContractServer {
  /** The connected provider under test. */
  provider(): Provider;
  /** A model that answers chats, and one that can be tuned. */
  readonly chatModel: string;
  readonly baseModel: string;
  /** One whose training does not end before it is cancelled. */
  readonly slowModel: string;
  /** What tuned models are called; `ft:…` when absent. */
  readonly tunedName?: RegExp;
  /** Bytes that the provider wants before a training file, beside its own; none when absent. */
  readonly added?: number;
}

const LINES = Array.from({ length: 12 }, (_, index) =>
  JSON.stringify({
    messages: [
      { role: 'user', content: `elf, wizard, crossbow, owl ${index}` },
      { role: 'assistant', content: `Name: Saelith ${index} — “quick” ✓` },
    ],
  }),
).join('\n');

const newsOf = async (jobs: JobService, id: string, known: ReadonlySet<string>) =>
  jobs.lacks?.events === undefined ? await jobs.events(id, known) : [];

async function sameEventsAgain(
  jobs: JobService,
  id: string,
  messages: readonly string[],
  known: ReadonlySet<string>,
): Promise<void> {
  if (jobs.lacks?.events !== undefined) {
    await expect(jobs.events(id, known)).rejects.toThrow(jobs.lacks.events);
    return;
  }
  expect(messages.length).toBeGreaterThan(1);
  const again = await jobs.events(id, new Set());
  expect(again.map(({ message }) => message).toSorted()).toEqual(messages.toSorted());
  const times = again.map(({ createdAt }) => createdAt);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(await jobs.events(id, known)).toEqual([]);
}

async function checkpointsOf(jobs: JobService, id: string): Promise<void> {
  if (jobs.lacks?.checkpoints !== undefined) {
    await expect(jobs.checkpoints(id)).rejects.toThrow(jobs.lacks.checkpoints);
    return;
  }
  for (const checkpoint of await jobs.checkpoints(id)) expect(checkpoint.jobId).toBe(id);
}

async function cancels(jobs: JobService, id: string): Promise<void> {
  if (jobs.lacks?.cancel !== undefined) {
    await expect(jobs.act(id, 'cancel')).rejects.toThrow(jobs.lacks.cancel);
    return;
  }
  let job = await jobs.act(id, 'cancel');
  for (let looks = 0; looks < 5 && job.status === 'running'; looks += 1) job = await jobs.retrieve(id);
  expect(job.status).toBe('cancelled');
}

/** What a provider must do against any server that speaks the protocol. */
export function providerContract(name: string, server: ContractServer): void {
  const { chatModel, baseModel, slowModel } = server;
  const hello = { model: chatModel, messages: [{ role: 'user', content: 'hello' }], maxTokens: 24 } as const;
  const upload = (provider: Provider, onSent?: (bytes: number) => void) =>
    provider.files.upload(
      {
        filename: 'train.jsonl',
        purpose: 'fine-tune',
        bytes: Buffer.byteLength(LINES),
        body: () => bytesOf(LINES, 97),
      },
      onSent === undefined ? {} : { onSent },
    );
  const request = (trainingFile: string): JobRequest => ({
    model: baseModel,
    trainingFile,
    validationFile: null,
    suffix: 'contract',
    seed: 7,
    hyperparameters: { nEpochs: 1, batchSize: 'auto', learningRateMultiplier: 'auto' },
  });

  describe(`a provider against ${name}`, () => {
    it('answers a chat whole', async () => {
      const answer = await server.provider().chat.complete(hello, {});
      expect(answer.text.length).toBeGreaterThan(0);
      expect(answer.finishReason).toMatch(/stop|length/);
      expect(answer.usage?.promptTokens).toBeGreaterThan(0);
      expect(answer.totalMs).toBeGreaterThan(0);
    });

    it('streams a chat: the deltas are the text, and the usage comes too', async () => {
      const deltas: string[] = [];
      const answer = await server.provider().chat.complete(hello, { onDelta: (text) => deltas.push(text) });
      expect(deltas.join('')).toBe(answer.text);
      expect(answer.text.length).toBeGreaterThan(0);
      expect(answer.finishReason).toMatch(/stop|length/);
      expect(answer.firstTokenMs).toBeLessThanOrEqual(answer.totalMs);
    });

    it('stops a streamed chat when told to', async () => {
      const stop = new AbortController();
      const asked = server.provider().chat.complete(hello, { signal: stop.signal, onDelta: () => stop.abort() });
      await expect(asked).rejects.toMatchObject({ kind: 'cancelled' });
    });

    it('does not send what is already cancelled', async () => {
      const asked = server.provider().chat.complete(hello, { signal: AbortSignal.abort() });
      await expect(asked).rejects.toMatchObject({ kind: 'cancelled' });
    });

    it('uploads byte for byte, counting, lists and removes', async () => {
      const { files } = server.provider();
      const sent: number[] = [];
      const file = await upload(server.provider(), (bytes) => sent.push(bytes));
      expect(sent.at(-1)).toBe(Buffer.byteLength(LINES));
      expect(sent.length).toBeGreaterThan(3);
      expect(file).toMatchObject({
        filename: 'train.jsonl',
        purpose: 'fine-tune',
        bytes: Buffer.byteLength(LINES) + (server.added ?? 0),
      });
      expect(await files.content(file.id)).toBe(LINES);
      expect((await files.list()).map(({ id }) => id)).toContain(file.id);
      expect(await files.standing(file.id)).toBe('there');
      await files.remove(file.id);
      expect((await files.list()).map(({ id }) => id)).not.toContain(file.id);
      await expect(files.content(file.id)).rejects.toMatchObject({ kind: 'not-found' });
      expect(await files.standing(file.id)).not.toBe('there');
    });

    it('carries a job to its end, every event once and oldest first', async () => {
      const { jobs } = server.provider();
      const file = await upload(server.provider());
      const created = await jobs.create(request(file.id));
      expect(created).toMatchObject({ model: baseModel, trainingFile: file.id, error: null });
      const known = new Set<string>();
      const messages: string[] = [];
      let job = created;
      while (job.finishedAt === null && job.error === null) {
        job = await jobs.retrieve(created.id);
        for (const event of await newsOf(jobs, created.id, known)) {
          expect(known.has(event.id)).toBe(false);
          known.add(event.id);
          messages.push(event.message);
        }
      }
      expect(job.status).toBe('succeeded');
      expect(job.fineTunedModel).toMatch(server.tunedName ?? /^ft:/);
      await sameEventsAgain(jobs, created.id, messages, known);
      expect((await jobs.list()).map(({ id }) => id)).toContain(created.id);
      await checkpointsOf(jobs, created.id);
    });

    it('cancels a job', async () => {
      const { jobs } = server.provider();
      const file = await upload(server.provider());
      const created = await jobs.create({
        ...request(file.id),
        model: slowModel,
        hyperparameters: { nEpochs: 3, batchSize: 1, learningRateMultiplier: 'auto' },
      });
      await cancels(jobs, created.id);
    });

    it('says what is not there', async () => {
      const { jobs, files } = server.provider();
      await expect(jobs.retrieve('ftjob-none')).rejects.toBeInstanceOf(ProviderError);
      await expect(jobs.retrieve('ftjob-none')).rejects.toMatchObject({ kind: 'not-found' });
      await expect(files.content('file-none')).rejects.toMatchObject({ kind: 'not-found' });
    });

    it('lists models', async () => {
      const models = await server.provider().models.list();
      expect(models.length).toBeGreaterThan(0);
      for (const model of models) expect(model.id).not.toBe('');
    });
  });
}
