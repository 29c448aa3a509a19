import type { BatchView } from '../../domain/batches/view.ts';
import type { RateLimits } from '../../domain/chat/types.ts';
import type { Problem } from '../../domain/common/outcome.ts';
import type { Cell } from '../../domain/template/types.ts';
import type { JobStatus, StepMetrics } from '../../domain/training/types.ts';

export type OperationStatus = 'running' | 'paused' | 'succeeded' | 'failed' | 'cancelled';

/** How far a run of requests has come. */
export interface RequestProgress {
  readonly total: number;
  /** Finished in this run, of whatever outcome. */
  readonly done: number;
  /** Already there before the run; not generated again. */
  readonly reused: number;
  readonly running: number;
  readonly waiting: number;
  readonly retried: number;
  readonly failed: number;
  readonly flagged: number;
  readonly rowsPerSecond: number;
  /** Milliseconds; null until it is known. */
  readonly etaMs: number | null;
  readonly concurrency: number;
  /** Newest last, at most 40. */
  readonly concurrencyHistory: readonly number[];
  readonly latencyP50Ms: number | null;
  readonly latencyP95Ms: number | null;
  readonly costUsd: number | null;
  /** The cap that will be reached first; null: none. */
  readonly capUsd: number | null;
  /** What is left of it, what was spent before this run included. */
  readonly capLeftUsd: number | null;
  /** US$ the project has spent on this work in all its runs. */
  readonly projectUsd: number;
  readonly limits: RateLimits | null;
  /** Why calls stand still; null while they do not, or not for long. */
  readonly wait: RequestWait | null;
  /** Batches at providers, oldest first; none where calls are made one by one. */
  readonly batches: readonly BatchView[];
  /** Newest first, at most 12. */
  readonly latest: readonly LatestRow[];
  /** Newest first, at most 200. */
  readonly problems: readonly RowProblem[];
}

export interface RequestWait {
  readonly ms: number;
  /** `waiting 12 s for api.x.com: its limit is 1,200 calls a minute` */
  readonly text: string;
}

export interface GenerateProgress extends RequestProgress {
  readonly kind: 'generate';
}

export interface EvaluateProgress extends RequestProgress {
  readonly kind: 'evaluate';
  readonly evaluationId: string;
}

/** Batches of earlier runs that are seen to their end. */
export interface CollectProgress extends RequestProgress {
  readonly kind: 'collect';
}

export interface LatestRow {
  readonly rowId: string;
  readonly cell: Cell;
  readonly ok: boolean;
  readonly tokens: number | null;
  readonly preview: string;
}

export interface RowProblem {
  readonly rowId: string;
  readonly cell: Cell;
  readonly cause: string;
}

export interface FileUploadProgress {
  readonly kind: 'upload';
  readonly filename: string;
  readonly sentBytes: number;
  readonly totalBytes: number;
}

export interface WatchProgress {
  readonly kind: 'watch';
  readonly jobId: string;
  readonly jobStatus: JobStatus;
  /** The server's word for it where Luthier does not know it; absent otherwise. */
  readonly statusWord?: string | undefined;
  readonly step: number | null;
  readonly totalSteps: number | null;
  /** The newest measured point; null before the first. */
  readonly latest: StepMetrics | null;
}

export interface ChatProgress {
  readonly kind: 'chat';
  readonly models: readonly string[];
}

export interface TestCallProgress {
  readonly kind: 'test-call';
  readonly text: string;
}

export interface ImportProgress {
  readonly kind: 'import';
  readonly path: string;
  readonly rows: number;
  /** Records read a second, and milliseconds until all are; null until they are known. */
  readonly perSecond: number | null;
  readonly etaMs: number | null;
}

/** A run on its way to the tracker. */
export interface SyncProgress {
  readonly kind: 'sync';
  readonly runId: string;
  /** What is done now, in a few words: `reads the training file`, `sends train-file-abc`. */
  readonly doing: string;
  readonly sentBytes: number;
  /** 0 before it is known. */
  readonly totalBytes: number;
  /** Of the run's page, once it is known. */
  readonly url: string | null;
  /** Whether a person requested it, and is shown its end. */
  readonly asked: boolean;
}

/** A tuned model on its way to answer, or away again. */
export interface DeployProgress {
  readonly kind: 'deploy';
  /** Of its record; empty before it is written down. */
  readonly key: string;
  /** The tuned model. */
  readonly model: string;
  /** In a few words: `makes the endpoint triage-1f2e`, `waits until it is ready`. */
  readonly doing: string;
  /** The provider's own word for how it stands; empty before there is one. */
  readonly word: string;
  /** The name to chat with, once it answered. */
  readonly callable: string | null;
}

/** The files of a model on their way to this machine. */
export interface DownloadProgress {
  readonly kind: 'download';
  /** The job it is of; null of a base model. */
  readonly jobId: string | null;
  /** Of the file that comes now; empty before the first. */
  readonly name: string;
  /** Bytes of all files together. */
  readonly received: number;
  /** Null where the provider does not say. */
  readonly total: number | null;
}

/** Programs that are put on this machine. */
export interface InstallProgress {
  readonly kind: 'install';
  /** What was begun last, in words. */
  readonly doing: string;
}

/** A tuned model on its way into a folder of other programs. */
export interface ExportProgress {
  readonly kind: 'export';
  readonly jobId: string;
  readonly doing: string;
}

export type OperationProgress =
  | GenerateProgress
  | EvaluateProgress
  | CollectProgress
  | FileUploadProgress
  | WatchProgress
  | ChatProgress
  | TestCallProgress
  | ImportProgress
  | SyncProgress
  | DeployProgress
  | DownloadProgress
  | InstallProgress
  | ExportProgress;
export type OperationKind = OperationProgress['kind'];

/** What an operation leaves behind when it ends, in words for the drawer. */
export interface OperationResult {
  readonly summary: string;
  /** US$; null when unknown. */
  readonly costUsd: number | null;
}

export interface OperationSnapshot<D extends OperationProgress = OperationProgress> {
  readonly id: string;
  readonly projectId: string;
  readonly title: string;
  readonly status: OperationStatus;
  /** 0 to 1; null when the end is unknown. */
  readonly fraction: number | null;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly problem: Problem | null;
  readonly receipt: OperationResult | null;
  readonly detail: D;
}

/** The hand by which an operation's own code speaks. `report` is lossy and coalesced; the end is never dropped. */
export interface OperationContext<D extends OperationProgress> {
  readonly id: string;
  readonly signal: AbortSignal;
  report(detail: D, fraction: number | null): void;
  setPaused(paused: boolean): void;
  /** Shows a problem while the operation goes on or waits; null takes it away. Reported at once. */
  warn(problem: Problem | null): void;
}

export interface OperationHandle<D extends OperationProgress> {
  readonly id: string;
  snapshot(): OperationSnapshot<D>;
  cancel(): void;
  /** Resolves with the terminal snapshot; never rejects. */
  readonly finished: Promise<OperationSnapshot<D>>;
}

export interface OperationStart<D extends OperationProgress> {
  readonly projectId: string;
  readonly title: string;
  readonly detail: D;
  /** Whether its progress is a text that grows, which is read as it comes. */
  readonly isText?: boolean;
  run(context: OperationContext<D>): Promise<OperationResult>;
}

/** Every long thing that runs. Listeners get all snapshots, newest first, at most once in 200 ms (texts: 50 ms), and at once on an end. */
export interface OperationRegistry {
  start<D extends OperationProgress>(start: OperationStart<D>): OperationHandle<D>;
  list(): readonly OperationSnapshot[];
  cancel(id: string): void;
  subscribe(listener: () => void): () => void;
  /** Cancels everything and waits until every end is announced. */
  close(): Promise<void>;
}
