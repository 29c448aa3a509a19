import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inTemporaryFolder, luthier, median, megabytes, ms, type Result, root, runNode } from './measure.ts';
import { promptfoo } from './promptfoo.ts';
import { slowServer } from './servers.ts';

const CELLS = 1296;
const DELAY_MS = 20;
const CONCURRENCY = 100;
const ROUNDS = 5;
const LIMIT_MS = 1800;
const LIMIT_BYTES = 150e6;

/** The whole process of `luthier generate`, from spawn to exit, with every row on disk and exported. */
export async function generation(): Promise<readonly Result[]> {
  const server = await slowServer(DELAY_MS);
  try {
    const walls: number[] = [];
    const peaks: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const run = await inTemporaryFolder((folder) => once(server.url, folder));
      walls.push(run.wallMs);
      peaks.push(run.peakBytes);
    }
    const wall = median(walls);
    const peak = Math.max(...peaks);
    const work = `${CELLS.toLocaleString('en-US')} combinations, ${DELAY_MS} ms server, concurrency ${CONCURRENCY}`;
    return [
      { what: `${work}: whole process`, figure: ms(wall), limit: ms(LIMIT_MS), met: wall <= LIMIT_MS },
      { what: 'its peak memory', figure: megabytes(peak), limit: megabytes(LIMIT_BYTES), met: peak <= LIMIT_BYTES },
      ...(await promptfoo(server.url, { concurrency: CONCURRENCY, rows: CELLS, wallMs: wall })),
    ];
  } finally {
    await server.stop();
  }
}

async function once(url: string, folder: string) {
  const out = join(folder, 'rows.jsonl');
  const template = join(root, 'examples/dnd-1296.yaml');
  const args = ['generate', '--template', template, '--out', out, '--base-url', url, '--model', 'slow-teacher'];
  const env = { OPENAI_API_KEY: 'bench', LUTHIER_HOME: join(folder, 'home') };
  const run = await runNode([luthier, ...args, '--concurrency', String(CONCURRENCY), '--json'], env, folder);
  const rows = run.code === 0 ? readFileSync(out, 'utf8').trimEnd().split('\n').length : 0;
  if (rows !== CELLS) throw new Error(`generate gave ${rows} rows, exit ${run.code}: ${run.stderr}`);
  return run;
}
