import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { writeChatFile } from './big-files.ts';
import { inTemporaryFolder, luthier, megabytes, ms, type ProcessRun, type Result, runNode } from './measure.ts';

const LINES = Number(process.env.LUTHIER_BENCH_LINES ?? 1_000_000);
const LIMIT_MS = 40_000;
const LIMIT_BYTES = 250e6;
const LIMIT_ON_DISK = 1.6;
const LIMIT_NEAR_BYTES = 300e6;

/** A million chat lines as rows of a project, as `luthier import` makes a file of them, and the near-duplicates among the rows. */
export function importing(): Promise<readonly Result[]> {
  return inTemporaryFolder(async (folder) => {
    const path = join(folder, 'many.jsonl');
    const home = join(folder, 'home');
    writeChatFile(path, { lines: LINES, bytesPerLine: 459 });
    const bytes = statSync(path).size;
    const rows = await run(await bundled('import-rows', folder), [home, path], folder);
    const onDisk = statSync(join(home, 'luthier.db')).size / bytes;
    const near = await run(await bundled('near-rows', folder), [home], folder);
    const command = await run(luthier, ['import', path, '--out', join(folder, 'out.jsonl')], folder, {
      LUTHIER_HOME: join(folder, 'other'),
    });
    const work = `${LINES.toLocaleString('en-US')} lines, ${megabytes(bytes)}`;
    return [
      timed(`${work}, as rows of a project`, rows, LIMIT_MS),
      peakOf(rows, LIMIT_BYTES),
      {
        what: 'on disk, as a multiple of the file',
        figure: `${onDisk.toFixed(2)} ×`,
        limit: `${LIMIT_ON_DISK} ×`,
        met: onDisk <= LIMIT_ON_DISK,
      },
      timed('near-duplicates among these rows', near, null),
      peakOf(near, LIMIT_NEAR_BYTES),
      timed(`${work}, by \`luthier import\` to a file`, command, LIMIT_MS),
      peakOf(command, LIMIT_BYTES),
    ];
  });
}

const timed = (what: string, { wallMs, cpuMs }: ProcessRun, limitMs: number | null): Result => ({
  what,
  figure: `${ms(wallMs)}, ${ms(cpuMs)} of processor`,
  limit: limitMs === null ? '' : ms(limitMs),
  met: limitMs === null ? null : wallMs <= limitMs,
});

const peakOf = ({ peakBytes }: ProcessRun, limit: number): Result => ({
  what: 'its peak memory',
  figure: megabytes(peakBytes),
  limit: megabytes(limit),
  met: peakBytes <= limit,
});

/** As the app is bundled, with the thread it starts: what reads TypeScript would take memory of its own. */
export async function bundled(name: string, folder: string): Promise<string> {
  const pathOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
  const made = await rolldown({
    input: {
      [name]: pathOf(`./${name}.ts`),
      converting: pathOf('../src/services/readers/converting.worker.ts'),
    },
    platform: 'node',
    logLevel: 'warn',
  });
  await made.write({ dir: folder, format: 'esm' });
  await made.close();
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  return join(folder, `${name}.js`);
}

async function run(
  program: string,
  args: readonly string[],
  folder: string,
  env: NodeJS.ProcessEnv = {},
): Promise<ProcessRun> {
  const done = await runNode([program, ...args], env, folder);
  if (done.code !== 0) throw new Error(`${program} ended with ${done.code}: ${done.stderr}`);
  return done;
}
