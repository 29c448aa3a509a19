import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SHIPPED_PRICES } from '../src/domain/pricing/prices.ts';
import { newProject } from '../src/domain/project/project.ts';
import { BUILT_IN_PROFILES } from '../src/domain/provider/profiles.ts';
import type { ProviderProfile } from '../src/domain/provider/provider.ts';
import { parseTemplate } from '../src/domain/template/document.ts';
import { openSettings } from '../src/services/store/settings.ts';
import { type AppTerminal, startInTerminal } from './app-terminal.ts';
import { luthier } from './measure.ts';

export interface Soak {
  readonly folder: string;
  readonly home: string;
  /** The template as it lies in a file. */
  readonly template: string;
  readonly url: string;
  readonly model: string;
  readonly concurrency: number;
}

/** A template of as many combinations as rows are wanted, or some more. */
export function soakTemplate(rows: number): string {
  const count = Math.ceil(Math.cbrt(rows));
  const values = (name: string): string => Array.from({ length: count }, (_, n) => `${name}${n}`).join(', ');
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

/** How late the loop was, in milliseconds, since `begin`. */
export interface Lag {
  readonly p99: number;
  readonly most: number;
}

/** A key that was pressed. */
export interface SoakKey {
  /** From the key to the frame it asks for. */
  readonly ms: number;
  readonly changesScreen: boolean;
}

/** A Luthier that generates. */
export interface SoakSubject {
  readonly pid: number;
  /** It generates by now: its loop is measured from here on. */
  begin(): void;
  /** Presses the next key; null where there are none. */
  key(): Promise<SoakKey | null>;
  /** Why it ended by itself; null while it runs. */
  ended(): string | null;
  stop(): Promise<Lag>;
}

const HOOK = new URL('./peak-memory.js', import.meta.url).href;
/** Milliseconds that `monitorEventLoopDelay` waits between looks, which its figures hold. */
const RESOLUTION = 1;

function lagOf(path: string): Lag {
  const [, , p99 = Number.NaN, most = Number.NaN] = readFileSync(path, 'utf8').split(' ').map(Number);
  return { p99: p99 - RESOLUTION, most: most - RESOLUTION };
}

const hooked = (peak: string): NodeJS.ProcessEnv => ({ LUTHIER_BENCH_PEAK: peak, LUTHIER_BENCH_DELAY: '1' });

export function startCommand({ folder, home, template, url, model, concurrency }: Soak): SoakSubject {
  const file = join(folder, 'soak.yaml');
  writeFileSync(file, template);
  const peak = join(folder, 'peak');
  const args = ['generate', '--template', file, '--out', join(folder, 'rows.jsonl'), '--base-url', url];
  const more = ['--model', model, '--concurrency', String(concurrency), '--json'];
  const child: ChildProcess = spawn(process.execPath, ['--import', HOOK, luthier, ...args, ...more], {
    env: { ...process.env, ...hooked(peak), LUTHIER_HOME: home, OPENAI_API_KEY: 'bench' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const gone = once(child, 'exit');
  return {
    pid: child.pid ?? 0,
    begin: () => child.kill('SIGUSR2'),
    key: async () => null,
    ended: () => (child.exitCode === null ? null : `luthier generate ended by itself, with ${child.exitCode}`),
    async stop() {
      child.kill('SIGINT');
      await gone;
      return lagOf(peak);
    },
  };
}

/** A project of the template, at the server. */
export async function seed(
  { home, template, url, model, concurrency }: Omit<Soak, 'folder'>,
  id = 'soak',
): Promise<void> {
  const parsed = parseTemplate(template, 'soak.yaml');
  if (!parsed.ok) throw new Error('The template of the soak is none.');
  const { settings, projects } = openSettings({ home, profiles: BUILT_IN_PROFILES, prices: SHIPPED_PRICES });
  const far: ProviderProfile = {
    id: 'far',
    name: 'Far server',
    kind: 'compatible',
    baseUrl: url,
    jobDialect: 'method',
    apiVersion: null,
  };
  settings.saveProfiles([...BUILT_IN_PROFILES, far]);
  const project = newProject({ id, now: Date.now(), name: 'Soak', template: parsed.template });
  projects.save({ ...project, providerId: far.id, plan: { ...project.plan, model, concurrency } });
  projects.setCurrent(project.id);
}

/** Keys go to and fro between two screens, by their digits, and between two lists of one of them. */
const KEYS = [
  { key: '2', shown: 'Student prompt', changesScreen: true },
  { key: '3', shown: 'latency p50', changesScreen: true },
  { key: 'v', shown: 'Problems (', changesScreen: false },
  { key: 'v', shown: 'Latest', changesScreen: false },
];

/** The app in a pseudo-terminal, generating as a person starts it. */
export async function startApp(soak: Soak): Promise<SoakSubject> {
  await seed(soak);
  const peak = join(soak.folder, 'peak');
  const env = { ...hooked(peak), OPENAI_API_KEY: 'bench' };
  const app = startInTerminal({ home: soak.home, env, args: ['--import', HOOK] });
  await app.press('', 'Next:', 60_000);
  await startGenerating(app);
  let keys = 0;
  return {
    pid: app.pid,
    begin: () => app.kill('SIGUSR2'),
    async key() {
      const next = KEYS[keys % KEYS.length];
      keys += 1;
      if (next === undefined) return null;
      return { ms: await app.press(next.key, next.shown), changesScreen: next.changesScreen };
    },
    ended: () => (app.exit() === null ? null : `the app ended by itself, with ${app.exit()}`),
    async stop() {
      await app.stop();
      return lagOf(peak);
    },
  };
}

/** Starts the generation of the project's plan, from any screen. */
export async function startGenerating(app: AppTerminal): Promise<void> {
  await app.press('3', 'to generate', 120_000);
  await app.press('s', 'Generate with', 60_000);
  await app.press('\r', '/s', 60_000);
}
