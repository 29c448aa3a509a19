import { createReadStream, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import OpenAI from 'openai';
import { inTemporaryFolder, luthier, megabytes, ms, type Result, root, runNode } from './measure.ts';
import { engine, type Server } from './servers.ts';

const WORK = [
  { template: 'examples/dnd.yaml', rows: 16, epochs: 3, limitMs: 2_000 },
  { template: 'examples/dnd-1296.yaml', rows: 1296, epochs: 4, limitMs: 20_000 },
] as const;
const LIMIT_BYTES = 300e6;

/** Training on the embedded engine, over HTTP with the official client: from the job's creation to its success. */
export async function training(): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const work of WORK) {
    await inTemporaryFolder(async (folder) => {
      const home = join(folder, 'home');
      mkdirSync(home);
      const server = await engine(home);
      try {
        const file = await dataset(server, work.template, folder);
        const wallMs = await train(server, file, work.epochs);
        const peak = peakBytes(server.pid);
        const what = `${work.rows.toLocaleString('en-US')} rows × ${work.epochs} epochs, from create to succeeded`;
        results.push({ what, figure: ms(wallMs), limit: ms(work.limitMs), met: wallMs <= work.limitMs });
        const met = Number.isNaN(peak) ? null : peak <= LIMIT_BYTES;
        const figure = Number.isNaN(peak) ? 'Linux only' : megabytes(peak);
        results.push({ what: 'the engine’s peak memory', figure, limit: megabytes(LIMIT_BYTES), met });
      } finally {
        await server.stop();
      }
    });
  }
  return results;
}

/** The rows as `practice-writer` gives them. */
async function dataset(server: Server, template: string, folder: string): Promise<string> {
  const out = join(folder, 'rows.jsonl');
  const args = ['generate', '--template', join(root, template), '--out', out, '--model', 'practice-writer', '--json'];
  const env = { OPENAI_API_KEY: server.apiKey, LUTHIER_HOME: join(folder, 'client') };
  const run = await runNode([luthier, ...args, '--base-url', server.url, '--key-env', 'OPENAI_API_KEY'], env, folder);
  if (run.code !== 0) throw new Error(`generate ended with ${run.code}: ${run.stderr}`);
  return out;
}

async function train(server: Server, path: string, epochs: number): Promise<number> {
  const client = new OpenAI({ baseURL: server.url, apiKey: server.apiKey });
  const file = await client.files.create({ file: createReadStream(path), purpose: 'fine-tune' });
  const started = performance.now();
  const job = await client.fineTuning.jobs.create({
    model: 'practice-small',
    training_file: file.id,
    seed: 7,
    method: { type: 'supervised', supervised: { hyperparameters: { n_epochs: epochs } } },
  });
  for (;;) {
    const now = await client.fineTuning.jobs.retrieve(job.id);
    if (now.status === 'succeeded') return performance.now() - started;
    if (now.status === 'failed' || now.status === 'cancelled') throw new Error(`the job ${now.status}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

function peakBytes(pid: number): number {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? Number.NaN : Number(kilobytes) * 1024;
  } catch {
    return Number.NaN;
  }
}
