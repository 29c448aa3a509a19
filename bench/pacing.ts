import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Counts, LimitedServer } from './limited-server.ts';
import { inTemporaryFolder, luthier, type Result } from './measure.ts';
import { limitedServer } from './servers.ts';

/** Seconds that a run is given to find its pace, and after which it is ended. */
const WARM_UP_S = 15;
const SECONDS = 120;
const LEAST_USED = 0.95;
const CONCURRENCY = 100;

interface Case {
  readonly what: string;
  readonly server: LimitedServer;
  readonly perMinute: { readonly calls?: number; readonly tokens?: number };
  readonly mostRefused: number;
}

const bucket = (perMinute: number, burstS: number) => ({ perMinute, burstS });

const CASES: readonly Case[] = [
  {
    what: "3,000 calls and 200,000 tokens a minute, the engine's limiter",
    server: { engine: { rpm: 3000, tpm: 200_000 }, headers: true, retryAfter: 'ms' },
    perMinute: { calls: 3000, tokens: 200_000 },
    mostRefused: 0.01,
  },
  {
    what: '1,200 calls, 1 s at once, stated',
    server: { calls: bucket(1200, 1), headers: true },
    perMinute: { calls: 1200 },
    mostRefused: 0.01,
  },
  {
    what: '1,200 calls, 1 s at once, stated, retry-after-ms',
    server: { calls: bucket(1200, 1), headers: true, retryAfter: 'ms' },
    perMinute: { calls: 1200 },
    mostRefused: 0.01,
  },
  {
    what: '1,200 calls, 1 s at once, nothing stated',
    server: { calls: bucket(1200, 1) },
    perMinute: { calls: 1200 },
    mostRefused: 0.05,
  },
  {
    what: '200,000 tokens, 1 s at once, stated',
    server: { tokens: bucket(200_000, 1), headers: true },
    perMinute: { tokens: 200_000 },
    mostRefused: 0.01,
  },
  {
    what: '200,000 tokens, 5 s at once, stated, retry-after',
    server: { tokens: bucket(200_000, 5), headers: true, retryAfter: 's' },
    perMinute: { tokens: 200_000 },
    mostRefused: 0.01,
  },
  {
    what: '2,400 calls, 2 s at once, nothing stated',
    server: { calls: bucket(2400, 2) },
    perMinute: { calls: 2400 },
    mostRefused: 0.03,
  },
];

/** How much of a limit `luthier generate` uses, and how many of its calls are refused: all limits at once, for they cost time and no work. */
export async function pacing(): Promise<readonly Result[]> {
  const results = await Promise.all(CASES.map((one) => inTemporaryFolder((folder) => measure(one, folder))));
  return results.flat();
}

async function measure({ what, server, perMinute, mostRefused }: Case, folder: string): Promise<readonly Result[]> {
  const limited = await limitedServer(server);
  const child = spawn(process.execPath, [luthier, 'generate', ...generateArguments(limited.url, folder), '--json'], {
    env: { ...process.env, OPENAI_API_KEY: 'bench', LUTHIER_HOME: join(folder, 'home') },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const gone = once(child, 'exit');
  try {
    await sleep(WARM_UP_S * 1000);
    const early = await countsOf(limited.url);
    await sleep((SECONDS - WARM_UP_S) * 1000);
    const late = await countsOf(limited.url);
    const ended = child.exitCode !== null ? ` (ended with ${child.exitCode})` : '';
    const used = shareUsed(early, late, perMinute);
    const refused = late.refused / (late.refused + late.calls);
    return [
      {
        what: `${what}: used${ended}`,
        figure: percent(used),
        limit: `at least ${percent(LEAST_USED)}`,
        met: used >= LEAST_USED,
      },
      {
        what: `${what}: calls refused`,
        figure: percent(refused),
        limit: `under ${percent(mostRefused)}`,
        met: refused < mostRefused,
      },
    ];
  } finally {
    child.kill('SIGKILL');
    await gone;
    await limited.stop();
  }
}

const percent = (share: number): string => `${(share * 100).toFixed(1)}%`;

/** Of the limit that is used most. */
function shareUsed(early: Counts, late: Counts, perMinute: Case['perMinute']): number {
  const minutes = (late.at - early.at) / 60_000;
  const shares = (['calls', 'tokens'] as const).flatMap((unit) => {
    const limit = perMinute[unit];
    return limit === undefined ? [] : [(late[unit] - early[unit]) / (limit * minutes)];
  });
  return Math.max(...shares);
}

async function countsOf(url: string): Promise<Counts> {
  const response = await fetch(new URL('/count', url));
  const said: unknown = await response.json();
  const number = (name: string): number =>
    typeof said === 'object' && said !== null ? Number(Reflect.get(said, name)) : Number.NaN;
  return { at: number('at'), calls: number('calls'), tokens: number('tokens'), refused: number('refused') };
}

/** More combinations than any of the limits lets through in the time. */
function generateArguments(url: string, folder: string): readonly string[] {
  const template = join(folder, 'template.yaml');
  const values = (name: string): string => `[${Array.from({ length: 100 }, (_, at) => `${name}${at}`).join(', ')}]`;
  writeFileSync(
    template,
    `name: Pacing
system: ""
teacher_prompt: "Write of {one} and {two}, in four lines."
student_prompt: "{one}, {two}"
slots:
  one: ${values('a')}
  two: ${values('b')}
`,
  );
  const out = join(folder, 'rows.jsonl');
  const where = ['--template', template, '--out', out, '--base-url', url, '--model', 'limited-teacher'];
  return [...where, '--concurrency', String(CONCURRENCY)];
}
