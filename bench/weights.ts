import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { createReadStream, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import OpenAI from 'openai';
import { inTemporaryFolder, ms, type Result, root } from './measure.ts';
import { engine } from './servers.ts';

const ROWS = 320;
const EPOCHS = 6;
const FIRST_STEP_MS = 8_000;
const OVERHEAD = 0.05;
const AT_ONCE = 8;
const FASTER = 3;

/** Real weights on a base of 0.2 million parameters, on a processor. Needs LUTHIER_PYTHON; where there is none, nothing is measured. */
export async function weights(): Promise<readonly Result[]> {
  const python = process.env.LUTHIER_PYTHON ?? '';
  if (python === '' || spawnSync(python, ['-c', 'import trl, peft']).status !== 0) {
    return [{ what: 'real weights', figure: 'no LUTHIER_PYTHON with the packages', limit: '', met: null }];
  }
  return inTemporaryFolder((folder) => measure(python, folder));
}

async function measure(python: string, folder: string): Promise<readonly Result[]> {
  const base = join(folder, 'tiny');
  const rows = join(folder, 'rows.jsonl');
  makeBase(python, base);
  writeFileSync(
    rows,
    lines()
      .map((line) => `${JSON.stringify(line)}\n`)
      .join(''),
  );
  const home = join(folder, 'home');
  mkdirSync(home);
  const server = await engine(home, ['--base', base]);
  try {
    const client = new OpenAI({ baseURL: server.url, apiKey: server.apiKey, timeout: 300_000 });
    // The first start of the libraries reads them from disk.
    await train(client, rows, 1);
    const job = await train(client, rows, EPOCHS);
    const bare = await bareSeconds(python, base, rows, join(folder, 'bare'));
    const share = job.trainingMs / 1000 / bare - 1;
    const one = await answersPerSecond(client, job.model, 1);
    const many = await answersPerSecond(client, job.model, AT_ONCE);
    return [
      {
        what: `${ROWS} rows, base of 0.2 million parameters, from create to the first step, warm`,
        figure: ms(job.firstStepMs),
        limit: ms(FIRST_STEP_MS),
        met: job.firstStepMs <= FIRST_STEP_MS,
      },
      {
        what: `${EPOCHS} epochs from the first step to the end, over TRL’s own script (${bare.toFixed(1)} s)`,
        figure: `${(share * 100).toFixed(1)}%`,
        limit: `${OVERHEAD * 100}%`,
        met: share <= OVERHEAD,
      },
      {
        what: `answers a second, ${AT_ONCE} requests at once against one (${one.toFixed(1)})`,
        figure: `${(many / one).toFixed(1)} ×`,
        limit: `${FASTER} ×`,
        met: many / one >= FASTER,
      },
    ];
  } finally {
    await server.stop();
  }
}

const text = (nth: number): string => `Question ${nth} about my card, which I cannot find since ${nth % 7} days`;

const lines = () =>
  Array.from({ length: ROWS }, (_, nth) => ({
    messages: [
      { role: 'user', content: text(nth) },
      { role: 'assistant', content: `card_lost ${nth % 7} days, block it and send another one` },
    ],
  }));

function makeBase(python: string, path: string): void {
  const csv = `${path}.csv`;
  writeFileSync(
    csv,
    `text,category\n${lines()
      .map((_, nth) => `"${text(nth)}",card_lost block\n`)
      .join('')}`,
  );
  const env = { ...process.env, PYTHONPATH: join(root, 'runner') };
  execFileSync(python, ['-P', '-m', 'luthier_runner.tiny_base', path, '--csv', csv, '--steps', '0'], { env });
}

interface Trained {
  readonly model: string;
  readonly firstStepMs: number;
  readonly trainingMs: number;
}

async function train(client: OpenAI, path: string, epochs: number): Promise<Trained> {
  const file = await client.files.create({ file: createReadStream(path), purpose: 'fine-tune' });
  const began = performance.now();
  const hyperparameters = { n_epochs: epochs, batch_size: 8 };
  const { id } = await client.fineTuning.jobs.create({
    model: 'tiny',
    training_file: file.id,
    seed: 7,
    hyperparameters,
  });
  let first: number | null = null;
  for (;;) {
    if (first === null) {
      const { data } = await client.fineTuning.jobs.listEvents(id, { limit: 10 });
      if (data.some(({ message }) => message.startsWith('Step '))) first = performance.now();
    }
    const job = await client.fineTuning.jobs.retrieve(id);
    if (job.status === 'failed' || job.status === 'cancelled')
      throw new Error(`the job ${job.status}: ${job.error?.message}`);
    if (job.status === 'succeeded') {
      const ended = performance.now();
      return {
        model: job.fine_tuned_model ?? '',
        firstStepMs: (first ?? ended) - began,
        trainingMs: ended - (first ?? ended),
      };
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

async function bareSeconds(python: string, base: string, rows: string, out: string): Promise<number> {
  const env = { ...process.env, HF_HUB_OFFLINE: '1', TQDM_DISABLE: '1', OMP_WAIT_POLICY: 'PASSIVE' };
  const args = ['-P', join(root, 'bench/bare-trl.py'), base, rows, out, String(EPOCHS)];
  const { stdout } = await promisify(execFile)(python, args, { env, maxBuffer: 1e8 });
  const last: { seconds: number } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  return last.seconds;
}

async function answersPerSecond(client: OpenAI, model: string, atOnce: number): Promise<number> {
  const ask = (seed: number) =>
    client.chat.completions.create({
      model,
      seed,
      max_tokens: 48,
      messages: [{ role: 'user', content: text(seed) }],
      // The same work whatever it answers.
      temperature: 1,
    });
  await Promise.all(Array.from({ length: atOnce }, (_, nth) => ask(nth)));
  const rounds = 6;
  const began = performance.now();
  for (let round = 0; round < rounds; round += 1) {
    await Promise.all(Array.from({ length: atOnce }, (_, nth) => ask(round * atOnce + nth)));
  }
  return (rounds * atOnce * 1000) / (performance.now() - began);
}
