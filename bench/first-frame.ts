import { spawn } from '@lydell/node-pty';
import { createEngineLauncher } from '../src/services/engine/launcher.ts';
import { inTemporaryFolder, luthier, median, ms, type Result, terminalEnv } from './measure.ts';

/** Words of the Home screen's last drawn part: once they are there the first frame is whole. */
const MARKER = /Next:/;
const ROUNDS = 11;
const LIMIT = 5;

/** The first whole frame in a pseudo-terminal against a Node that does nothing, turn by turn in one run. */
export async function firstFrame(): Promise<readonly Result[]> {
  const bare: number[] = [];
  const frames: number[] = [];
  await inTemporaryFolder(async (home) => {
    try {
      await untilMarker(home);
      for (let round = 0; round < ROUNDS; round += 1) {
        bare.push(await bareNode());
        frames.push(await untilMarker(home));
      }
    } finally {
      // The app starts an engine that outlives it; this folder's must not.
      await createEngineLauncher({ home }).stop();
    }
  });
  const ratio = median(frames) / median(bare);
  return [
    { what: '`node -e 0` in a pseudo-terminal', figure: ms(median(bare)), limit: '', met: null },
    { what: 'first full frame in a pseudo-terminal', figure: ms(median(frames)), limit: '', met: null },
    { what: 'ratio', figure: `${ratio.toFixed(1)} ×`, limit: `${LIMIT} ×`, met: ratio <= LIMIT },
  ];
}

function bareNode(): Promise<number> {
  const started = performance.now();
  const terminal = spawn(process.execPath, ['-e', '0'], { cols: 100, rows: 30, env: terminalEnv('') });
  return new Promise((resolve) => {
    terminal.onExit(() => resolve(performance.now() - started));
  });
}

function untilMarker(home: string): Promise<number> {
  const started = performance.now();
  const terminal = spawn(process.execPath, [luthier], { cols: 100, rows: 30, env: terminalEnv(home) });
  return new Promise((resolve, reject) => {
    let screen = '';
    let shown = Number.NaN;
    terminal.onData((text) => {
      screen += text;
      if (!Number.isNaN(shown) || !MARKER.test(screen)) return;
      shown = performance.now() - started;
      terminal.write('q');
    });
    terminal.onExit(() => {
      if (Number.isNaN(shown)) reject(new Error(`the app ended before its first frame:\n${screen}`));
      else resolve(shown);
    });
  });
}
