import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { startImport } from '../src/app/dataset/import.ts';
import { createRegistry } from '../src/app/runtime/registry.ts';
import { createClock } from '../src/services/clock.ts';
import { openFile } from '../src/services/readers/readers.ts';
import { createDatabase } from '../src/services/store/database.ts';
import { createRows } from '../src/services/store/rows/rows.ts';
import { markOf } from '../src/services/store/search/marks.ts';
import { createRowSearch, type RowSearch } from '../src/services/store/search/search.ts';
import { writeChatFile } from './big-files.ts';
import { inTemporaryFolder, median, megabytes, ms, type Result } from './measure.ts';

const LINES = Number(process.env.LUTHIER_BENCH_ROWS ?? 100_000);
const ROUNDS = 5;
const PROJECT = 'bench';
const SORT = { key: 'created', descending: false } as const;
/** Nothing in a few, in some and in nearly all of the rows; the first has common parts only. */
const TEXTS = {
  'that no row has': 'no such sentence here',
  'that no row has, of rare parts': 'xylophone quartz',
  'that one row has': `(${Math.floor(LINES / 2)})`,
  'that one row in a hundred has': 'agreement',
  'that nine rows in ten have': 'the',
  'of two letters, that no row has': '¿¡',
} as const;
const LIMIT_MS = 100 * Math.max(1, LINES / 1_000_000);
const LIMIT_DELAY_MS = 33;

/** Searches of rows as people wrote them: before there is an index, its filling, and after it. */
export function searching(): Promise<readonly Result[]> {
  return inTemporaryFolder(async (home) => {
    await importRows(home);
    const database = createDatabase({ home });
    const plain = createRowSearch(database);
    const before = await timed(plain, 'no such sentence here');
    await plain.close();
    const search = createRowSearch(database, { fill: { from: 1, quietMs: 0 } });
    const cpu = process.cpuUsage();
    const started = performance.now();
    const filling = await whileLoopIsWatched(async () => {
      search.rowsChanged();
      while (markOf(database).indexed_to < LINES - 8) await delay(20);
    });
    const { user, system } = process.cpuUsage(cpu);
    const bytes = statSync(join(home, 'search.db')).size;
    const results: Result[] = [
      { ...row('looking at each of them, without an index', ms(before.took)), met: null },
      row(
        'putting them in the index',
        `${ms(performance.now() - started)}, ${ms((user + system) / 1_000)} of processor`,
      ),
      row('the loop held meanwhile, at most', ms(filling.heldMs)),
      row('the index on disk', `${megabytes(bytes)}, ${Math.round(bytes / LINES)} bytes a row`),
    ];
    for (const [words, text] of Object.entries(TEXTS)) {
      const { took, total, heldMs } = await timed(search, text);
      const isNone = total === 0 && text.length > 2;
      results.push({
        ...row(
          `a text ${words}: ${total.toLocaleString('en-US')} hits`,
          `${ms(took)}, ${(before.took / took).toFixed(1)} times as fast as looking at each; the loop held for ${ms(heldMs)}`,
        ),
        limit: `${isNone ? `${ms(LIMIT_MS)}, ` : ''}held ${ms(LIMIT_DELAY_MS)}`,
        met: (!isNone || took <= LIMIT_MS) && heldMs <= LIMIT_DELAY_MS,
      });
    }
    await search.close();
    database.close();
    return results;
  });
}

const row = (what: string, figure: string): Result => ({
  what: `${LINES.toLocaleString('en-US')} rows: ${what}`,
  figure,
  limit: '',
  met: null,
});

async function importRows(home: string): Promise<void> {
  const path = join(home, 'lines.jsonl');
  writeChatFile(path, { lines: LINES, bytesPerLine: 459 });
  const clock = createClock();
  const database = createDatabase({ home });
  const registry = createRegistry({ clock, newId: randomUUID });
  const sources = {
    open: (_: unknown, options: { readonly signal?: AbortSignal } = {}) => openFile(path, {}, options.signal),
  };
  const rows = createRows(database);
  const deps = { registry, clock, rows, packedRows: { put: rows.putPacked }, sources };
  const end = await startImport(deps, { projectId: PROJECT, source: { kind: 'file', path }, mapping: null }).finished;
  if (end.status !== 'succeeded') throw new Error(end.problem?.what ?? end.status);
  database.close();
}

async function whileLoopIsWatched(work: () => Promise<unknown>): Promise<{ readonly heldMs: number }> {
  const late = monitorEventLoopDelay({ resolution: 1 });
  late.enable();
  await work();
  late.disable();
  return { heldMs: late.max / 1e6 };
}

/** The median, each with another text before it: what the thread knows of the last one is not measured. */
async function timed(search: RowSearch, text: string) {
  const times: number[] = [];
  const held: number[] = [];
  let total = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    await search.find(PROJECT, { filter: { text: `${round} zzz` }, sort: SORT });
    const started = performance.now();
    const { heldMs } = await whileLoopIsWatched(async () => {
      const found = await search.find(PROJECT, { filter: { text }, sort: SORT });
      found.window(0, 64);
      total = found.total;
    });
    times.push(performance.now() - started);
    held.push(heldMs);
  }
  return { took: median(times), heldMs: median(held), total };
}
