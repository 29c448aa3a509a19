// `node bench/soak.ts [minutes] [app|command]`, 30 minutes in the app when nothing is said: generates at 200 rows a second, presses a key now
// and then, and watches memory, keys and the loop of the process. Exit 1 where a limit is not met. Not part of `npm run bench`: it takes
// its time.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSeconds, inTemporaryFolder, median, megabytes, memoryOf, percentile } from './measure.ts';
import { slowServer } from './servers.ts';
import { type SoakKey, soakTemplate, startApp, startCommand } from './soak-subjects.ts';

const [minutesSaid = '30', kind = 'app'] = process.argv.slice(2);
const minutes = Number(minutesSaid);
const RATE = 200;
const DELAY_MS = 100;
/** Calls under way for that rate, each of which takes the server's delay, and half as many again: the server's limit is to be the slower. */
const CONCURRENCY = (1.5 * RATE * DELAY_MS) / 1000;
const SAMPLE_MS = 1_000;
/** What begins with the first rows: reading, compiling, the largest frames. */
const SETTLING_MS = 5_000;
/** What a memory that goes with nothing may differ by between the second quarter and the last. */
const LIMIT_BYTES = 15e6;
const LIMIT_LAG_MS = 10;
const LIMIT_KEY_MS = 33;
const LIMIT_SCREEN_MS = 50;

const samples: number[] = [];
const keys: SoakKey[] = [];
const server = await slowServer(DELAY_MS, RATE);
const answered = async (): Promise<number> => {
  const count: unknown = await (await fetch(`${server.url}/count`)).json();
  return typeof count === 'object' && count !== null && 'answered' in count ? Number(count.answered) : 0;
};

const { lag, rows, seconds, cpu } = await inTemporaryFolder(async (folder) => {
  const home = join(folder, 'home');
  mkdirSync(home);
  const soak = {
    folder,
    home,
    template: soakTemplate(RATE * 60 * (minutes + 1)),
    url: server.url,
    model: 'slow-teacher',
    concurrency: CONCURRENCY,
  };
  const subject = kind === 'command' ? startCommand(soak) : await startApp(soak);
  await sleep(SETTLING_MS);
  subject.begin();
  const [rowsBefore, cpuBefore, started] = [await answered(), cpuSeconds(subject.pid), performance.now()];
  while (performance.now() < started + minutes * 60_000) {
    await sleep(SAMPLE_MS);
    const why = subject.ended();
    if (why !== null) throw new Error(why);
    samples.push(memoryOf(subject.pid).resident);
    const key = await subject.key();
    if (key !== null) keys.push(key);
  }
  const measured = {
    rows: (await answered()) - rowsBefore,
    cpu: cpuSeconds(subject.pid) - cpuBefore,
    seconds: (performance.now() - started) / 1000,
  };
  return { ...measured, lag: await subject.stop() };
}).finally(() => server.stop());

const quarter = (nth: number): number =>
  median(samples.slice((nth * samples.length) >> 2, ((nth + 1) * samples.length) >> 2));
const grown = quarter(3) - quarter(1);
const timesOf = (changes: boolean): readonly number[] =>
  keys.filter(({ changesScreen }) => changesScreen === changes).map(({ ms }) => ms);
const key = percentile(timesOf(false), 0.95);
const screen = percentile(timesOf(true), 0.95);

console.log(
  `${rows.toLocaleString('en-US')} rows in ${minutes} min, ${Math.round(rows / seconds)} a second, ${((100 * cpu) / seconds).toFixed(0)}% of a core`,
);
console.log(`memory by quarters: ${[0, 1, 2, 3].map((nth) => megabytes(quarter(nth))).join(', ')}`);
console.log(`grown by ${megabytes(grown)} from the second quarter to the last; ${megabytes(LIMIT_BYTES)} are allowed`);
console.log(
  `lag of the loop: p99 ${lag.p99.toFixed(1)} ms of ${LIMIT_LAG_MS} allowed, the most ${lag.most.toFixed(0)} ms`,
);
if (kind !== 'command')
  console.log(
    [
      `key to frame: median ${median(timesOf(false)).toFixed(0)} ms, p95 ${key.toFixed(0)} ms of ${LIMIT_KEY_MS} allowed`,
      `with a change of screen: ${median(timesOf(true)).toFixed(0)} ms, p95 ${screen.toFixed(0)} ms of ${LIMIT_SCREEN_MS} allowed`,
    ].join('; '),
  );
const quick = !(key > LIMIT_KEY_MS || screen > LIMIT_SCREEN_MS);
process.exitCode = grown <= LIMIT_BYTES && lag.p99 < LIMIT_LAG_MS && quick ? 0 : 1;
