import type { Bakeoff } from '../../domain/bakeoff/types.ts';
import type { ChatAnswer, ChatRequest, ChatTurn } from '../../domain/chat/types.ts';
import type { CoverageCount } from '../../domain/dataset/coverage.ts';
import type { Row, RowCounts, RowFilter, RowQuery, ScanFilter } from '../../domain/dataset/types.ts';
import type { Evaluation, EvaluationItem, Vote } from '../../domain/evaluation/types.ts';
import type { PackedRows } from '../../domain/importing/conversion.ts';
import type { PriceTable } from '../../domain/pricing/prices.ts';
import type { TerminalChoices } from '../../domain/project/settings.ts';
import type { Project } from '../../domain/project/types.ts';
import type { CallLimits } from '../../domain/provider/call-limits.ts';
import type { JobPart } from '../../domain/provider/job-dialects.ts';
import type {
  FileStanding,
  KeySource,
  ModelInfo,
  ProviderProfile,
  RemoteFile,
} from '../../domain/provider/provider.ts';
import type { JsonValue } from '../../domain/text/json-values.ts';
import type { AskedJob } from '../../domain/training/asked-jobs.ts';
import type { JobEstimate } from '../../domain/training/estimate.ts';
import type { Checkpoint, JobEvent, JobRecord, JobRequest, TuningJob } from '../../domain/training/types.ts';
import type { BatchService } from './batch-ports.ts';
import type { DeploymentService, WeightsService } from './deployment-ports.ts';

/** What operations need of the outside world. Services satisfy these by shape; the composition root joins them. */

export interface CallOptions {
  readonly signal?: AbortSignal;
}

export interface ChatService {
  /**
   * One call, never retried here. Throws ProviderError. With `onDelta` the answer is streamed, and what the model thinks
   * before it goes to `onThoughts`.
   */
  complete(
    request: ChatRequest,
    options: CallOptions & {
      readonly onDelta?: (text: string) => void;
      readonly onThoughts?: (text: string) => void;
    },
  ): Promise<ChatAnswer>;
}

/** What a file is uploaded for. */
export type FilePurpose = 'fine-tune' | 'batch';

export interface FileService {
  /** `body` yields the file's bytes once; `onSent` is called with the running total. */
  upload(
    file: {
      readonly filename: string;
      readonly purpose: FilePurpose;
      readonly bytes: number;
      body(): AsyncIterable<Uint8Array>;
    },
    options: CallOptions & { readonly onSent?: (bytes: number) => void },
  ): Promise<RemoteFile>;
  /** What became of a file that was uploaded before; waits until the server has looked at it. Throws ProviderError. */
  standing(id: string, options?: CallOptions): Promise<FileStanding>;
  list(options?: CallOptions): Promise<readonly RemoteFile[]>;
  remove(id: string, options?: CallOptions): Promise<void>;
  /** Decoded text; result files that come base64 are recognised. */
  content(id: string, options?: CallOptions): Promise<string>;
}

export interface EstimateOptions extends CallOptions {
  /** Rows to show with what is learned of them, where the provider shows any. */
  readonly rows?: number;
  /** Whether it may try some steps, which takes time. */
  readonly pilot?: boolean;
}

export type JobAction = 'cancel' | 'pause' | 'resume';

export interface JobService {
  /** Parts that the provider does not have, each in words for where the part would be; none when absent. Calls for them throw ProviderError. */
  readonly lacks?: Readonly<Partial<Record<JobPart, string>>>;
  create(request: JobRequest, options?: CallOptions): Promise<TuningJob>;
  retrieve(id: string, options?: CallOptions): Promise<TuningJob>;
  /** Newest first, every page; with `since`, in seconds since the epoch, all that were created after it and perhaps more. */
  list(options?: CallOptions & { readonly since?: number }): Promise<readonly TuningJob[]>;
  act(id: string, action: JobAction, options?: CallOptions): Promise<TuningJob>;
  /** Deletes the job at the provider, which ends one that runs; absent where there is no such call. */
  remove?(id: string, options?: CallOptions): Promise<void>;
  /** What the provider says of a job before there is one, of files it has; absent where it says nothing. */
  estimate?(request: JobRequest, options?: EstimateOptions): Promise<JobEstimate | null>;
  /** Oldest first. Reads pages back until it meets one of `known`, so a caught-up watcher costs one page. */
  events(id: string, known: ReadonlySet<string>, options?: CallOptions): Promise<readonly JobEvent[]>;
  checkpoints(id: string, options?: CallOptions): Promise<readonly Checkpoint[]>;
}

export interface ModelService {
  list(options?: CallOptions): Promise<readonly ModelInfo[]>;
  remove(id: string, options?: CallOptions): Promise<void>;
}

/** One provider, connected. */
export interface Provider {
  readonly id: string;
  readonly name: string;
  /** What stays the same as long as it is the same server: its base URL, or the id of one whose port changes. */
  readonly address: string;
  readonly chat: ChatService;
  readonly files: FileService;
  readonly jobs: JobService;
  readonly models: ModelService;
  /** Loads what deploys its tuned models; absent where nothing is deployed. */
  readonly deployments?: (() => Promise<DeploymentService>) | undefined;
  /** Loads what downloads its tuned models; absent where their files cannot be had. */
  readonly weights?: (() => Promise<WeightsService>) | undefined;
  /** Loads what sends requests by the file; absent where the provider has no batches that Luthier speaks. */
  readonly batches?: (() => Promise<BatchService>) | undefined;
}

/** Finds the provider of an id, starting the embedded engine when it is the one. Throws ProviderError. */
export interface Providers {
  connect(providerId: string, options?: CallOptions): Promise<Provider>;
}

/** Rows on disk. `put` returns when the rows would survive a kill. */
export interface RowStore {
  /** Writes rows, or only those that are not there yet; gives how many were written. */
  put(rows: readonly Row[], which?: 'all' | 'new'): number;
  get(projectId: string, id: string): Row | null;
  query(projectId: string, query: RowQuery): readonly Row[];
  counts(projectId: string, filter: RowFilter): RowCounts;
  remove(projectId: string, ids: readonly string[]): void;
  /** Every row of the filter in creation order, a few at a time, so that a whole dataset is never in memory twice. */
  scan(projectId: string, filter: ScanFilter): Iterable<Row>;
}

/** A row, and a number that no other has as long as it is there: shorter than its id. */
export interface PlacedRow {
  readonly place: number;
  readonly row: Row;
}

/** Rows by their places. */
export interface PlacedRows {
  /** Every row of a project in creation order, a few at a time. */
  placed(projectId: string): Iterable<PlacedRow>;
  /** The rows at some places, in their order; null where one is gone. */
  at(projectId: string, places: Iterable<number>): readonly (Row | null)[];
}

/** Takes rows whose texts another thread packed. */
export interface PackedRowStore {
  /** Adds those that are not there yet; what their columns do not say is as `like` has it. Gives how many were added. */
  put(like: Row, packed: PackedRows): number;
}

/** Rows counted by the values of two slots, a part at a time: `next` is where the next part begins, null at the end. */
export interface CoverageStore {
  part(
    projectId: string,
    slots: readonly [string, string],
    after: RowPlace | null,
  ): { readonly counts: readonly CoverageCount[]; readonly next: RowPlace | null };
}

/** Where a reading of rows stands, in the order they were made in. */
export interface RowPlace {
  readonly createdAt: number;
  readonly seq: number;
}

export interface JobStore {
  save(record: JobRecord): void;
  /** Newest first. */
  list(projectId: string): readonly JobRecord[];
  /** Adds what is new, in order; an event is stored once however often it is given. */
  addEvents(jobId: string, events: readonly JobEvent[]): void;
  /** Oldest first. */
  events(jobId: string): readonly JobEvent[];
  saveCheckpoints(jobId: string, checkpoints: readonly Checkpoint[]): void;
  checkpoints(jobId: string): readonly Checkpoint[];
}

/** Jobs that were asked for and are not known to be there, each written down before the provider heard of it. */
export interface AskedJobStore {
  save(asked: AskedJob): void;
  /** Oldest first, of a project, a provider's address, or both. */
  list(of: { readonly projectId?: string; readonly address?: string }): readonly AskedJob[];
  /** The job is there: its record is kept in place of what was asked for, and stands in the ledger once. */
  adopt(asked: AskedJob, record: JobRecord): void;
  /** It was refused, or given up by a person. */
  forget(key: string): void;
  /** Whether a job is known to this machine, of whatever project. */
  isKnown(jobId: string): boolean;
}

/** What was uploaded where, so that the same bytes need not be sent twice. */
export interface UploadStore {
  /** The id of the file; null when none is remembered. */
  find(upload: UploadKey): string | null;
  save(upload: UploadKey, file: { readonly id: string; readonly filename: string; readonly at: number }): void;
}

export interface UploadKey {
  /** Of the provider. */
  readonly address: string;
  readonly purpose: 'fine-tune';
  /** SHA-256 of the bytes, in hexadecimal digits. */
  readonly hash: string;
}

/** Finds a job whatever project it belongs to. */
export interface JobFinder {
  find(jobId: string): JobRecord | null;
}

/** Evaluations with the items each was begun on, so that it stands whatever becomes of the rows; answers are rows. */
export interface EvaluationStore {
  save(evaluation: Evaluation, items: readonly EvaluationItem[]): void;
  get(id: string): Evaluation | null;
  /** Newest first. */
  list(projectId: string): readonly Evaluation[];
  /** In the order of their source. */
  items(id: string): readonly EvaluationItem[];
  /** Votes included; predictions stay, for another evaluation may ask the same. */
  remove(id: string): void;
}

/** Bake-offs as they were confirmed; what became of them follows from jobs and answers. */
export interface BakeoffStore {
  save(bakeoff: Bakeoff): void;
  get(id: string): Bakeoff | null;
  /** Newest first, of a project; of all when null. */
  list(projectId: string | null): readonly Bakeoff[];
}

export interface VoteStore {
  /** Oldest first. */
  list(evaluationId: string): readonly Vote[];
  add(evaluationId: string, vote: Vote): void;
  /** Says whether there was one. */
  removeNewest(evaluationId: string): boolean;
}

/** Counts tokens off the main loop. */
export interface TokenCounter {
  /** Token counts of the texts, in order, under the encoding of `model` (o200k_base when it is unknown). */
  count(model: string, texts: readonly string[], options?: CallOptions): Promise<readonly number[]>;
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms`, or rejects with the signal's reason. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** What the workbench needs kept between runs. Services satisfy these by shape. */

export interface ProjectStore {
  /** Newest first. */
  list(): readonly Project[];
  /** As it is on disk now, whoever wrote it; null when there is none. */
  get(id: string): Project | null;
  save(project: Project): void;
  remove(id: string): void;
  current(): string | null;
  setCurrent(id: string): void;
}

/** What a project holds besides itself. */
export interface ProjectRows {
  /** Copies the rows; jobs and conversation stay where they are. */
  copy(from: string, to: string): void;
  /** Forgets rows, jobs, events, checkpoints, conversation, and where a person was on the screens. */
  clear(projectId: string): void;
}

export interface SettingsStore {
  /** The embedded engine, OpenAI, and whatever was added. */
  profiles(): readonly ProviderProfile[];
  saveProfiles(profiles: readonly ProviderProfile[]): void;
  terminal(): TerminalChoices;
  saveTerminal(choices: TerminalChoices): void;
  /** At a provider, or of all that bill: the shipped table, or the one in `prices.json` of the data folder when there is one. */
  prices(providerId?: string): PriceTable;
  /** What was corrupt and where it was set aside, to be shown once; empty when all was well. */
  recovered(): readonly string[];
}

/** How long servers may keep calls waiting, as a person chose it. */
export interface LimitStore {
  read(): CallLimits;
  save(limits: CallLimits): void;
}

/** Whom calls of this process wait for. */
export interface WaitWatch {
  /** Calls `show` each second while something is waited for, with null once it is over; gives what ends it. */
  watch(show: (waiting: WaitingFor | null) => void): () => void;
}

export interface WaitingFor {
  /** Host and port. */
  readonly place: string;
  readonly ms: number;
}

export interface SecretStore {
  /** The key is for the address the profile has now. */
  set(profileId: string, key: string | null): void;
  source(profileId: string): KeySource;
  /** The environment variable its key is looked for in; null for none. */
  variable(profileId: string): string | null;
}

export interface TranscriptStore {
  /** Oldest first. */
  turns(projectId: string): readonly ChatTurn[];
  save(projectId: string, turn: ChatTurn): void;
  /** Removes this turn and all after it. */
  removeFrom(projectId: string, turnId: string): void;
}

/** Where a person was on each screen of a project, as JSON values. */
export interface ScreenStateStore {
  /** By name. */
  list(projectId: string): ReadonlyMap<string, unknown>;
  save(projectId: string, name: string, state: unknown): void;
}

/** Who writes a file: what the same work wrote before, and nobody changed since, it may write again. */
export type OutputWork =
  | 'dataset'
  | 'dataset-folder'
  | 'evaluation'
  | 'transcript'
  | 'template'
  | 'job-results'
  | 'bakeoff';

/** Files that are to be written, before anything is done for them. */
export interface OutputPlan {
  readonly work: OutputWork;
  readonly outputs: readonly string[];
}

/** Where a person wants something written, and whether they want replaced what is there. */
export interface ExportPath {
  readonly path: string;
  readonly replace: boolean;
}

export interface WriteChoice {
  readonly work: OutputWork;
  readonly replace?: boolean;
}

export interface FileSystem {
  readText(path: string): Promise<string>;
  /** The JSON values of a file of any size, each with the line it begins on: its lines, or the items of one list. */
  readJsonValues(path: string): AsyncIterable<JsonValue>;
  /** Gives the paths that hold what `work` did not write, or what was changed since. Throws OutputError where one cannot be written. */
  inspectOutputs(plan: OutputPlan): Promise<readonly string[]>;
  /**
   * Writes beside and renames, so that a reader sees the old or the new; makes folders; gives the absolute path back. Throws
   * OutputError where something is in the way that `work` did not write, unless `replace` says that a person wants it gone.
   */
  writeText(path: string, chunks: string | Uint8Array | Iterable<string>, choice: WriteChoice): Promise<string>;
  /** The names in a folder, `` is the working folder, with a slash behind those of folders. Throws where it cannot be read. */
  list(folder: string): Promise<readonly string[]>;
  /** Bytes under the data folder, and where it is. */
  dataFolder(): Promise<{ readonly path: string; readonly bytes: number }>;
}

export interface TerminalAccess {
  /** Whose clipboard has it; a terminal may have ignored it. Throws when the text is longer than terminals take. */
  copy(text: string): Promise<'desktop' | 'terminal'>;
  editExternally(text: string, extension: string): Promise<string | null>;
  /** Rings and notifies a person who looks at another window; nothing while this one has the focus. */
  notify(text: string): void;
}
