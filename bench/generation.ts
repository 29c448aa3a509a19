import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inTemporaryFolder, luthier, median, megabytes, ms, type Result, root, runNode } from './measure.ts';
import { promptfoo } from './promptfoo.ts';
import { slowServer } from './servers.ts';

const CELLS = 1296;
const DELAY_MS = 20;
const CONCURRENCY = 100;
const ROUNDS = 5;
/** As a multiple of what no client can do without. */
const LIMIT_RATIO = 2.5;
const LIMIT_BYTES = 130e6;
/** A name that no price or encoding is known of, and one whose calls are priced, and their prompts counted, before each is sent. */
const MODELS = ['slow-teacher', 'gpt-4o-mini'];
/** What no client can do without: the calls that wait for one another. */
const FLOOR_MS = (CELLS * DELAY_MS) / CONCURRENCY;

/** The whole process of `luthier generate`, from spawn to exit, with every row on disk and exported. */
export async function generation(): Promise<readonly Result[]> {
  const server = await slowServer(DELAY_MS);
  try {
    const results: Result[] = [];
    const walls: number[] = [];
    for (const model of MODELS) {
      const measured = await measure(server.url, model);
      results.push(...measured.results);
      walls.push(measured.wallMs);
    }
    const [wallMs = Number.NaN] = walls;
    return [...results, ...(await promptfoo(server.url, { concurrency: CONCURRENCY, rows: CELLS, wallMs }))];
  } finally {
    await server.stop();
  }
}

async function measure(url: string, model: string) {
  const walls: number[] = [];
  const peaks: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const run = await inTemporaryFolder((folder) => once(url, model, folder));
    walls.push(run.wallMs);
    peaks.push(run.peakBytes);
  }
  const wallMs = median(walls);
  const peak = Math.max(...peaks);
  const work = `${CELLS.toLocaleString('en-US')} combinations, ${model}, ${DELAY_MS} ms server, concurrency ${CONCURRENCY}`;
  const results: readonly Result[] = [
    { what: `${work}: whole process`, figure: ms(wallMs), limit: '', met: null },
    {
      what: `as a multiple of the ${ms(FLOOR_MS)} that its calls take`,
      figure: `${(wallMs / FLOOR_MS).toFixed(1)} ×`,
      limit: `${LIMIT_RATIO.toFixed(1)} ×`,
      met: wallMs <= LIMIT_RATIO * FLOOR_MS,
    },
    { what: 'its peak memory', figure: megabytes(peak), limit: megabytes(LIMIT_BYTES), met: peak <= LIMIT_BYTES },
  ];
  return { wallMs, results };
}

async function once(url: string, model: string, folder: string) {
  const out = join(folder, 'rows.jsonl');
  const template = join(root, 'examples/dnd-1296.yaml');
  const args = ['generate', '--template', template, '--out', out, '--base-url', url, '--model', model];
  const env = { OPENAI_API_KEY: 'bench', LUTHIER_HOME: join(folder, 'home') };
  const run = await runNode([luthier, ...args, '--concurrency', String(CONCURRENCY), '--json'], env, folder);
  const rows = run.code === 0 ? readFileSync(out, 'utf8').trimEnd().split('\n').length : 0;
  if (rows !== CELLS) throw new Error(`generate gave ${rows} rows, exit ${run.code}: ${run.stderr}`);
  return run;
}
