import type {
  DeploymentChoices,
  DeploymentOrder,
  DeploymentParts,
  DeploymentPlan,
  DeploymentRecord,
  DeploymentView,
  ListedDeployment,
} from '../../domain/deployment/types.ts';
import type { TuningJob } from '../../domain/training/types.ts';

interface CallOptions {
  readonly signal?: AbortSignal;
}

/** A tuned model that is to answer. */
export interface DeploymentWish {
  /** The job it is of, where that is known. */
  readonly job: TuningJob | null;
  /** As a person or the job named it. */
  readonly model: string;
  readonly choices: DeploymentChoices;
}

/** An order with the parts of it that were seen. */
export interface PlacedOrder extends DeploymentOrder {
  readonly parts: DeploymentParts;
}

/** Deployments of one provider. Everything throws ProviderError. */
export interface DeploymentService {
  /** Finds the model and what would serve it; makes nothing. Throws where it cannot be served. */
  plan(wish: DeploymentWish, options?: CallOptions): Promise<DeploymentPlan>;
  /**
   * Makes what of it is missing, starts it where it was stopped, and says how it stands. What is there is known by the
   * order's name, so it may be called again after a lost answer or the end of a process. `onStep` is told what is about to be made.
   */
  advance(
    order: PlacedOrder,
    options?: CallOptions & { readonly onStep?: (words: string) => void },
  ): Promise<DeploymentView>;
  /** How it stands, whoever changed it. */
  look(order: PlacedOrder, options?: CallOptions): Promise<DeploymentView>;
  /** Takes the next step to there being nothing of it, in the provider's order; called again until it is `absent`. */
  remove(order: PlacedOrder, options?: CallOptions): Promise<DeploymentView>;
  /** All that are there, whoever made them. */
  list(options?: CallOptions): Promise<readonly ListedDeployment[]>;
}

/** Files of a tuned model, as they lie at its provider. */
export interface TunedWeights {
  /** Which of its checkpoints: `JOB:CHECKPOINT` at Nebius. */
  readonly source: string;
  /** The model the job began with. */
  readonly base: string;
  readonly files: readonly WeightFile[];
}

export interface WeightFile {
  readonly id: string;
  /** Without folders: a name that leads nowhere else. */
  readonly name: string;
  /** Null where the provider does not say. */
  readonly bytes: number | null;
}

export interface WeightsProgress {
  /** Of the file that comes now. */
  readonly name: string;
  /** Of all files together. */
  readonly received: number;
}

/** Files of tuned models at one provider. Everything throws ProviderError. */
export interface WeightsService {
  /** Those of the last checkpoint of a job, or of the checkpoint that the model names. */
  find(model: string, options?: CallOptions): Promise<TunedWeights>;
  /** Names of files that are in the folder already. */
  taken(weights: TunedWeights, folder: string): Promise<readonly string[]>;
  /**
   * Fetches them into the folder, which it makes, and gives its absolute path. They get their names when all of them are
   * whole; what came of a download that was cut lies beside and is gone on with. Throws OutputError where one is there already
   * and `replace` is not set, and FileError for what the disk refuses.
   */
  download(
    weights: TunedWeights,
    to: { readonly folder: string; readonly replace: boolean },
    options?: CallOptions & { readonly onProgress?: (progress: WeightsProgress) => void },
  ): Promise<string>;
}

/** Deployments of this machine's provider accounts, each written down before its provider heard of it. */
export interface DeploymentStore {
  /** Writes it down; where one of the same model is open at the same address, gives that instead. */
  begin(record: DeploymentRecord): DeploymentRecord;
  /** Keeps what became of it, and books the hours it ran. */
  save(record: DeploymentRecord): void;
  get(key: string): DeploymentRecord | null;
  /** Newest first; `open` for those alone of which something may be there. */
  list(of?: { readonly open: boolean }): readonly DeploymentRecord[];
}
