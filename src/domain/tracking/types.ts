/** What is tracked, before it has the form of any tracker. */
import type { Json } from '../common/json.ts';
import type { TrackerKind } from './trackers.ts';

type JobType = 'fine-tune' | 'eval' | 'dataset';

/** Figures measured at one step. */
export interface HistoryRow {
  readonly step: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly values: Readonly<Record<string, Json>>;
}

/** What the System tab of a run shows: how the work went, not what came of it. */
export interface SystemRow {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly values: Readonly<Record<string, number>>;
}

/** A line of the terminal; uploaded only when the person chose so. */
export interface OutputLine {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly text: string;
}

export interface TableContent {
  readonly columns: readonly string[];
  /** Called again for each form the table is written in; rows are as long as `columns`. */
  readonly rows: () => Iterable<readonly Json[]>;
}

/** A table logged to a run under a key, at a step. */
export interface TrackedTable extends TableContent {
  readonly key: string;
  readonly step: number;
  /** Drawn as a confusion matrix, where the columns are Actual, Predicted and nPredictions. */
  readonly chart?: { readonly kind: 'confusion-matrix'; readonly title: string } | undefined;
}

/** A file of an artifact. The chunks are the same each time they are read. */
export interface ArtifactFile {
  /** Within the artifact, with forward slashes. */
  readonly path: string;
  readonly chunks: () => Iterable<string>;
  /** The tracker whose own form of what another file holds it is; for every tracker when absent. */
  readonly only?: TrackerKind;
}

export interface TrackedArtifact {
  /** As `artifactName` allows. The versions of an artifact share its name. */
  readonly name: string;
  readonly type: string;
  readonly description: string;
  readonly metadata: Readonly<Record<string, Json>>;
  /** `vN` and, for a new version, `latest` are the server's to give. */
  readonly aliases: readonly string[];
  /** Whether the run takes it in, or puts it out. */
  readonly role: 'input' | 'output';
  readonly files: readonly ArtifactFile[];
}

/** `killed`: a person ended it. */
export type RunOutcome = 'finished' | 'failed' | 'killed';

/** One run as a tracker is to show it: a job, an evaluation, a version of a dataset. */
export interface TrackedRun {
  /** As `runId` allows; a job's own id. */
  readonly id: string;
  readonly name: string;
  readonly jobType: JobType;
  readonly tags: readonly string[];
  readonly config: Readonly<Record<string, Json>>;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Null while it runs. */
  readonly end: { readonly at: number; readonly outcome: RunOutcome } | null;
  /** In the order of the reports; a row keeps its place when the run is written again. */
  readonly history: readonly HistoryRow[];
  readonly system: readonly SystemRow[];
  readonly output: readonly OutputLine[];
  readonly summary: Readonly<Record<string, Json>>;
  readonly tables: readonly TrackedTable[];
  readonly artifacts: readonly TrackedArtifact[];
}

/** What is on disk of a run, and how much of it is at the tracker. */
export interface TrackedState {
  readonly runId: string;
  /** Whether Luthier wrote it. W&B's own client may keep its runs in the same folder; they are left to it unless named. */
  readonly own: boolean;
  /** Whether it was written after its end, and so is whole. */
  readonly ended: boolean;
  readonly jobType: string;
  readonly name: string;
  /** The folder the run lies in, absolute. */
  readonly folder: string;
  /** Null where the account's default is meant. */
  readonly entity: string | null;
  readonly project: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** `partial`: something is there, and something is missing, as while the run goes on. */
  readonly sync: 'local' | 'partial' | 'synced';
  /** Of the run's page; null before the tracker has named its entity. */
  readonly url: string | null;
}

/** A run that was sent, and what of it the person may want to know: what was left out, where its log was cut. */
export interface UploadedRun extends TrackedState {
  readonly notes: readonly string[];
}

export interface UploadProgress {
  /** What is sent, in a word or two: `run`, `history`, `train-file-abc`. */
  readonly what: string;
  readonly sentBytes: number;
  readonly totalBytes: number;
  /** Milliseconds until the next try, while the tracker cannot be reached; null otherwise. */
  readonly retryInMs: number | null;
}

export interface TrackerAccount {
  /** The user, or the service account; null where the tracker names nobody. */
  readonly username: string | null;
  /** The entity that runs without one go to; null when there is none. */
  readonly entity: string | null;
  readonly teams: readonly string[];
}

export type TrackingErrorKind =
  /** No key is known. */
  | 'no-key'
  /** The key is not taken (401), or may not do this (403). */
  | 'auth'
  /** No such entity, project, run or artifact, or none this key may see. */
  | 'not-found'
  | 'rate-limit'
  | 'server'
  | 'offline'
  /** The tracker does not take what was sent. */
  | 'rejected'
  /** What is on disk cannot be read. */
  | 'broken-log'
  /** A setting that makes no sense. */
  | 'settings';

/** Why something could not be tracked. The message never holds a key; what is on disk stays. */
export class TrackingError extends Error {
  readonly kind: TrackingErrorKind;
  /** What to do about it. */
  readonly next: string;

  constructor(kind: TrackingErrorKind, message: string, next: string) {
    super(message);
    this.name = 'TrackingError';
    this.kind = kind;
    this.next = next;
  }
}
