import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { examplesTable } from '../src/domain/tracking/examples-table.ts';
import type { TrackedRun } from '../src/domain/tracking/types.ts';
import { artifactTable } from '../src/domain/wandb/table.ts';
import { openWandb } from '../src/services/wandb/open.ts';
import { KEY, startWandb } from '../test/services/wandb/support/wandb-server.ts';
import { inTemporaryFolder, luthier, median, ms, type Result, runNode, watchLoop } from './measure.ts';

const STEPS = 10_000;
const LINES = 20_000;
const ROUNDS = 5;
const RUN_ID = 'bench';
/** Writing and hashing the same bytes, and no more, is once. */
const WRITE_LIMIT = 12;
const LAG_LIMIT_MS = 50;

const NO_CHOICES = { mode: null, project: null, entity: null, log: false };

/** A run of 10,000 steps with a training file of 20,000 lines: written, and sent to a W&B on loopback. */
export async function tracking(): Promise<readonly Result[]> {
  const run = largeRun();
  const writes: number[] = [];
  const plain: number[] = [];
  const lags: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    await inTemporaryFolder(async (folder) => {
      plain.push(timed(() => writePlain(run, folder)));
      const { wallMs, lagMs } = await written(run, folder);
      writes.push(wallMs);
      lags.push(lagMs);
    });
  }
  const [write, reference, lag] = [median(writes), median(plain), Math.max(...lags)];
  const ratio = write / reference;
  const size = `${STEPS.toLocaleString('en-US')} steps, ${LINES.toLocaleString('en-US')} lines`;
  return [
    { what: `${size}: its bytes written and hashed, no more`, figure: ms(reference), limit: '', met: null },
    { what: `${size}: as an offline run`, figure: ms(write), limit: '', met: null },
    { what: 'ratio', figure: `${ratio.toFixed(1)} ×`, limit: `${WRITE_LIMIT} ×`, met: ratio <= WRITE_LIMIT },
    { what: 'longest the main loop waited', figure: ms(lag), limit: ms(LAG_LIMIT_MS), met: lag <= LAG_LIMIT_MS },
    ...(await sent(run)),
  ];
}

function largeRun(): TrackedRun {
  const lines = Array.from({ length: LINES }, (_, at) =>
    JSON.stringify({
      messages: [
        { role: 'user', content: `Question ${at}: ${'is this clause explicit about marking? '.repeat(6)}` },
        { role: 'assistant', content: at % 2 === 0 ? 'Yes' : 'No' },
      ],
    }),
  );
  const table = examplesTable(lines);
  const text = `${lines.join('\n')}\n`;
  return {
    id: RUN_ID,
    name: RUN_ID,
    jobType: 'eval',
    tags: [],
    config: {},
    startedAt: 0,
    output: [],
    system: [],
    end: { at: STEPS * 1000, outcome: 'finished' },
    history: Array.from({ length: STEPS }, (_, step) => ({
      step: step + 1,
      at: step * 1000,
      values: { train_loss: 1 / (step + 1), train_accuracy: 0.5, valid_loss: 1.1 },
    })),
    summary: { status: 'succeeded' },
    tables: [],
    artifacts: [
      {
        name: 'train',
        type: 'training_files',
        description: '',
        metadata: {},
        aliases: ['latest'],
        role: 'input',
        files: [
          { path: 'train.jsonl', chunks: () => [text] },
          { path: 'train.table.json', chunks: () => artifactTable(table) },
        ],
      },
    ],
  };
}

function timed(work: () => void): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}

/** What nobody could do without: the artifact's bytes made, hashed and on disk. */
function writePlain({ artifacts }: TrackedRun, folder: string): void {
  mkdirSync(join(folder, 'plain'));
  for (const { path, chunks } of artifacts.flatMap(({ files }) => files)) {
    const text = [...chunks()].join('');
    createHash('md5').update(text).digest('base64');
    writeFileSync(join(folder, 'plain', path), text);
  }
}

const trackerIn = (home: string) =>
  openWandb({
    home,
    homedir: home,
    env: {},
    choices: () => NO_CHOICES,
    typedKey: () => null,
    secrets: () => [],
    sleep: (wait) => sleep(wait),
    now: Date.now,
    random: Math.random,
  }).tracker;

async function written(run: TrackedRun, home: string): Promise<{ readonly wallMs: number; readonly lagMs: number }> {
  const tracker = trackerIn(home);
  const lag = watchLoop();
  const started = performance.now();
  await tracker.write(run);
  return { wallMs: performance.now() - started, lagMs: lag.stop() };
}

/** The whole process of `luthier wandb sync`, and of W&B's own client where LUTHIER_BENCH_WANDB names its program. */
async function sent(run: TrackedRun): Promise<readonly Result[]> {
  const ours = await syncedBy(run, async (url, home, folder) => {
    const env = { WANDB_BASE_URL: url, WANDB_API_KEY: KEY, LUTHIER_HOME: home };
    const { code, wallMs, stderr } = await runNode([luthier, 'wandb', 'sync', '--id', RUN_ID], env, folder);
    if (code !== 0) throw new Error(`wandb sync ended with ${code}: ${stderr}`);
    return wallMs;
  });
  const what = 'the same sent to loopback by `luthier wandb sync`: whole process';
  const own = { what, figure: ms(ours), limit: '', met: null };
  const program = process.env.LUTHIER_BENCH_WANDB;
  if (program === undefined || !existsSync(program)) {
    return [own, { what: 'the same by `wandb sync`', figure: 'not installed', limit: '', met: null }];
  }
  const theirs = await syncedBy(run, (url, home) => byWandb(program, url, home));
  const ratio = (theirs / ours).toFixed(1);
  return [
    own,
    { what: 'the same by `wandb sync`', figure: `${ms(theirs)} (${ratio} × Luthier)`, limit: '', met: null },
  ];
}

type Sync = (url: string, home: string, folder: string) => Promise<number>;

/** The median of how long it takes `sync` to bring the run to a W&B that has nothing of it. */
async function syncedBy(run: TrackedRun, sync: Sync): Promise<number> {
  const walls: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const server = await startWandb({ permissive: true });
    try {
      await inTemporaryFolder(async (folder) => {
        const home = join(folder, 'home');
        mkdirSync(home);
        await trackerIn(home).write(run);
        walls.push(await sync(server.url, home, folder));
        const [there] = [...server.state.runs.values()];
        const rows = there?.lines['wandb-history.jsonl'].length ?? 0;
        if (rows !== STEPS) throw new Error(`${rows} of ${STEPS} rows arrived: ${server.faults.join('; ')}`);
      });
    } finally {
      server.close();
    }
  }
  return median(walls);
}

function byWandb(program: string, url: string, home: string): Promise<number> {
  const started = performance.now();
  const child = spawn(program, ['sync', '--yes', join(home, 'wandb')], {
    cwd: home,
    env: { ...process.env, WANDB_BASE_URL: url, WANDB_API_KEY: KEY, WANDB_ENTITY: 'ada-team', HOME: home },
    stdio: 'ignore',
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(performance.now() - started);
      else reject(new Error(`wandb sync ended with ${code}`));
    });
  });
}
