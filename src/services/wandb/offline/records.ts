import type { LoggedArtifact, LoggedRun } from '../../../domain/wandb/run-log.ts';

/** A value under a path of keys, as JSON: how W&B logs history, config and summary. */
export interface Item {
  /** At least one key. */
  readonly path: readonly string[];
  /** JSON, with bare `NaN` and `Infinity` as W&B has them. */
  readonly json: string;
}

/** The run as its record has it: its config not yet a tree. */
export interface RunFields extends Omit<LoggedRun, 'config'> {
  readonly config: readonly Item[];
}

/** What of W&B's log is written and read here. Times are milliseconds since the epoch. */
export type LogRecord =
  | { readonly kind: 'header'; readonly producer: string }
  | { readonly kind: 'run'; readonly run: RunFields }
  | { readonly kind: 'config' | 'summary'; readonly update: readonly Item[]; readonly remove: readonly Item[] }
  | { readonly kind: 'history'; readonly step: number; readonly items: readonly Item[] }
  | { readonly kind: 'stats'; readonly at: number; readonly items: readonly Item[] }
  | {
      readonly kind: 'output';
      readonly stream: 'stdout' | 'stderr';
      /** Null where there is none. */
      readonly at: number | null;
      /** With the line ends it has. */
      readonly text: string;
    }
  | { readonly kind: 'files'; readonly paths: readonly string[] }
  | { readonly kind: 'artifact'; readonly entity: string; readonly project: string; readonly artifact: LoggedArtifact }
  /** `runtime` is in seconds. */
  | { readonly kind: 'exit'; readonly exitCode: number; readonly runtime: number };
