import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeChatFile } from './big-files.ts';
import { inTemporaryFolder, luthier, median, megabytes, ms, type Result, runNode } from './measure.ts';

const LINES = 20_000;
const MANY = Number(process.env.LUTHIER_BENCH_LINES ?? 1_000_000);
const ROUNDS = 5;
const WANTED = 4;
const MANY_MS = 10_000;
const MANY_BYTES = 200_000_000;
const MODEL = 'gpt-4o-mini';

/** `luthier check` of 20,000 chat lines, by turns with Python's tiktoken, and of a million. */
export function check(): Promise<readonly Result[]> {
  return inTemporaryFolder(async (folder) => [...(await besideTiktoken(folder)), ...(await ofMany(folder))]);
}

interface Count {
  readonly tokens: number;
  readonly wallMs: number;
  readonly cpuMs: number;
}

async function besideTiktoken(folder: string): Promise<readonly Result[]> {
  const path = join(folder, 'lines.jsonl');
  writeChatFile(path, { lines: LINES, bytesPerLine: 1_030 });
  const ours: Count[] = [];
  const theirs: Count[] = [];
  let peak = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const counted = countedByTiktoken(path);
    if (counted !== null) theirs.push(counted);
    const { peakBytes, ...one } = await checked(path, folder);
    peak = Math.max(peak, peakBytes);
    ours.push(one);
    if (counted !== null && counted.tokens !== one.tokens)
      throw new Error(`tiktoken counted ${counted.tokens} tokens, luthier check ${one.tokens}`);
  }
  const work = `${LINES.toLocaleString('en-US')} lines, ${((ours[0]?.tokens ?? 0) / 1e6).toFixed(2)} M tokens`;
  const wallMs = median(ours.map((one) => one.wallMs));
  const cpuMs = median(ours.map((one) => one.cpuMs));
  const plain = { limit: '', met: null };
  const results: readonly Result[] = [
    { what: `${work}: whole process`, figure: `${ms(wallMs)}, ${ms(cpuMs)} of processor`, ...plain },
    { what: 'its peak memory', figure: megabytes(peak), ...plain },
  ];
  if (theirs.length === 0) return results;
  const ratio = median(theirs.map((one) => one.wallMs)) / wallMs;
  const figure = `${ms(median(theirs.map((one) => one.wallMs)))}, ${ms(median(theirs.map((one) => one.cpuMs)))} of processor`;
  return [
    ...results,
    { what: 'the tokens of the same by Python’s tiktoken, whole process', figure, ...plain },
    { what: 'ratio', figure: `${ratio.toFixed(1)} ×`, limit: `${WANTED} ×`, met: ratio >= WANTED },
  ];
}

/** Null where no Python with tiktoken is named. */
function countedByTiktoken(path: string): Count | null {
  const python = process.env.LUTHIER_BENCH_TIKTOKEN;
  if (python === undefined) return null;
  const script = fileURLToPath(new URL('./count-tiktoken.py', import.meta.url));
  const table = fileURLToPath(import.meta.resolve('gpt-tokenizer/data/o200k_base.tiktoken'));
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(python, [script, path, table], { encoding: 'utf8' });
  const wallMs = performance.now() - started;
  if (status !== 0) throw new Error(`tiktoken: ${stderr}`);
  const [tokens = 0, cpuMs = 0] = stdout.trim().split(' ').map(Number);
  return { tokens, cpuMs, wallMs };
}

async function checked(path: string, folder: string): Promise<Count & { readonly peakBytes: number }> {
  const env = { LUTHIER_HOME: join(folder, 'home') };
  const run = await runNode([luthier, 'check', path, '--model', MODEL, '--json'], env, folder);
  const report = run.stdout.split('\n').find((line) => line.includes('"event":"report"')) ?? '';
  const total = /"tokensPerExample":\{[^}]*"total":(\d+)/.exec(report)?.[1];
  if (total === undefined) throw new Error(`check gave no report, exit ${run.code}: ${run.stderr}`);
  return { tokens: Number(total), wallMs: run.wallMs, cpuMs: run.cpuMs, peakBytes: run.peakBytes };
}

async function ofMany(folder: string): Promise<readonly Result[]> {
  const path = join(folder, 'many.jsonl');
  writeChatFile(path, { lines: MANY, bytesPerLine: 459 });
  const { wallMs, cpuMs, peakBytes } = await checked(path, folder);
  const what = `${MANY.toLocaleString('en-US')} lines: whole process`;
  const figure = `${ms(wallMs)}, ${ms(cpuMs)} of processor`;
  return [
    { what, figure, limit: ms(MANY_MS), met: wallMs <= MANY_MS },
    {
      what: 'its peak memory',
      figure: megabytes(peakBytes),
      limit: megabytes(MANY_BYTES),
      met: peakBytes <= MANY_BYTES,
    },
  ];
}
