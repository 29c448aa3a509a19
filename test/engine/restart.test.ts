import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../src/engine/storage/store.ts';
import {
  chatLines,
  clientOf,
  messagesOf,
  startEngine,
  tempHome,
  upload,
  waitForMessage,
  waitForStatus,
} from './support/engine.ts';
import { HELD, QUICK } from './support/runner.ts';

const stepsIn = (messages: readonly string[]) => messages.flatMap((text) => /^Step (\d+)/.exec(text)?.[1] ?? []);

/** An engine in its own process. */
async function startProcess(home: string) {
  const script = fileURLToPath(new URL('./support/process.ts', import.meta.url));
  const child = spawn(process.execPath, [script, home], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const [url] = await once(createInterface(child.stdout), 'line');
  return { child, client: clientOf(String(url)) };
}

const request = { suffix: 'r', hyperparameters: { n_epochs: 4, batch_size: 5 } };
const resumed = ['1', '2', '3', '4', '5', '6', '7', '8'];

test('files, jobs, events and tuned models are there after a restart', async () => {
  const first = await startEngine();
  const file = await upload(first.client, chatLines(10));
  const { id } = await first.client.fineTuning.jobs.create({ model: QUICK, training_file: file.id });
  const job = await waitForStatus(first.client, id, 'succeeded');
  const events = await messagesOf(first.client, id);
  await first.server.close();

  const { client } = await startEngine({ home: first.home });
  expect(await client.files.retrieve(file.id)).toEqual(file);
  expect(await client.fineTuning.jobs.retrieve(id)).toEqual(job);
  expect(await messagesOf(client, id)).toEqual(events);
  const said = await client.completions.create({ model: job.fine_tuned_model ?? '', prompt: 'x' });
  expect(said.choices[0]?.text).toBe('learned words');
});

test('a job that ran when the engine was closed goes on from its checkpoint, each step reported once', async () => {
  const first = await startEngine();
  const file = await upload(first.client, chatLines(10));
  const { id } = await first.client.fineTuning.jobs.create({ ...request, model: HELD, training_file: file.id });
  await waitForMessage(first.client, id, 'Checkpoint created at step 4');
  await first.server.close();

  const { client } = await startEngine({ home: first.home });
  await waitForStatus(client, id, 'succeeded');
  const messages = await messagesOf(client, id);
  expect(messages).toContain('Training was interrupted when its engine stopped; going on from step 4');
  expect(messages.filter((text) => text === 'Fine-tuning job started')).toHaveLength(1);
  expect(stepsIn(messages)).toEqual(resumed);
});

test('a job of an engine that was killed is taken over by another of the same home', async () => {
  const home = tempHome();
  const killed = await startProcess(home);
  const file = await upload(killed.client, chatLines(10));
  const { id } = await killed.client.fineTuning.jobs.create({ ...request, model: HELD, training_file: file.id });
  await waitForMessage(killed.client, id, 'Checkpoint created at step 4');
  const { client } = await startEngine({ home });
  expect((await client.fineTuning.jobs.retrieve(id)).status).toBe('running');
  killed.child.kill('SIGKILL');
  await waitForStatus(client, id, 'succeeded');
  const messages = await messagesOf(client, id);
  expect(messages.filter((text) => text.startsWith('Training was interrupted'))).toHaveLength(1);
  expect(stepsIn(messages)).toEqual(resumed);
  expect(messages.at(-1)).toBe('The job has successfully completed');
});

test('without its checkpoint a killed job starts again, and still reports each step once', async () => {
  const home = tempHome();
  const killed = await startProcess(home);
  const file = await upload(killed.client, chatLines(10));
  const { id } = await killed.client.fineTuning.jobs.create({ ...request, model: HELD, training_file: file.id });
  await waitForMessage(killed.client, id, 'Checkpoint created at step 4');
  for (const { fine_tuned_model_checkpoint: model } of (await killed.client.fineTuning.jobs.checkpoints.list(id))
    .data) {
    await killed.client.models.delete(model);
  }
  killed.child.kill('SIGKILL');
  const { client } = await startEngine({ home });
  await waitForMessage(
    client,
    id,
    'Training was interrupted when its engine stopped; starting again from the first step',
  );
  await client.fineTuning.jobs.pause(id);
  expect(stepsIn(await messagesOf(client, id))).toEqual(['1', '2', '3', '4']);
});

test('a job can be paused and resumed through another engine of the home', async () => {
  const home = tempHome();
  const worker = await startProcess(home);
  const file = await upload(worker.client, chatLines(10));
  const { id } = await worker.client.fineTuning.jobs.create({ ...request, model: HELD, training_file: file.id });
  await waitForMessage(worker.client, id, 'Checkpoint created at step 4');
  const { client } = await startEngine({ home });
  await client.fineTuning.jobs.pause(id);
  await client.fineTuning.jobs.resume(id);
  await waitForStatus(worker.client, id, 'succeeded');
  expect(stepsIn(await messagesOf(client, id))).toEqual(resumed);
});

test('a job that brings down every engine is given up, with a reason', async () => {
  const first = await startEngine();
  const file = await upload(first.client, chatLines(10));
  const { id } = await first.client.fineTuning.jobs.create({ ...request, model: HELD, training_file: file.id });
  await waitForStatus(first.client, id, 'running');
  await first.server.close();
  const store = openStore(first.home);
  store.jobs.update(id, { owner: 'crashed', owner_pid: 2 ** 30, heartbeat_at: Date.now(), adoptions: 4 });
  store.close();
  const { client } = await startEngine({ home: first.home });
  const { error } = await waitForStatus(client, id, 'failed');
  expect(error).toMatchObject({ code: 'server_error', message: expect.stringContaining('given up') });
});

test('a home written by a newer version is refused, not damaged', async () => {
  const home = tempHome();
  const store = openStore(home);
  store.db.exec('PRAGMA user_version = 99');
  store.close();
  await expect(startEngine({ home })).rejects.toThrow('newer Luthier');
});

test('a home of the first version is brought up to date with all it holds', async () => {
  const first = await startEngine();
  const file = await upload(first.client, chatLines(1));
  await first.server.close();
  const store = openStore(first.home);
  store.db.exec(
    'ALTER TABLE files DROP COLUMN expires_at; DROP TABLE completions; ALTER TABLE jobs DROP COLUMN method; ' +
      'ALTER TABLE models DROP COLUMN revision; DROP TABLE batches; DROP TABLE batch_results; DROP TABLE uploads; ' +
      'DROP TABLE upload_parts; PRAGMA user_version = 1',
  );
  store.close();
  const { client } = await startEngine({ home: first.home });
  expect(await client.files.retrieve(file.id)).toEqual(file);
});
