import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { App } from '../harness/pty.ts';
import { KEY, startWandb, type WandbServer } from '../services/wandb/support/wandb-server.ts';
import { newHome, openApp, quit, see, seeOver } from './support/luthier.ts';
import { seedHome, seedRows } from './support/seed.ts';
import { startJob } from './support/steps.ts';

const sizes = [
  { columns: 80, rows: 24 },
  { columns: 140, rows: 40 },
] as const;

let server: WandbServer;
beforeEach(async () => {
  server = await startWandb();
});
afterEach(() => {
  server.close();
  expect(server.faults).toEqual([]);
});

async function seeded(): Promise<string> {
  const home = newHome();
  await seedHome(home, {});
  seedRows(home, { count: 16, write: (cell) => `Name: 龍 of ${cell.race}\nBackground: a ${cell.class} 🐉` });
  return home;
}

async function trained(app: App): Promise<void> {
  await see(app, /16 of 16 rows|16 rows/);
  await startJob(app);
  await see(app, /✓ succeeded +ft:practice-small:/, 60_000);
}

/** The title of the pane that has the keys. */
const focused = (frame: string): string => /┏━ ([A-Z]\w+)/.exec(frame)?.[1] ?? '';

const runOf = ({ state }: WandbServer) => [...state.runs.values()][0];
const markers = (home: string): readonly string[] =>
  readdirSync(join(home, 'wandb'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.synced'));

describe.each(sizes)('tracking by keys at $columns x $rows', (size) => {
  it('leaves a run here without a key; with one typed in Settings it syncs, and the link is shown', async () => {
    const home = await seeded();
    const app = await openApp({ home, ...size, env: { WANDB_BASE_URL: server.url } });
    await trained(app);
    await see(app, /W&B ○ here/);
    app.press('w');
    await see(app, /No W&B key is known/);
    expect(server.state.asked).toEqual([]);

    app.press('8');
    await see(app, '› Settings');
    for (let tab = 0; tab < 4 && !focused(app.frame()).startsWith('Tracking'); tab += 1) {
      const before = focused(app.frame());
      app.press('tab');
      await see(app, (frame) => focused(frame) !== before);
    }
    await see(app, /no key yet/);
    app.press('a');
    await seeOver(app, 'Key for Weights & Biases');
    app.type(KEY);
    app.press('enter');
    await see(app, /Key +kept in a 0600 file/);
    app.press('t');
    await see(app, /The key is ada's/);

    app.press('5');
    await see(app, /W&B ○ here/);
    app.press('w');
    await see(app, /W&B ✓ synced/);
    expect(runOf(server)).toMatchObject({ jobType: 'fine-tune', exitCode: 0, entity: 'ada-team' });
    expect(markers(home)).toHaveLength(1);
    const before = server.state.asked.length;
    app.press('w');
    await seeOver(app, 'Send it to W&B again?');
    app.press('escape');
    await see(app, /W&B ✓ synced/);
    expect(server.state.asked.slice(before)).toEqual([]);

    app.press('4');
    await see(app, 'Row 1 of 16');
    app.press('w');
    await see(app, /Synced:\s+http/);
    const dataset = server.state.artifacts.find(({ type }) => type === 'dataset');
    expect(dataset?.aliases.has('latest')).toBe(true);
    const content = [...(dataset?.files.values() ?? [])].map(
      ({ md5 }) => server.state.blobs.get(md5)?.toString() ?? '',
    );
    expect(content.join('')).toContain('龍');
    await quit(app);
    expect(app.raw()).not.toContain(KEY);
    const log = join(home, 'log', 'luthier.log');
    expect(existsSync(log) && readFileSync(log, 'utf8').includes(KEY)).toBe(false);
  }, 120_000);
});

describe('an upload that is broken off', () => {
  it('by kill -9 goes on at the next start in online mode, each row once', async () => {
    const home = await seeded();
    const env = { WANDB_BASE_URL: server.url, WANDB_API_KEY: KEY };
    const first = await openApp({ home, env });
    await trained(first);
    await see(first, /W&B ○ here/);
    // The second file gets no answer, so the upload hangs in the middle of its first artifact.
    const { promise: hanging, resolve } = Promise.withResolvers<void>();
    let puts = 0;
    server.onRequest = () => {
      puts += server.state.asked.at(-1)?.route === 'put' ? 1 : 0;
      if (puts === 2) {
        server.fail({ route: 'put', way: 'silent' });
        server.onRequest = null;
        resolve();
      }
      return true;
    };
    first.press('w');
    await hanging;
    first.kill('SIGKILL');
    await first.exited;
    expect(runOf(server)?.exitCode).toBeNull();
    expect(markers(home)).toEqual([]);

    const second = await openApp({ home, env: { ...env, WANDB_MODE: 'online' } });
    await see(second, '› Train');
    if (second.frame().includes('1 job')) second.press('enter');
    await see(second, /W&B ✓ synced/, 60_000);
    const run = runOf(server);
    expect(run?.exitCode).toBe(0);
    const steps = run?.lines['wandb-history.jsonl'].map((line) => JSON.parse(line)._step) ?? [];
    expect(steps.length).toBeGreaterThan(5);
    expect(steps).toEqual([...new Set(steps)]);
    expect(server.state.artifacts.every(({ state }) => state === 'COMMITTED')).toBe(true);
    await quit(second);
  }, 120_000);

  it('by a network that is gone says so, keeps the run, and cancels by key', async () => {
    const home = await seeded();
    const { url } = server;
    const app = await openApp({ home, env: { WANDB_BASE_URL: url, WANDB_API_KEY: KEY } });
    await trained(app);
    await see(app, /W&B ○ here/);
    server.close();
    app.press('w');
    await see(app, /tries again in \d+ s/);
    app.press('ctrl-o');
    await seeOver(app, /Operations[\s\S]*Track ftjob/);
    app.press('x');
    await seeOver(app, /cancelled/);
    app.press('escape');
    await see(app, /W&B ○ here/);
    await quit(app);
  }, 120_000);
});
