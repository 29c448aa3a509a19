import type { BatchParts, OperationDeps } from '../../../src/app/core/deps.ts';
import type { ChatService, PackedRowStore, Providers } from '../../../src/app/runtime/ports.ts';
import { createRegistry } from '../../../src/app/runtime/registry.ts';
import { SharedPaces } from '../../../src/app/runtime/shared-paces.ts';
import type { SpendingLedger } from '../../../src/app/runtime/spending-ports.ts';
import { createRandom } from '../../../src/domain/common/random.ts';
import type { GenerationPlan } from '../../../src/domain/project/types.ts';
import { VirtualClock } from './clock.ts';
import { MemorySpill, memoryBatches, memoryLedger } from './ledger.ts';
import { fakeProvider, PRICES, providersOf, wordTokens } from './provider.ts';
import { MemoryAskedJobs, MemoryDeployments, MemoryJobs, MemoryRows, MemoryUploads, packedRowsOf } from './stores.ts';

export interface FakeDeps extends OperationDeps {
  readonly packedRows: PackedRowStore;
  readonly clock: VirtualClock;
  readonly rows: MemoryRows;
  readonly jobs: MemoryJobs;
  readonly askedJobs: MemoryAskedJobs;
  readonly deployments: MemoryDeployments;
  readonly spill: MemorySpill;
  /** What `keysInUse` gives. */
  readonly keys: string[];
}

/** Everything an operation is handed, in memory and in virtual time. */
export function fakeDeps(parts: {
  readonly clock?: VirtualClock;
  readonly chat?: ChatService;
  readonly providers?: Providers;
  readonly rows?: MemoryRows;
  readonly ledger?: SpendingLedger;
  readonly batches?: BatchParts;
  readonly seed?: number;
}): FakeDeps {
  const clock = parts.clock ?? new VirtualClock();
  const chat = parts.chat === undefined ? {} : { chat: parts.chat };
  const random = createRandom(parts.seed ?? 1);
  const rows = parts.rows ?? new MemoryRows();
  const jobs = new MemoryJobs();
  const keys: string[] = [];
  let ids = 0;
  const newId = () => {
    ids += 1;
    return `id-${ids}`;
  };
  return {
    clock,
    registry: createRegistry({ clock, newId }),
    providers: parts.providers ?? providersOf(fakeProvider(chat)),
    rows,
    packedRows: packedRowsOf(rows),
    jobs,
    askedJobs: new MemoryAskedJobs(jobs),
    deployments: new MemoryDeployments(),
    uploads: new MemoryUploads(),
    ledger: parts.ledger ?? memoryLedger(() => clock.now()),
    batches: parts.batches ?? memoryBatches(),
    spill: new MemorySpill(),
    keys,
    keysInUse: () => keys,
    tokens: wordTokens,
    random: () => random.next(),
    paces: new SharedPaces(clock),
    prices: () => PRICES,
  };
}

export const planOf = (change: Partial<GenerationPlan> = {}): GenerationPlan => ({
  model: 'free',
  temperature: 1,
  maxTokens: 20,
  cells: { kind: 'all' },
  concurrency: 4,
  capUsd: null,
  ...change,
});
