import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inTemporaryFolder, luthier, median, megabytes, ms, type Result, root, runNode } from './measure.ts';
import { byPromptfoo } from './promptfoo.ts';
import { slowServer } from './servers.ts';

const ROWS = 3080;
const DELAY_MS = 20;
const CONCURRENCY = 100;
const ROUNDS = 5;
const LIMIT_MS = 4000;
const LIMIT_BYTES = 200e6;
const MODEL = 'slow-teacher';

/** The whole process of `luthier eval`, from spawn to exit, with every answer on disk, graded and summed up. */
export async function evaluation(): Promise<readonly Result[]> {
  const server = await slowServer(DELAY_MS);
  const clauses = questions();
  try {
    const walls: number[] = [];
    const peaks: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const run = await inTemporaryFolder((folder) => once(server.url, folder, clauses));
      walls.push(run.wallMs);
      peaks.push(run.peakBytes);
    }
    const wall = median(walls);
    const peak = Math.max(...peaks);
    const work = `${ROWS.toLocaleString('en-US')} rows, ${DELAY_MS} ms server, concurrency ${CONCURRENCY}`;
    return [
      { what: `${work}: whole process`, figure: ms(wall), limit: ms(LIMIT_MS), met: wall <= LIMIT_MS },
      { what: 'its peak memory', figure: megabytes(peak), limit: megabytes(LIMIT_BYTES), met: peak <= LIMIT_BYTES },
      ...(await byPromptfoo(
        {
          prompts: ['{{text}}'],
          providers: [
            { id: `openai:chat:${MODEL}`, config: { apiBaseUrl: server.url, max_tokens: 64, temperature: 0 } },
          ],
          tests: clauses.map(({ text, target }) => ({
            vars: { text },
            assert: [{ type: 'icontains', value: target }],
          })),
        },
        { concurrency: CONCURRENCY, rows: ROWS, wallMs: wall },
      )),
    ];
  } finally {
    await server.stop();
  }
}

interface Question {
  readonly text: string;
  readonly target: string;
}

/** The clauses of the second tutorial, each asked again and again, no two questions the same. */
function questions(): readonly Question[] {
  const lines = readFileSync(join(root, 'examples/nda.csv'), 'utf8').trimEnd().split('\n').slice(1);
  return Array.from({ length: ROWS }, (_, at) => {
    const [, target = 'No', ...rest] = (lines[at % lines.length] ?? '').split(',');
    return { text: `${at}. ${rest.join(',')}`, target };
  });
}

async function once(url: string, folder: string, clauses: readonly Question[]) {
  const file = join(folder, 'clauses.jsonl');
  const line = ({ text, target }: Question): string =>
    JSON.stringify({
      messages: [
        { role: 'user', content: text },
        { role: 'assistant', content: target },
      ],
    });
  writeFileSync(file, `${clauses.map(line).join('\n')}\n`);
  const args = ['eval', file, '--base-url', url, '--model', MODEL, '--concurrency', String(CONCURRENCY)];
  const env = { OPENAI_API_KEY: 'bench', LUTHIER_HOME: join(folder, 'home') };
  const out = join(folder, 'answers.jsonl');
  const run = await runNode([luthier, ...args, '--out', out, '--json'], env, folder);
  const rows = existsSync(out) ? readFileSync(out, 'utf8').trimEnd().split('\n').length : 0;
  if (run.code !== 0 || rows !== ROWS) throw new Error(`eval gave ${rows} rows, exit ${run.code}: ${run.stderr}`);
  return run;
}
