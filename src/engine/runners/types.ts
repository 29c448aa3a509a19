import type { ChatMessage, Sampling } from '../../domain/chat/types.ts';
import type { StepMetrics, TrainingMethod } from '../../domain/training/types.ts';
import type { WireHyperparameters } from '../storage/jobs.ts';
import type { EstimateWish, TrainingEstimate } from './estimate.ts';

/** What a model is opened from. */
export interface ModelReference {
  readonly base: string;
  /** What was trained: the folder that its trainer wrote, or the one file of a practice model that an earlier engine kept. Null for the base itself. */
  readonly path: string | null;
  /** Of the base, where what it comes from has revisions. */
  readonly revision: string | null;
}

/** What a trainer has to learn. */
export interface TrainingTask {
  readonly baseModel: string;
  readonly method: TrainingMethod;
  /** What was asked for; a trainer with settings of its own resolves their `auto`, and says to what. */
  readonly wanted: WireHyperparameters;
  /** Lines of the training file: what automatic settings are chosen by. */
  readonly size: number;
  /** The day the job was created, `2026-11-29`. */
  readonly day: string;
  /** Reads and checks the files of the job; throws `InvalidFileError`. */
  examples(): Promise<TrainingExamples>;
  /** The same, row by row, of which no more than one is in memory; null where there is no such file. */
  rows(file: 'training' | 'validation'): AsyncIterable<TrainingRow> | null;
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRateMultiplier: number;
  readonly seed: number;
  /** The job's own folder: there until the job has ended, whoever works on it. */
  readonly folder: string;
  /** To go on from; null to begin. */
  readonly resumeFrom: Checkpoint | null;
}

/** A training that is not there yet, as it would be given to a trainer; its folder is removed after the look. */
export type TrainingDraft = Pick<
  TrainingTask,
  'baseModel' | 'method' | 'wanted' | 'size' | 'day' | 'seed' | 'rows' | 'folder'
>;

export interface Checkpoint {
  readonly step: number;
  readonly path: string;
}

export interface TrainingExamples {
  readonly train: readonly TrainingExample[];
  readonly validation: readonly TrainingExample[];
}

/** The messages up to the answer, and the answer that is learned. `weight` 0 answers are context only. */
export interface TrainingExample {
  readonly prompt: readonly ChatMessage[];
  readonly completion: string;
}

/** A better and a worse answer to the same messages. */
export interface PreferencePair {
  readonly prompt: readonly ChatMessage[];
  readonly chosen: string;
  readonly rejected: string;
}

export interface TrainingRow {
  /** Of the file, counted from 1. */
  readonly line: number;
  readonly example: TrainingExample | PreferencePair;
}

export interface MeasuredStep extends StepMetrics {
  /** Further figures, by the names they go out with. */
  readonly more?: Readonly<Record<string, number>>;
  /** What it was made on, and in which precision. */
  readonly device?: string;
}

export type TrainingSignal =
  /** Work went on and there is nothing to report of it. */
  | { readonly kind: 'alive' }
  | { readonly kind: 'step'; readonly metrics: MeasuredStep }
  /** Of the whole validation file, after the step was reported. */
  | { readonly kind: 'evaluation'; readonly metrics: MeasuredStep }
  /** Every setting of the training, with nothing left to choose. */
  | { readonly kind: 'settings'; readonly hyperparameters: WireHyperparameters }
  /** Something a person should read. Of several with one mark, `once`, the first is told. */
  | { readonly kind: 'notice'; readonly level: 'info' | 'warn'; readonly message: string; readonly once?: string }
  /** A checkpoint in the job's folder that can be gone on from and is no model. */
  | { readonly kind: 'saved'; readonly step: number }
  /** A usable model at the end of an epoch: a folder of the job's folder, flushed, which the engine moves away. */
  | {
      readonly kind: 'epoch';
      readonly epoch: number;
      readonly step: number;
      readonly metrics: MeasuredStep;
      readonly path: string;
    };

export interface TrainingResult {
  /** The model: a folder of the job's folder, flushed, which the engine moves away. */
  readonly path: string;
  readonly trainedTokens: number;
}

/** Why a training was stopped: its job was cancelled, so that nothing of it is worth saving. */
export class JobCancelled extends Error {}

/** A training that failed for a reason with a name of its own; the message says what to do. */
export class TrainingFailed extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'TrainingFailed';
    this.code = code;
  }
}

/** Trains models. Files of the job, events and claims are the engine's. */
export interface Trainer {
  /** Where it runs: in the trainer thread, which it may keep busy, or on the engine's main thread, which then owns the processes it starts. */
  readonly place: 'thread' | 'process';
  /** Milliseconds without a signal after which its training counts as stuck and is ended. */
  readonly silenceMs: number;
  tunes(base: string): boolean;
  /** Hyperparameters it takes beside OpenAI's. */
  readonly settings: readonly string[];
  /** What to go on from: a checkpoint in the job's folder, or one of the models it has published, which come latest first. */
  resume(folder: string, models: readonly Checkpoint[]): Checkpoint | null;
  /** Runs until the task is learned. Ends early, by throwing the signal's reason, when `signal` aborts. Yields between steps so that messages get through. */
  train(task: TrainingTask, emit: (signal: TrainingSignal) => void, signal: AbortSignal): Promise<TrainingResult>;
}

/** One token of an answer, with the model's own log probability (natural logarithm). */
export interface GeneratedToken extends TokenOdds {
  /** The likeliest alternatives at this place, best first. */
  readonly top: readonly TokenOdds[];
}

export interface TokenOdds {
  readonly text: string;
  readonly logprob: number;
  /** What the token stands for, where that is no text by itself: a part of a character. Absent where it is that of `text`. */
  readonly bytes?: readonly number[];
}

export type Generated =
  /** First, and before anything is made: the tokens of the prompt, as this model counts them. */
  | { readonly kind: 'prompt'; readonly tokens: number }
  | { readonly kind: 'token'; readonly index: number; readonly token: GeneratedToken }
  /** `length`: the answer had more to say than it was allowed. */
  | { readonly kind: 'end'; readonly index: number; readonly reason: 'stop' | 'length' };

/** A conversation, or a plain text to go on with. */
export type Prompt = readonly ChatMessage[] | string;

export interface GenerateOptions extends Omit<Sampling, 'maxTokens' | 'seed' | 'stop'> {
  /** Null: as many as the model has room for. */
  readonly maxTokens: number | null;
  /** One for each answer that is wanted; they are numbered in this order. */
  readonly seeds: readonly number[];
  readonly topLogprobs: number;
  /** -2 to 2, 0 for none: against saying again what was said. */
  readonly presencePenalty: number;
  readonly frequencyPenalty: number;
  /** Asked before each token: false once an answer has reached a stop string, and no more of it is made. */
  wanted(index: number): boolean;
}

/** A model that answers. Every answer that stays wanted comes to its `end`; stop strings are the caller's. */
export interface LanguageModel {
  /** Answers side by side or one after the other. Throws the signal's reason when it aborts, and `ContextTooLong`. */
  generate(prompt: Prompt, options: GenerateOptions, signal: AbortSignal): AsyncIterable<Generated>;
  /** Frees what it holds; answers under way are finished first. */
  close(): Promise<void>;
}

/** The prompt, or the prompt and the answer that was asked for, are more than the model can hold. Counted in tokens. */
export class ContextTooLong extends Error {
  readonly limit: number;
  readonly prompt: number;
  /** Tokens that were asked for; null where none were. */
  readonly asked: number | null;

  constructor(limit: number, prompt: number, asked: number | null) {
    super(`The context of ${limit} tokens has no room for ${prompt + (asked ?? 0)}.`);
    this.name = 'ContextTooLong';
    this.limit = limit;
    this.prompt = prompt;
    this.asked = asked;
  }
}

/** A model that cannot answer, now or as it was asked; the message says what to do about it. */
export class ModelUnavailable extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'ModelUnavailable';
    this.code = code;
  }
}

/** A model that is there before any training. */
export interface BaseModel {
  readonly id: string;
  /** Seconds since the epoch. */
  readonly createdAt: number;
  /** How it can be trained; empty where it only answers. */
  readonly methods: readonly TrainingMethod[];
  /** Made for practice: small, and nobody's real weights. */
  readonly practice: boolean;
  readonly state: 'ready' | 'partial' | 'not downloaded';
  /** On disk; null where that is not known. */
  readonly bytes: number | null;
}

/** Finds, opens and trains the models of one kind. */
export interface Runner {
  readonly name: string;
  /** The base models at hand now. */
  models(): Promise<readonly BaseModel[]>;
  open(reference: ModelReference, signal: AbortSignal): Promise<LanguageModel>;
  readonly trainer: Trainer;
  /** What a training would take and learn, before there is one; null where nothing is said. Throws the signal's reason when it aborts. */
  readonly estimate:
    | ((draft: TrainingDraft, wish: EstimateWish, signal: AbortSignal) => Promise<TrainingEstimate>)
    | null;
  /** Ends whatever it started. */
  close(): Promise<void>;
}
