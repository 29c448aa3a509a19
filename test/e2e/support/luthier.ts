import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { stopEngine } from '../../../src/services/engine/launcher.ts';
import { type App, type AppOptions, startApp } from '../../harness/pty.ts';
import type { Wanted } from '../../harness/screen.ts';
import { borderFaults, frameFaults } from './frame.ts';

const apps: App[] = [];
const homes: string[] = [];

afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()));
  for (const home of homes.splice(0)) {
    // An engine outlives its app on purpose.
    await stopEngine({ home });
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
});

/** An empty data folder; it and the engine that came to live in it are gone after the test. */
export function newHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'luthier-e2e-'));
  homes.push(home);
  return home;
}

/** Opens the app as a person would. It, its engine and its data folder are gone after the test. */
export async function openApp(options: AppOptions = {}): Promise<App> {
  const app = await startApp({ ...options, home: options.home ?? newHome() });
  apps.push(app);
  return app;
}

const fits = (frame: string, wanted: Wanted): boolean =>
  typeof wanted === 'string' ? frame.includes(wanted) : wanted instanceof RegExp ? wanted.test(frame) : wanted(frame);

async function seeWith(app: App, wanted: Wanted, faults: () => readonly string[], timeoutMs: number): Promise<string> {
  try {
    return await app.waitFor((frame) => fits(frame, wanted) && faults().length === 0, timeoutMs);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`wanted ${String(wanted)}; faults: ${faults().join('; ') || 'none'}\n${why}`);
  }
}

/** Waits until `wanted` is on screen in a frame that is whole: header, footer, every border, nothing too long. */
export function see(app: App, wanted: Wanted, timeoutMs = 20_000): Promise<string> {
  return seeWith(app, wanted, () => [...frameFaults(app), ...borderFaults(app.cells())], timeoutMs);
}

/** As `see`, while a dialog, help or palette lies over the borders. */
export function seeOver(app: App, wanted: Wanted, timeoutMs = 20_000): Promise<string> {
  return seeWith(app, wanted, () => frameFaults(app), timeoutMs);
}

/** Quits by key and waits for the end. */
export async function quit(app: App): Promise<void> {
  app.press('q');
  const { exitCode } = await app.exited;
  if (exitCode !== 0) throw new Error(`luthier ended with ${exitCode}:\n${app.frame()}`);
}
