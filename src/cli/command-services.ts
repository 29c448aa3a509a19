import { createHash, randomUUID } from 'node:crypto';
import type { OperationDeps } from '../app/core/deps.ts';
import type { AskedJobStore, BakeoffStore, Clock, EvaluationStore, JobFinder } from '../app/runtime/ports.ts';
import { createRegistry } from '../app/runtime/registry.ts';
import { SharedPaces } from '../app/runtime/shared-paces.ts';
import type { SpendingLedger } from '../app/runtime/spending-ports.ts';
import type { Usage } from '../domain/chat/types.ts';
import { chatCost } from '../domain/pricing/cost.ts';
import { COMMAND_PROJECT } from '../domain/project/command-projects.ts';
import type { ProviderProfile } from '../domain/provider/provider.ts';
import type { JobRecord } from '../domain/training/types.ts';
import { createClock } from '../services/clock.ts';
import { createEngineLauncher } from '../services/engine/launcher.ts';
import { createFileSystem, type LocalFileSystem } from '../services/filesystem/documents.ts';
import { growNursery } from '../services/nursery.ts';
import { createAskedJobs } from '../services/store/asked-jobs.ts';
import { createBakeoffs } from '../services/store/bakeoffs.ts';
import { createBatchParts } from '../services/store/batches/parts.ts';
import { createDatabase } from '../services/store/database.ts';
import { createDeployments } from '../services/store/deployments.ts';
import { createEvaluations } from '../services/store/evaluations.ts';
import { createJobs } from '../services/store/jobs.ts';
import { createRows } from '../services/store/rows/rows.ts';
import { createLedger } from '../services/store/spending/ledger.ts';
import { createSpill } from '../services/store/spill.ts';
import { checkRoom } from '../services/store/store-faults.ts';
import { createUploads } from '../services/store/uploads.ts';
import { createCounterHere } from '../services/tokens/counter-here.ts';
import type { Connection } from './connect.ts';

/** Everything operations need, put together for one command and taken apart at its end. */
export interface CommandServices extends AsyncDisposable {
  readonly tokens: ReturnType<typeof createCounterHere>;
  readonly deps: OperationDeps;
  readonly records: JobFinder & {
    /** The newest job that tuned a model of this name. */
    ofModel(model: string): JobRecord | null;
  };
  readonly bakeoffs: BakeoffStore;
  readonly evaluations: EvaluationStore;
  readonly documents: LocalFileSystem;
  readonly profile: ProviderProfile;
  readonly keysInUse: () => readonly string[];
}

/**
 * Where rows and jobs of commands are kept: by the real path of the file they are of, so that a second run finds those of
 * the first, and apart from the app's projects.
 */
export const projectIdOf = (realPath: string): string =>
  `${COMMAND_PROJECT}${createHash('sha256').update(realPath).digest('hex').slice(0, 16)}`;

export function openCommandServices({
  home,
  profile,
  providers,
  prices,
  keysInUse,
  onUnnoted,
}: Connection): CommandServices {
  const clock = createClock();
  const database = createDatabase({ home });
  const tokens = createCounterHere();
  const jobs = createJobs(database);
  const ledger = createLedger(database, { checkRoom: () => checkRoom(home) });
  const batches = createBatchParts(database, { home });
  const registry = createRegistry({ clock, newId: randomUUID });
  return {
    tokens,
    profile,
    keysInUse,
    records: jobs,
    bakeoffs: createBakeoffs(database),
    evaluations: createEvaluations(database),
    documents: createFileSystem({ home, onUnnoted }),
    deps: {
      registry,
      providers,
      tokens,
      clock,
      prices,
      rows: createRows(database),
      jobs,
      askedJobs: createAskedJobs(database),
      deployments: createDeployments(database),
      uploads: createUploads(database),
      ledger,
      batches,
      spill: createSpill({ home }),
      keysInUse,
      random: Math.random,
      paces: new SharedPaces(clock),
    },
    async [Symbol.asyncDispose]() {
      await registry.close();
      await tokens.close();
      batches.close();
      ledger.close();
      database.close();
    },
  };
}

/** The jobs that were asked for, alone. */
export interface Asked extends AsyncDisposable {
  readonly askedJobs: AskedJobStore;
  readonly clock: Clock;
}

export function openAskedJobs({ home }: Pick<Connection, 'home'>): Asked {
  const database = createDatabase({ home });
  return {
    askedJobs: createAskedJobs(database),
    clock: createClock(),
    async [Symbol.asyncDispose]() {
      database.close();
    },
  };
}

/** The ledger alone, for commands that make single calls. */
export interface Books extends AsyncDisposable {
  readonly ledger: SpendingLedger;
  readonly costOf: (usage: Usage, model: string) => number | null;
}

export function openBooks({ home, prices }: Pick<Connection, 'home' | 'prices'>): Books {
  const database = createDatabase({ home });
  const ledger = createLedger(database);
  return {
    ledger,
    costOf: (usage, model) => chatCost(usage, model, prices()),
    async [Symbol.asyncDispose]() {
      ledger.close();
      database.close();
    },
  };
}

/** V8 gets a nursery for a hundred calls at a time. */
export const makeRoomForCalls = growNursery;

/** The engine of this data folder ends, if one runs. */
export const stopEngine = (home: string): Promise<void> => createEngineLauncher({ home }).stop();
