import { join } from 'node:path';
import { NO_CHOICES, type TrackingChoices } from '../../../../src/domain/tracking/settings.ts';
import type { TrackedRun } from '../../../../src/domain/tracking/types.ts';
import { resolveWandb } from '../../../../src/domain/wandb/settings.ts';
import { createCredentials } from '../../../../src/services/wandb/credentials.ts';
import { createWandb, type Wandb } from '../../../../src/services/wandb/wandb.ts';
import { temporaryHome } from '../../store/sample.ts';
import { quickly } from './sample.ts';
import { KEY, type WandbServer } from './wandb-server.ts';

export const STARTED = Date.UTC(2026, 10, 26, 10);

export function trackedRun(change: Partial<TrackedRun> = {}): TrackedRun {
  return {
    id: 'ftjob-1',
    name: 'ftjob-1',
    jobType: 'fine-tune',
    tags: ['luthier'],
    config: { model: 'ada', hyperparameters: { n_epochs: 3 } },
    startedAt: STARTED,
    end: { at: STARTED + 60_000, outcome: 'finished' },
    history: [1, 2, 3].map((step) => ({ step, at: STARTED + step * 1_000, values: { train_loss: 1 / step } })),
    system: [{ at: STARTED + 500, values: { tokens: 3 } }],
    output: [{ at: STARTED, text: 'begun' }],
    summary: { status: 'succeeded', fine_tuned_model: 'ft:x' },
    tables: [{ key: 'train_data', step: 3, columns: ['role: user'], rows: () => [['hello']] }],
    artifacts: [
      {
        name: 'train-file-1',
        type: 'training_files',
        description: 'Rows',
        metadata: { items: 1 },
        aliases: ['latest', 'file-1'],
        role: 'input' as const,
        files: [{ path: 'train.jsonl', chunks: () => ['{"messages":[]}\n'] }],
      },
    ],
    ...change,
  };
}

interface Given {
  readonly root?: string;
  readonly choices?: Partial<TrackingChoices>;
  readonly env?: Readonly<Record<string, string>>;
  /** Who says to have written what is written; Luthier unless told. */
  readonly producer?: string;
}

export function wandbAt(server: WandbServer | null, given: Given = {}): Wandb {
  const { root = temporaryHome(), choices = {}, env = {}, producer = 'luthier 0.1.0' } = given;
  const all = { WANDB_API_KEY: KEY, ...(server && { WANDB_BASE_URL: server.url }), ...env };
  return createWandb({
    root,
    cache: join(root, 'cache'),
    deps: quickly(),
    secrets: () => [KEY],
    settings: () => resolveWandb({ ...NO_CHOICES, entity: 'luthiers', ...choices }, all),
    credentials: createCredentials({ env: all, homedir: '/nowhere', typed: () => null }),
    origin: { producer, cliVersion: '0.30.0', host: 'here' },
  });
}
