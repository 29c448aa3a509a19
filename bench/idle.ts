import { setTimeout as sleep } from 'node:timers/promises';
import { spawn } from '@lydell/node-pty';
import { createEngineLauncher } from '../src/services/engine/launcher.ts';
import { cpuSeconds, inTemporaryFolder, luthier, type Result, terminalEnv } from './measure.ts';

/** By the digit that goes there. */
const SCREENS = ['Home', 'Template', 'Generate', 'Dataset', 'Train', 'Chat', 'Evaluate', 'Settings'];
const MARKER = /Next:/;
/** What V8 does once after a while of nothing is no part of it. */
const SETTLING_MS = 15_000;
/** Long enough that the one collection of garbage that V8 may make in it, of 0.1 s, counts as what it is. */
const MEASURED_MS = 40_000;
const LIMIT = 0.005;

/** What the app uses of a core while nobody touches it, on each screen. */
export function idle(): Promise<readonly Result[]> {
  return inTemporaryFolder(async (home) => {
    const terminal = spawn(process.execPath, [luthier], { cols: 100, rows: 30, env: terminalEnv(home) });
    try {
      await new Promise<void>((resolve, reject) => {
        let screen = '';
        terminal.onData((text) => {
          screen += text;
          if (MARKER.test(screen)) resolve();
        });
        terminal.onExit(() => reject(new Error(`the app ended before its first frame:\n${screen}`)));
      });
      const results: Result[] = [];
      for (const [place, screen] of SCREENS.entries()) {
        terminal.write(String(place + 1));
        await sleep(SETTLING_MS);
        results.push(await measured(terminal.pid, screen));
      }
      return results;
    } finally {
      terminal.kill('SIGKILL');
      await createEngineLauncher({ home }).stop();
    }
  });
}

async function measured(pid: number, screen: string): Promise<Result> {
  const before = cpuSeconds(pid);
  const started = performance.now();
  await sleep(MEASURED_MS);
  const share = ((cpuSeconds(pid) - before) * 1000) / (performance.now() - started);
  const limit = `${(LIMIT * 100).toFixed(1)}%`;
  const what = `${screen}, nothing happens: share of a core`;
  if (Number.isNaN(share)) return { what, figure: 'Linux only', limit, met: null };
  return { what, figure: `${(share * 100).toFixed(2)}%`, limit, met: share < LIMIT };
}
