// `node bench/soak.ts [minutes]`, 30 when nothing is said: generates at 200 rows a second and watches the memory of the process. Exit 1
// where it grows. Not part of `npm run bench`: it takes its time.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inTemporaryFolder, luthier, median, megabytes } from './measure.ts';
import { slowServer } from './servers.ts';

const minutes = Number(process.argv[2] ?? 30);
const RATE = 200;
const DELAY_MS = 100;
/** Calls under way for that rate, each of which takes the server's delay. */
const CONCURRENCY = (RATE * DELAY_MS) / 1000;
const SAMPLE_MS = 5_000;
/** What a memory that goes with nothing may differ by between the second quarter and the last. */
const LIMIT_BYTES = 15e6;
const VALUES = Math.ceil(Math.cbrt(RATE * 60 * (minutes + 1)));

const samples: number[] = [];
const server = await slowServer(DELAY_MS);
await inTemporaryFolder(async (folder) => {
  const home = join(folder, 'home');
  mkdirSync(home);
  const template = join(folder, 'soak.yaml');
  writeFileSync(template, templateText());
  const args = ['generate', '--template', template, '--out', join(folder, 'rows.jsonl'), '--base-url', server.url];
  const child = spawn(
    process.execPath,
    [luthier, ...args, '--model', 'slow-teacher', '--concurrency', String(CONCURRENCY), '--json'],
    { env: { ...process.env, LUTHIER_HOME: home, OPENAI_API_KEY: 'bench' }, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const gone = once(child, 'exit');
  const until = performance.now() + minutes * 60_000;
  while (performance.now() < until && child.exitCode === null) {
    await sleep(SAMPLE_MS);
    samples.push(residentBytes(child.pid ?? 0));
  }
  if (child.exitCode !== null) throw new Error(`luthier generate ended by itself, with ${child.exitCode}`);
  child.kill('SIGKILL');
  await gone;
  const answer: unknown = await (await fetch(`${server.url}/count`)).json();
  const answered = typeof answer === 'object' && answer !== null && 'answered' in answer ? Number(answer.answered) : 0;
  console.log(
    `${answered.toLocaleString('en-US')} rows in ${minutes} min, ${Math.round(answered / minutes / 60)} a second`,
  );
}).finally(() => server.stop());

const quarter = (nth: number): number =>
  median(samples.slice((nth * samples.length) >> 2, ((nth + 1) * samples.length) >> 2));
console.log(`memory by quarters: ${[0, 1, 2, 3].map((nth) => megabytes(quarter(nth))).join(', ')}`);
const grown = quarter(3) - quarter(1);
console.log(`grown by ${megabytes(grown)} from the second quarter to the last; ${megabytes(LIMIT_BYTES)} are allowed`);
process.exitCode = grown <= LIMIT_BYTES ? 0 : 1;

function templateText(): string {
  const values = (name: string): string => Array.from({ length: VALUES }, (_, n) => `${name}${n}`).join(', ');
  return [
    'name: soak',
    'system: You write one line.',
    'teacher_prompt: Write of {who}, {where} and {what}.',
    'student_prompt: "{who}, {where}, {what}"',
    'slots:',
    ...['who', 'where', 'what'].map((name) => `  ${name}: [${values(name)}]`),
    '',
  ].join('\n');
}

function residentBytes(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN) * 1024;
  } catch {
    return Number.NaN;
  }
}
