import type { WireHyperparameters } from '../storage/jobs.ts';

export interface EstimateWish {
  /** Rows to show with what is learned of them. */
  readonly rows: number;
  /** Steps to try, for time and memory; 0 tries none. */
  readonly steps: number;
}

/** What of a base, above all of its chat template, will be trouble. */
export interface Finding {
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'note';
  readonly message: string;
  readonly fix: string;
}

export type JobFile = 'training' | 'validation';

/** What a training would take, with the names it goes out with: docs/runner-protocol.md, "Before a job". */
export interface TrainingEstimate {
  /** With nothing left to choose. */
  readonly hyperparameters: WireHyperparameters;
  /** Null where the base could not be read. */
  readonly base: {
    readonly architecture: string | null;
    readonly parameters: number | null;
    readonly context_length: number;
    readonly target_modules: readonly string[];
    readonly findings: readonly Finding[];
  } | null;
  readonly preview: readonly PreviewRow[];
  readonly too_long: readonly {
    readonly file: JobFile;
    readonly line: number;
    readonly tokens: number;
    readonly limit: number;
  }[];
  /** Null where it was refused before anything was measured. */
  readonly training: {
    readonly device: string;
    readonly device_name: string | null;
    readonly precision: string;
    readonly steps: number;
    readonly trained_tokens: number;
    readonly learned_tokens: number;
    /** Of a few steps that were tried; null where none was. */
    readonly seconds_per_step: number | null;
    readonly seconds: number | null;
    readonly measured_steps: number;
    /** Bytes, on the device. */
    readonly memory: { readonly needed: number; readonly available: number; readonly fits: boolean };
  } | null;
  /** Sentences. */
  readonly notices: readonly string[];
  /** Why the training would fail. */
  readonly refusal: { readonly code: string; readonly message: string } | null;
}

/** A row as the model reads it; a preference pair makes two, one a side. */
export interface PreviewRow {
  /** Of the training file, from 1. */
  readonly line: number;
  readonly side: 'chosen' | 'rejected' | null;
  readonly tokens: number;
  readonly learned: number;
  readonly too_long: boolean;
  readonly spans: readonly { readonly text: string; readonly tokens: number; readonly learned: boolean }[];
}
