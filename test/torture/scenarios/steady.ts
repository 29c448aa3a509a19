import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { startLuthier } from '../../cli/support/cli.ts';
import { startApp } from '../../harness/pty.ts';
import { answersIn } from '../support/books.ts';
import { generateArgs, inPlace, surroundingsIn, withServer } from '../support/work.ts';
import { promises, type Scenario, type Verdict } from '../verdict.ts';

const isLinux = process.platform === 'linux';
const notDone = (what: string): Verdict => ({
  what,
  done: 'not done: only Linux tells of it',
  calls: null,
  lost: 0,
  paidTwice: 0,
  broken: [],
});

/** Bytes in memory of a process; null when it has ended. */
function residentOf(pid: number): number | null {
  try {
    const pages = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return pages === null ? null : Number(pages[1]) * 1024;
  } catch {
    return null;
  }
}

const megabytes = (bytes: number): number => Math.round(bytes / 1e6);

/** Of the second half of a long generation, against the first: what grows with the rows would be half as much again. */
const GROWTH = 1.35;

/** `generate` of `times` thousand rows: memory does not grow with them. */
export const memoryFlat: Scenario = ({ times }) =>
  inPlace((place) =>
    withServer(0, async (server) => {
      const found = promises();
      const sides = Math.round(Math.sqrt(times * 1000));
      if (!isLinux) return notDone('memory');
      const { child, finished } = startLuthier(generateArgs(place, server.url, sides, 50), surroundingsIn(place));
      let ended = false;
      void finished.then(() => {
        ended = true;
      });
      const cells = sides * sides;
      const peaks = { first: 0, second: 0 };
      while (!ended) {
        const bytes = residentOf(child.pid ?? 0) ?? 0;
        const half = server.calls.length < cells / 2 ? 'first' : 'second';
        // The export at the end is another work.
        if (server.calls.length < cells) peaks[half] = Math.max(peaks[half], bytes);
        await pause(50);
      }
      const { code, stderr } = await finished;
      found.hold(code === 0, `it ended with ${code}: ${stderr.slice(-300)}`);
      const rows = answersIn(place.home).length;
      found.hold(rows === cells, `${rows} rows for ${cells} combinations`);
      const [first, second] = [megabytes(peaks.first), megabytes(peaks.second)];
      found.hold(second <= first * GROWTH, `${second} MB in the second half, ${first} in the first`);
      const calls = { asked: server.calls.length, again: server.calls.length - cells, againAtMost: 0 };
      const what = `memory: ${first} MB in the first half, ${second} MB in the second`;
      return { what, done: `${cells} rows`, calls, lost: cells - rows, paidTwice: calls.again, broken: found.broken };
    }),
  );

const TICKS_A_SECOND = 100;
const WATCHED_MS = 5000;
/** Seconds of processor that a screen nobody touches may take in that time. */
const IDLE_S = 0.1;

/** User and system time of a process in seconds (proc(5), fields 14 and 15 of `stat`). */
function processorOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
}

/** The app, left alone on each of its screens. */
export const idleQuiet: Scenario = ({ times }) =>
  inPlace(async ({ home }) => {
    const found = promises();
    if (!isLinux) return notDone('idle');
    const app = await startApp({ home });
    let most = 0;
    try {
      await app.waitFor('Home');
      for (let screen = 1; screen <= Math.min(times, 8); screen += 1) {
        app.press(String(screen));
        await pause(1500);
        const before = processorOf(app.pid);
        await pause(WATCHED_MS);
        const used = processorOf(app.pid) - before;
        most = Math.max(most, used);
        found.hold(used <= IDLE_S, `screen ${screen} takes ${used.toFixed(2)} s in ${WATCHED_MS / 1000} s`);
      }
    } finally {
      await app.close();
    }
    const what = `the app left alone, at most ${most.toFixed(2)} s of processor in ${WATCHED_MS / 1000} s`;
    const done = `${Math.min(times, 8)} screens`;
    return { what, done, calls: null, lost: 0, paidTwice: 0, broken: found.broken };
  });
