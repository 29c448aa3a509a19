import type { ConversationColumn } from '../../domain/dataset/hub-folder.ts';
import type { PriceTable } from '../../domain/pricing/prices.ts';
import type { JobRecord } from '../../domain/training/types.ts';
import type { BatchFiles, BatchRows, BatchStore, BatchWorkers } from '../runtime/batch-store-ports.ts';
import type { DeploymentStore } from '../runtime/deployment-ports.ts';
import type { BaseModels, ModelExporter, RunnerInstaller, ServingStore } from '../runtime/machine-ports.ts';
import type { OperationRegistry } from '../runtime/operation.ts';
import type {
  AskedJobStore,
  BakeoffStore,
  Clock,
  CoverageStore,
  EvaluationStore,
  FileSystem,
  JobStore,
  LimitStore,
  PackedRowStore,
  PlacedRows,
  ProjectRows,
  ProjectStore,
  Providers,
  RowStore,
  ScreenStateStore,
  SecretStore,
  SettingsStore,
  TerminalAccess,
  TokenCounter,
  TranscriptStore,
  UploadStore,
  VoteStore,
  WaitWatch,
} from '../runtime/ports.ts';
import type { RowSearch } from '../runtime/search-ports.ts';
import type { SharedPaces } from '../runtime/shared-paces.ts';
import type { Sources } from '../runtime/source-ports.ts';
import type { SpendingLedger, SpillStore, UnstoredTurn } from '../runtime/spending-ports.ts';
import type { Tracker, TrackingPreferences } from '../runtime/tracking-ports.ts';

/** All that is kept of batches at providers. */
export interface BatchParts {
  readonly store: BatchStore;
  readonly rows: BatchRows;
  readonly workers: BatchWorkers;
  readonly files: BatchFiles;
}

/** What operations are handed; each takes only the members it uses. */
export interface OperationDeps {
  readonly registry: OperationRegistry;
  readonly providers: Providers;
  readonly rows: RowStore;
  readonly jobs: JobStore;
  readonly askedJobs: AskedJobStore;
  readonly deployments: DeploymentStore;
  readonly uploads: UploadStore;
  readonly ledger: SpendingLedger;
  readonly batches: BatchParts;
  readonly spill: SpillStore;
  /** Every key this process knows: masked in whatever is written for others. */
  readonly keysInUse: () => readonly string[];
  readonly tokens: TokenCounter;
  readonly clock: Clock;
  /** Of calls that are made in bulk: what is learned of a model's limits, for all runs of the process. */
  readonly paces: SharedPaces;
  /** In [0, 1): jitter of back-off. */
  readonly random: () => number;
  /** At a provider; without one, of all that bill. Read at each use, so that a person may change the table while the app runs. */
  readonly prices: (providerId?: string) => PriceTable;
}

/** Everything the workbench stands on; the composition root hands in the real ones, tests their own. */
export interface WorkbenchDeps extends Omit<OperationDeps, 'prices'> {
  readonly projects: ProjectStore;
  readonly projectRows: ProjectRows;
  readonly packedRows: PackedRowStore;
  readonly rowSearch: RowSearch;
  readonly placedRows: PlacedRows;
  readonly coverage: CoverageStore;
  /** Jobs that commands of this machine started, newest first; they are of no project. */
  readonly commandJobs: { ofCommands(): readonly JobRecord[] };
  readonly evaluations: EvaluationStore;
  readonly votes: VoteStore;
  readonly bakeoffs: BakeoffStore;
  readonly settings: SettingsStore;
  readonly secrets: SecretStore;
  readonly limits: LimitStore;
  readonly waits: WaitWatch;
  /** Of real weights. */
  readonly runner: RunnerInstaller;
  readonly serving: ServingStore;
  readonly exportModel: ModelExporter;
  readonly baseModels: BaseModels;
  readonly tracker: Tracker;
  readonly tracking: TrackingPreferences;
  readonly transcripts: TranscriptStore;
  readonly turnSpill: SpillStore<UnstoredTurn>;
  readonly screenStates: ScreenStateStore;
  readonly documents: FileSystem;
  readonly sources: Sources;
  readonly desktop: TerminalAccess;
  /** Ids of projects and turns: letters, digits and dashes. */
  readonly newId: () => string;
  /** Where the examples that ship with Luthier lie. */
  readonly examplesFolder: string;
  /** Conversations as Parquet. */
  readonly parquetOf: (columns: readonly ConversationColumn[]) => Promise<Uint8Array>;
  /** Where OpenAI's calls go unless its profile says otherwise; null when the environment names nothing. */
  readonly environmentUrl: string | null;
  /** Where exports are offered to go. */
  readonly exportFolder: string;
}
