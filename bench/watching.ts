import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSeconds, inTemporaryFolder, luthier, type Result } from './measure.ts';
import { runningJobs, type Server } from './servers.ts';

const JOBS = 20;
/** Until every watch has slowed down to its longest pause. */
const SETTLING_MS = 60_000;
const MEASURED_MS = 60_000;
const LIMIT = 0.02;

/** What `luthier bakeoff` costs while 20 jobs are watched at once and nothing changes: the share of a core. */
export async function watching(): Promise<readonly Result[]> {
  return inTemporaryFolder(async (folder) => {
    const server = await runningJobs();
    try {
      return [await measured(folder, server)];
    } finally {
      await server.stop();
    }
  });
}

async function measured(folder: string, server: Server): Promise<Result> {
  const home = join(folder, 'home');
  mkdirSync(home);
  const profile = {
    id: 'far',
    name: 'Far',
    kind: 'compatible',
    jobDialect: 'method',
    baseUrl: server.url,
    apiVersion: null,
  };
  writeFileSync(join(home, 'settings.json'), JSON.stringify({ profiles: [profile] }));
  const [rows, heldOut] = [dataset(folder, 'rows', 40), dataset(folder, 'held-out', 10)];
  const epochs = Array.from({ length: JOBS }, (_, place) => place + 1).join(',');
  const args = ['bakeoff', rows, '--validation', heldOut, '--target', 'far:model', '--grid', `epochs=${epochs}`];
  const child = spawn(process.execPath, [luthier, ...args, '--yes', '--allow-unknown', '--json'], {
    env: { ...process.env, LUTHIER_HOME: home, OPENAI_API_KEY: 'sk-of-the-bench' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  try {
    while ((await jobsAt(server)) < JOBS) await sleep(100);
    await sleep(SETTLING_MS);
    const before = cpuSeconds(child.pid ?? 0);
    const started = performance.now();
    await sleep(MEASURED_MS);
    const share = ((cpuSeconds(child.pid ?? 0) - before) * 1000) / (performance.now() - started);
    const what = `${JOBS} jobs watched at once, nothing changes: share of a core`;
    const limit = `${(LIMIT * 100).toFixed(1)}%`;
    if (Number.isNaN(share)) return { what, figure: 'Linux only', limit, met: null };
    return { what, figure: `${(share * 100).toFixed(2)}%`, limit, met: share < LIMIT };
  } finally {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
}

function dataset(folder: string, name: string, count: number): string {
  const path = join(folder, `${name}.jsonl`);
  const line = (n: number): string =>
    `${JSON.stringify({
      messages: [
        { role: 'user', content: `${name} question ${n}` },
        { role: 'assistant', content: `answer ${n}` },
      ],
    })}\n`;
  writeFileSync(path, Array.from({ length: count }, (_, n) => line(n)).join(''));
  return path;
}

async function jobsAt(server: Server): Promise<number> {
  const answer: unknown = await (await fetch(`${server.url}/count`)).json();
  return typeof answer === 'object' && answer !== null && 'jobs' in answer ? Number(answer.jobs) : 0;
}
