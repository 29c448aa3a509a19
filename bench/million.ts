import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createDatabase } from '../src/services/store/database.ts';
import { markOf } from '../src/services/store/search/marks.ts';
import { createRowSearch } from '../src/services/store/search/search.ts';
import { type AppTerminal, startInTerminal, type Wanted } from './app-terminal.ts';
import { writeChatFile } from './big-files.ts';
import { bundled } from './importing.ts';
import {
  cpuSeconds,
  inTemporaryFolder,
  median,
  megabytes,
  memoryOf,
  ms,
  percentile,
  type Result,
  runNode,
} from './measure.ts';
import { slowServer } from './servers.ts';
import { seed, soakTemplate, startGenerating } from './soak-subjects.ts';

const LINES = Number(process.env.LUTHIER_BENCH_LINES ?? 1_000_000);
/** A data folder in which these lines are rows already, and in the index: it is copied. */
const MADE = process.env.LUTHIER_BENCH_HOME;
const PROJECT = 'bench';
const RATE = 200;
const ANSWER_MS = 100;
const LIMIT_BYTES = 200e6;
const LIMIT_KEY_MS = 33;
/** Keys that are pressed to and fro. */
const KEYS = 150;
/** From a frame to the next key: as a person presses them, and longer than the time in which no second frame is drawn. */
const PAUSE_MS = 80;
/** Of a search: the thread's start among it. */
const SEARCH_MS = 60_000;
const ALL = LINES.toLocaleString('en-US');
const ESCAPE = '\u001b';
const [PAGE_DOWN, PAGE_UP] = ['\u001b[6~', '\u001b[5~'];

/** A project of a million rows in the app: what it has in memory, and how long a key takes to its frame, at rest and while rows come. */
export function million(): Promise<readonly Result[]> {
  return inTemporaryFolder(async (folder) => {
    const home = join(folder, 'home');
    if (MADE === undefined) await make(home, folder);
    else copy(MADE, home);
    const server = await slowServer(ANSWER_MS, RATE);
    const template = soakTemplate(RATE * 60 * 10);
    const concurrency = (1.5 * RATE * ANSWER_MS) / 1000;
    await seed({ home, template, url: server.url, model: 'slow-teacher', concurrency }, PROJECT);
    const app = startInTerminal({ home, env: { OPENAI_API_KEY: 'bench' } });
    try {
      return [...(await walked(app)), ...(await generating(app))];
    } finally {
      await app.stop();
      await server.stop();
    }
  });
}

/** The rows, by the code of the app, and their texts in the index. */
async function make(home: string, folder: string): Promise<void> {
  const path = join(folder, 'many.jsonl');
  writeChatFile(path, { lines: LINES, bytesPerLine: 459 });
  const done = await runNode([await bundled('import-rows', folder), home, path], {}, folder);
  if (done.code !== 0) throw new Error(`the import ended with ${done.code}: ${done.stderr}`);
  const database = createDatabase({ home });
  const search = createRowSearch(database, { fill: { from: 1, quietMs: 0 } });
  search.rowsChanged();
  while (markOf(database).indexed_to < LINES - 8) await delay(50);
  await search.close();
  database.close();
}

/** A copy that was closed well, as what is made is: another is looked through as the app begins. */
function copy(from: string, home: string): void {
  cpSync(from, home, { recursive: true });
  const database = createDatabase({ home });
  markOf(database);
  database.close();
}

async function walked(app: AppTerminal): Promise<readonly Result[]> {
  const results: Result[] = [];
  const memory = (what: string): void => {
    const { resident } = memoryOf(app.pid);
    results.push({ what: `${ALL} rows: ${what}`, figure: megabytes(resident), limit: '', met: null });
  };
  await app.press('', 'Next:', 60_000);
  memory('memory on Home');
  await app.press('4', `Row 1 of ${ALL}`);
  const keys = await keysOf(app);
  memory('memory on Dataset, after keys through it');
  await everyOrder(app);
  await app.press('f', 'type to narrow');
  await app.press('rating: unrated\r', 'filter: unrated');
  await app.press('G', `Row ${ALL} of`);
  await app.press('g', 'Row 1 of');
  await app.press(ESCAPE, `${ALL} rows`);
  memory('memory after each order, to the end and back, and a filter');
  for (const text of ['no such sentence here', 'agreement', 'the']) await searched(app, text);
  memory('memory after searches');
  const { peak } = memoryOf(app.pid);
  results.push(
    {
      what: `${ALL} rows: the most memory so far`,
      figure: megabytes(peak),
      limit: megabytes(LIMIT_BYTES),
      met: peak <= LIMIT_BYTES,
    },
    keyResult('nothing else happens', keys),
  );
  return results;
}

interface Keys {
  /** Milliseconds from each key to its frame. */
  readonly took: readonly number[];
  /** Milliseconds of processor that the app used for a key. */
  readonly cpu: number;
}

const keyResult = (when: string, { took, cpu }: Keys): Result => {
  const late = percentile(took, 0.95);
  return {
    what: `${ALL} rows: key to frame on Dataset, ${when}`,
    figure: `median ${ms(median(took))}, p95 ${ms(late)}, the most ${ms(Math.max(...took))}; ${ms(cpu)} of processor`,
    limit: `p95 ${ms(LIMIT_KEY_MS)}`,
    met: late <= LIMIT_KEY_MS,
  };
};

const rowOf = (frame: string): string | undefined => /Row ([\d,]+) of/.exec(frame)?.[1];

/** Down by rows, by pages, to the end and back. */
async function keysOf(app: AppTerminal): Promise<Keys> {
  const keys: number[] = [];
  const before = cpuSeconds(app.pid);
  const press = async (key: string, wanted: Wanted): Promise<void> => {
    await delay(PAUSE_MS);
    keys.push(await app.press(key, wanted));
  };
  /** To another row, whichever. */
  const move = (key: string): Promise<void> => {
    const before = rowOf(app.frame());
    return press(key, (frame) => rowOf(frame) !== before);
  };
  while (keys.length < KEYS) {
    for (let row = 2; row <= 12; row += 1) await press('j', `Row ${row} of`);
    for (const key of [PAGE_DOWN, PAGE_DOWN, 'G', PAGE_UP, 'k']) await move(key);
    await press('g', 'Row 1 of');
  }
  return { took: keys, cpu: ((cpuSeconds(app.pid) - before) * 1000) / keys.length };
}

/** Each order by its key, and the end of the list in it; then the first again. */
async function everyOrder(app: AppTerminal): Promise<void> {
  for (let n = 0; n < 6; n += 1) {
    await order(app);
    await app.press('G', `Row ${ALL} of`);
    await app.press('g', 'Row 1 of');
  }
}

/** The next order. */
async function order(app: AppTerminal): Promise<void> {
  const orderOf = (frame: string): string | undefined => / by (\w+) ↑/.exec(frame)?.[1];
  const before = orderOf(app.frame());
  await app.press('s', (frame) => orderOf(frame) !== before, SEARCH_MS);
}

async function searched(app: AppTerminal, text: string): Promise<void> {
  await app.press('/', 'Enter done');
  await app.press(text, new RegExp(`Row [01] of (?!${ALL})`), SEARCH_MS);
  await app.press('\r', `filter: "${text}"`);
  await order(app);
  await app.press(ESCAPE, `Row 1 of ${ALL}`);
}

async function generating(app: AppTerminal): Promise<readonly Result[]> {
  await startGenerating(app);
  await app.press('4', 'Row 1 of');
  return [keyResult(`${RATE} rows a second come`, await keysOf(app))];
}
