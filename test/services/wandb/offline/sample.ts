import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { TrackedArtifact, TrackedRun, TrackedTable } from '../../../../src/domain/tracking/types.ts';
import type { WriteOptions } from '../../../../src/services/wandb/offline/write.ts';

export const STARTED = Date.UTC(2026, 10, 26, 15, 27, 3, 153);

/** What W&B's own client was given for `fixtures/run-ftjob-abc.wandb`. */
export const TABLE: TrackedTable = {
  key: 'train_data',
  step: 3,
  columns: ['role: system', 'role: user', 'role: assistant'],
  rows: () => [
    ['s', 'u', 'a'],
    ['s', null, 'b'],
  ],
};

export const RUN: TrackedRun = {
  id: 'ftjob-abc',
  name: 'ftjob-abc',
  jobType: 'fine-tune',
  tags: ['a', 'b'],
  config: { model: 'ada', hyperparameters: { n_epochs: 3 } },
  startedAt: STARTED,
  end: { at: STARTED + 42_400, outcome: 'finished' },
  history: [1, 2, 3].map((step) => ({ step, at: STARTED + step * 1000, values: { train_loss: 1 / step } })),
  system: [{ at: STARTED + 500, values: { tokens_per_second: 12.5 } }],
  output: [{ at: STARTED + 250, text: 'Job created' }],
  summary: { status: 'succeeded', fine_tuned_model: 'ft:x' },
  tables: [TABLE],
  artifacts: [
    {
      name: 'train-file-1',
      type: 'training_files',
      description: 'Training data',
      metadata: { items: 1 },
      aliases: ['latest', 'file-1'],
      role: 'input',
      files: [{ path: 'file-1', chunks: () => ['{"messages":[]}\n'] }],
    },
  ],
};

export const artifactOf = (change: Partial<TrackedArtifact>): TrackedArtifact => ({
  name: 'data',
  type: 'dataset',
  description: '',
  metadata: {},
  aliases: [],
  role: 'output',
  files: [],
  ...change,
});

export function temporaryRoot(): string {
  const root = mkdtempSync(join(tmpdir(), 'luthier-wandb-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  return root;
}

export const optionsFor = (root: string, change: Partial<WriteOptions> = {}): WriteOptions => ({
  root,
  project: 'OpenAI-Fine-Tune',
  entity: 'luthiers',
  host: 'vm',
  producer: 'luthier 0.1.0',
  cliVersion: '0.1.0',
  secrets: () => [],
  ...change,
});

/** Every file under a folder, by its path in it. */
export function filesUnder(folder: string): ReadonlyMap<string, Buffer> {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
  return new Map(
    entries
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted()
      .map((path) => [path.slice(folder.length + 1).replaceAll('\\', '/'), readFileSync(path)]),
  );
}
