import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exportModel } from '../../../../src/engine/offline/export-model.ts';
import { importRun } from '../../../../src/engine/offline/import-run.ts';
import { writeScript } from '../../../../src/engine/offline/write-script.ts';
import { namedBase } from '../../../../src/engine/runners/weights/bases.ts';
import { createWeightsRunner } from '../../../../src/engine/runners/weights/runner.ts';
import { openStore, type Store } from '../../../../src/engine/storage/store.ts';
import { eventsOf, jsonl, messagesOf, startEngine, type TestEngine, tempHome, upload } from '../../support/engine.ts';
import { hasModule, makeTinyBase, needsPython, noPython, PACKAGES, python } from './support/python.ts';

// Real weights: a base of 0.2 million parameters, trained and asked in Python. Where no Python has the packages the tests
// are skipped and say why. A first start of the libraries may take most of a minute.
const CLIENT = fileURLToPath(new URL('./support/client.py', import.meta.url));
const PLAIN = fileURLToPath(new URL('./support/plain.py', import.meta.url));
const LONG = 300_000;

const folder = mkdtempSync(join(tmpdir(), 'luthier-base-'));
const base = join(folder, 'tiny');

beforeAll(() => {
  if (noPython !== null) return;
  makeTinyBase(
    base,
    Array.from({ length: 40 }, (_, i) => `Question ${i} about my card`),
  );
}, LONG);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function start(home = tempHome()): Promise<TestEngine> {
  const setup = {
    python: () => ({ python, packages: PACKAGES }),
    named: [namedBase(base)],
    home: '/nowhere',
    cache: '/nowhere',
  };
  return startEngine({
    home,
    runners: [
      createWeightsRunner({ ...setup, processes: 1, logs: join(home, 'logs'), serve: () => 'auto', tell: () => {} }),
    ],
  });
}

type Client = TestEngine['client'];

async function ended(client: Client, id: string) {
  const status = async (): Promise<string> => (await client.fineTuning.jobs.retrieve(id)).status;
  await expect.poll(status, { timeout: LONG, interval: 200 }).toMatch(/succeeded|failed/);
  return client.fineTuning.jobs.retrieve(id);
}

const answers = (count: number): string =>
  jsonl(
    Array.from({ length: count }, (_, i) => ({
      messages: [
        { role: 'user', content: i === 3 ? 'long '.repeat(400) : `Question ${i}` },
        { role: 'assistant', content: 'yes indeed 🙂' },
      ],
    })),
  );

const lossesOf = async (client: Client, id: string): Promise<readonly number[]> =>
  (await eventsOf(client, id)).flatMap(({ data }) => {
    const loss: unknown = Reflect.get(Object(data), 'train_loss');
    return typeof loss === 'number' ? [loss] : [];
  });

const never = new AbortController().signal;
const offlineSetup = (store: Store) => ({
  store,
  bases: [namedBase(base)],
  packages: PACKAGES,
  python: () => ({ python, packages: PACKAGES }),
  log: `${base}.log`,
});

/** Taken away merged, a tuned model is a plain one that says the same. */
async function exportedIsPlain(home: string, model: string): Promise<void> {
  const store = openStore(home);
  const out = join(home, 'merged');
  const wish = {
    kind: 'export',
    home,
    bases: [],
    model,
    target: 'merged',
    out,
    force: false,
    evaluations: '',
  } as const;
  expect(await exportModel(offlineSetup(store), wish, never)).toMatchObject({ written: true, findings: [] });
  store.close();
  const plain = JSON.parse((await promisify(execFile)(python, [PLAIN, out, 'Question 5'])).stdout);
  expect(plain).toEqual({ text: 'yes indeed 🙂', peft: false });
}

/** The same job as a folder, trained by its own launch line in two processes, and brought back. */
async function trainedElsewhere(home: string, id: string) {
  const store = openStore(home);
  const out = join(home, 'away');
  const more = { home, bases: [], launcher: 'torchrun', processes: 2, nodes: 1, out, force: false } as const;
  await writeScript(offlineSetup(store), { kind: 'script', ...more, source: { kind: 'job', id } });
  const env = { ...process.env, PYTHON: python, BASE: base };
  await promisify(execFile)(join(out, 'run.sh'), [], { env, timeout: LONG });
  const imported = await importRun(offlineSetup(store), { kind: 'import', home, bases: [], folder: out }, never);
  store.close();
  expect(imported).toMatchObject({ already: false, edited: [], callable: true, steps: 18, checkpoints: 3 });
  return imported;
}

test(
  'an adapter is trained, its loss falls, and it says what it was taught: official clients, unchanged',
  async (context) => {
    needsPython(context);
    const { client, server, home } = await start();
    const file = await upload(client, answers(24));
    const held = await upload(client, answers(3));
    const hyperparameters = { n_epochs: 3, batch_size: 4 };
    const files = { training_file: file.id, validation_file: held.id };
    const { id } = await client.fineTuning.jobs.create({ ...files, model: 'tiny', seed: 3, hyperparameters });
    const job = await ended(client, id);
    expect(job).toMatchObject({ status: 'succeeded', error: null, trained_tokens: expect.any(Number) });
    const losses = await lossesOf(client, id);
    expect(losses).toHaveLength(18);
    expect(losses.at(-1)).toBeLessThan((losses[0] ?? 0) - 0.5);
    expect((await messagesOf(client, id)).join('\n')).toMatch(
      /Line 4 of the training file has [\d,]+ tokens and 256 fit/,
    );
    const model = job.fine_tuned_model ?? '';
    const question = [{ role: 'user' as const, content: 'Question 5' }];
    const asked = { messages: question, temperature: 0, max_tokens: 20, n: 2, logprobs: true, top_logprobs: 1 };
    for (const name of [model, `${model}:ckpt-step-18`]) {
      const { choices, usage } = await client.chat.completions.create({ ...asked, model: name });
      expect(choices.map(({ message }) => message.content)).toEqual(['yes indeed 🙂', 'yes indeed 🙂']);
      const bytes = choices[0]?.logprobs?.content?.flatMap((token) => token.bytes ?? []) ?? [];
      expect(Buffer.from(bytes).toString()).toBe('yes indeed 🙂');
      expect(usage?.completion_tokens).toBe(2 * (choices[0]?.logprobs?.content?.length ?? 0));
    }
    const long = client.chat.completions.create({ model, messages: [{ role: 'user', content: 'word '.repeat(500) }] });
    await expect(long).rejects.toMatchObject({ status: 400, code: 'context_length_exceeded' });
    await exportedIsPlain(home, model);
    const imported = await trainedElsewhere(home, id);
    const there = await lossesOf(client, imported.job);
    expect(there).toHaveLength(18);
    for (const [step, loss] of there.entries()) expect(loss).toBeCloseTo(losses[step] ?? 0, 5);
    const { choices } = await client.chat.completions.create({ ...asked, model: imported.model });
    expect(choices[0]?.message.content).toBe('yes indeed 🙂');
    expect((await messagesOf(client, imported.job)).join('\n')).toMatch(/Line 4 of the training file has/);
    if (!hasModule('openai')) return;
    // The engine answers from this very process, which must not stand still meanwhile.
    const { stdout } = await promisify(execFile)(python, [CLIENT, server.url, model, id]);
    expect(JSON.parse(stdout)).toMatchObject({
      text: 'yes indeed 🙂',
      job: 'succeeded',
      checkpoints: [18, 12, 6],
      model,
    });
  },
  LONG,
);

test(
  'preferences are learned, through a death of the runner in the middle, each step told once',
  async (context) => {
    needsPython(context);
    const { client, home } = await start();
    const pairs = Array.from({ length: 16 }, (_, i) => ({
      input: { messages: [{ role: 'user', content: `Question ${i}` }] },
      preferred_output: [{ role: 'assistant', content: 'yes indeed' }],
      non_preferred_output: [{ role: 'assistant', content: 'no never' }],
    }));
    const file = await upload(client, jsonl(pairs));
    const method = { type: 'dpo' as const, dpo: { hyperparameters: { n_epochs: 12, batch_size: 4, beta: 0.2 } } };
    const { id } = await client.fineTuning.jobs.create({ model: 'tiny', training_file: file.id, seed: 3, method });
    const told = async (): Promise<string> => (await messagesOf(client, id)).join('\n');
    await expect.poll(told, { timeout: LONG, interval: 50 }).toContain('Checkpoint created at step 4');
    const [pid = ''] = execFileSync('pgrep', ['-f', `luthier_runner train ${home}`], { encoding: 'utf8' }).split('\n');
    process.kill(Number(pid), 'SIGKILL');
    const job = await ended(client, id);
    expect(job).toMatchObject({ status: 'succeeded', error: null });
    const losses = await lossesOf(client, id);
    expect(losses).toHaveLength(48);
    expect(losses[0]).toBeCloseTo(Math.LN2, 2);
    expect(losses.at(-1)).toBeLessThan(0.6);
    expect(await told()).toContain('The runner was ended by SIGKILL. It starts again from step');
  },
  LONG,
);
