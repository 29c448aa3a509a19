import type { Sampling } from '../chat/types.ts';
import type { Cell, Template } from '../template/types.ts';
import type { Hyperparameter, Hyperparameters, JobChoices, TrainingMethod } from '../training/types.ts';

/** Which cells of the lattice a run covers. */
export type CellSelection =
  | { readonly kind: 'all' }
  | { readonly kind: 'first'; readonly count: number }
  | { readonly kind: 'random'; readonly count: number; readonly seed: number }
  | { readonly kind: 'stratified'; readonly count: number; readonly seed: number }
  | { readonly kind: 'pairwise'; readonly seed: number }
  /** `strength`: of how many slots every choice of values occurs. */
  | { readonly kind: 't-wise'; readonly strength: number; readonly seed: number };

/** What is done where a combination has an answer of another model. */
export type ExistingRows = 'keep' | 'add' | 'replace';

export interface GenerationPlan {
  readonly model: string;
  readonly temperature: number;
  readonly maxTokens: number;
  /** What the teacher thinks before it answers is part of the rows, in `<think>`; else it is kept beside them. */
  readonly keepThoughts?: boolean;
  readonly cells: CellSelection;
  /** `keep` when absent. */
  readonly existing?: ExistingRows;
  readonly concurrency: number | 'auto';
  /** Whether its requests go to the provider's batches, at half the price and within a day; call by call when absent. */
  readonly inBatches?: boolean;
  /** Requests a batch, where fewer are wanted than the provider takes. */
  readonly batchSize?: number;
  /** US$; null for no cap. */
  readonly capUsd: number | null;
}

export interface TrainingPlan {
  readonly model: string;
  readonly method: TrainingMethod;
  /** Of DPO: above 0, at most 2. */
  readonly beta: Hyperparameter;
  readonly hyperparameters: Hyperparameters;
  /** What is chosen of what some providers offer besides; nothing when absent. */
  readonly choices?: JobChoices | undefined;
  readonly suffix: string;
  readonly seed: number | null;
  /** Share of rows held out for validation, 0 to 0.9. */
  readonly validationShare: number;
  readonly splitSeed: number;
  /** Values that only held-out rows may have together; none when absent. */
  readonly heldOut?: readonly Cell[];
  /** Train on accepted rows only, or on every row that is not rejected. */
  readonly rows: 'accepted' | 'not-rejected';
  /** Whether the provider, where it can, is to report the job to W&B by itself; not when absent. */
  readonly wandb?: boolean | undefined;
}

export interface ChatPlan {
  /** One to four models that answer side by side. */
  readonly models: readonly string[];
  readonly system: string;
  readonly sampling: Sampling;
}

export type ScreenId = 'home' | 'template' | 'generate' | 'dataset' | 'train' | 'chat' | 'evaluate' | 'settings';

/** One piece of tuning work. */
export interface Project {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly providerId: string;
  readonly template: Template;
  readonly plan: GenerationPlan;
  readonly training: TrainingPlan;
  readonly chat: ChatPlan;
  /** Where the person left off. */
  readonly screen: ScreenId;
}
