import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import type { TrackedRun } from '../../../../src/domain/tracking/types.ts';
import { writeRun } from '../../../../src/services/wandb/offline/write.ts';
import { optionsFor, RUN, STARTED, TABLE } from './sample.ts';

/** Writes a run anew and is killed on the way: `kill.process.ts ROOT PHASE`. */
const [root = '', phase = ''] = process.argv.slice(2);

const kill = (): void => {
  process.kill(process.pid, 'SIGKILL');
};

const { rename } = fs;
fs.rename = async (from, to) => {
  if (phase === 'rename' && String(to).endsWith('.wandb')) kill();
  await rename(from, to);
};
syncBuiltinESMExports();

function* rows(): Generator<readonly string[], void, undefined> {
  for (let row = 0; row < 5000; row++) {
    if (phase === 'table' && row === 4000) kill();
    yield ['s', String(row), 'x'.repeat(100)];
  }
}

function* lines(): Generator<string, void, undefined> {
  for (let row = 0; row < 5000; row++) {
    if (phase === 'artifact' && row === 4000) kill();
    yield `${JSON.stringify({ row, text: 'x'.repeat(100) })}\n`;
  }
}

/** A row that ends the process when it is looked at, long after the log has begun to be written. */
const deadly = {
  step: 5000,
  at: STARTED,
  get values() {
    if (phase === 'log') kill();
    return { train_loss: 0 };
  },
};

const history = Array.from({ length: 5000 }, (_, step) => ({ step, at: STARTED + step, values: { train_loss: step } }));
const run: TrackedRun = {
  ...RUN,
  name: 'the new one',
  history: [...history, deadly],
  tables: [{ ...TABLE, rows }],
  artifacts: RUN.artifacts.map((artifact) => ({ ...artifact, files: [{ path: 'file-1', chunks: lines }] })),
};
await writeRun(run, optionsFor(root));
process.stdout.write('written\n');
