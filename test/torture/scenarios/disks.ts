import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { luthier, startLuthier } from '../../cli/support/cli.ts';
import { answersIn, checkBooks } from '../support/books.ts';
import { answerTo } from '../support/kills.ts';
import { between, randomOf } from '../support/random.ts';
import { generateArgs, inPlace, type Place, surroundingsIn, withServer } from '../support/work.ts';
import { type Promises, promises, type Scenario } from '../verdict.ts';

const CONCURRENCY = 6;
const SIDES = 12;
/** Room for the six megabytes that are wanted at a start, and what the rows take. */
const MEGABYTES = 12;

/** Why no small disk can be had here; null when it can. */
function whyNoDisk(): string | null {
  if (process.platform !== 'linux') return 'a small disk is mounted on Linux alone';
  return process.getuid?.() === 0 ? null : 'only root may mount one';
}

/** A disk of a few megabytes with the home and the output, gone after the work; null where the machine allows none. */
async function onSmallDisk<T>({ folder }: Place, work: (disk: string) => Promise<T>): Promise<T | null> {
  const disk = join(folder, 'disk');
  mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${MEGABYTES}m`, 'tmpfs', disk], { stdio: 'ignore' });
  } catch {
    return null;
  }
  try {
    return await work(disk);
  } finally {
    execFileSync('umount', ['-l', disk]);
  }
}

/** Takes all the room that is left but for some pages, while others take some too. */
function fill(disk: string, spare: number): void {
  const file = openSync(join(disk, 'filler'), 'w');
  const page = Buffer.alloc(4096);
  try {
    while (statfsSync(disk).bavail > spare) writeSync(file, page);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  } finally {
    closeSync(file);
  }
}

interface Filled {
  readonly asked: number;
  readonly again: number;
  readonly lost: number;
}

/** The disk of the data folder fills up in the middle of a generation; then room is made, and it is started again. */
const filledUp = (random: () => number, found: Promises) =>
  inPlace((place) =>
    onSmallDisk(place, (disk) =>
      withServer(15, async (server): Promise<Filled> => {
        const spills = join(place.folder, 'spills');
        mkdirSync(spills);
        const home = join(disk, 'home');
        const args = generateArgs({ folder: disk, home }, server.url, SIDES, CONCURRENCY);
        const surroundings = { home, cwd: place.folder, env: { ...surroundingsIn(place).env, TMPDIR: spills } };
        const running = startLuthier(args, surroundings);
        let ended = false;
        void running.finished.then(() => {
          ended = true;
        });
        const moment = between(random, 1, 60);
        while (server.calls.length < moment && !ended) await pause(2);
        fill(disk, between(random, 0, 4));
        const { code, stderr } = await running.finished;
        const cells = SIDES * SIDES;
        const bought = server.calls.length;
        found.hold(code !== 0 || bought === cells, 'a run on a full disk ended with 0 before all was done');
        found.hold(code === 0 || /full|found no room/.test(stderr), `a full disk is not told: ${stderr.slice(-400)}`);
        found.hold(!/^\s+at |Nothing was bought/m.test(stderr), `a full disk is told so: ${stderr.slice(-400)}`);
        rmSync(join(disk, 'filler'));
        const next = await luthier(args, surroundings);
        found.hold(next.code === 0, `with room again a run ended with ${next.code}: ${next.stderr.slice(-300)}`);
        const asked = server.calls.length;
        const again = asked - new Set(server.calls.map(({ user }) => user)).size;
        const answers = new Set(answersIn(home));
        const lost = server.calls.filter(({ user }) => !answers.has(answerTo(user))).length;
        found.hold(answers.size === cells, `${answers.size} rows for ${cells} combinations`);
        await checkBooks(home, { rows: cells, asked, underWay: 0 }, found);
        return { asked, again, lost };
      }),
    ),
  );

/** Answers that were paid for when the disk was full are kept, told, and there again when there is room. */
export const diskFull: Scenario = async ({ times, seed }) => {
  const what = `generate on a disk of ${MEGABYTES} MB`;
  const [found, random] = [promises(), randomOf(seed)];
  let sum: Filled = { asked: 0, again: 0, lost: 0 };
  const notDone = (why: string) => ({ what, done: `not done: ${why}`, calls: null, lost: 0, paidTwice: 0, broken: [] });
  const why = whyNoDisk();
  if (why !== null) return notDone(why);
  for (let round = 0; round < times; round += 1) {
    const filled = await filledUp(random, found);
    if (filled === null) return notDone('mounting is refused');
    sum = { asked: sum.asked + filled.asked, again: sum.again + filled.again, lost: sum.lost + filled.lost };
  }
  const { asked, again, lost } = sum;
  found.hold(lost === 0, `${lost} answers are lost`);
  found.hold(again === 0, `${again} answers were bought twice`);
  const calls = { asked, again, againAtMost: 0 };
  return { what, done: `${times} times full`, calls, lost, paidTwice: again, broken: found.broken };
};
