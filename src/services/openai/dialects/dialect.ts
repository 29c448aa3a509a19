import type {
  DeploymentChoices,
  DeploymentOrder,
  DeploymentParts,
  DeploymentPlan,
  DeploymentView,
  ListedDeployment,
} from '../../../domain/deployment/types.ts';
import type { ProviderProfile } from '../../../domain/provider/provider.ts';
import type { JobEstimate } from '../../../domain/training/estimate.ts';
import type { JobRequest, TuningJob } from '../../../domain/training/types.ts';
import type { ChatDialect } from '../chat-dialect.ts';
import type { EstimateOptions } from '../engine-estimate.ts';
import { createFiles, type UploadSettings } from '../files.ts';
import { createJobs, type JobForm } from '../jobs.ts';
import type { CallOptions, Session } from '../session.ts';
import type { WeightFiles } from '../weights.ts';

/** Jobs as every dialect has them. */
export type DialectJobs = ReturnType<typeof createJobs> & {
  /** Deletes a job, which ends one that runs; absent where there is no such call. */
  remove?(id: string, options?: CallOptions): Promise<void>;
  /** What the provider says of a job before there is one, of files it has; absent where it says nothing. */
  estimate?(request: JobRequest, options?: EstimateOptions): Promise<JobEstimate | null>;
};

/** A tuned model that is to answer. */
export interface DeploymentWish {
  readonly job: TuningJob | null;
  readonly model: string;
  readonly choices: DeploymentChoices;
}

export type PlacedOrder = DeploymentOrder & { readonly parts: DeploymentParts };

/** How a provider's tuned models are deployed, looked at and taken away again; `advance` and `remove` may be repeated. */
export interface DialectDeployments {
  plan(wish: DeploymentWish, options?: CallOptions): Promise<DeploymentPlan>;
  advance(
    order: PlacedOrder,
    options?: CallOptions & { readonly onStep?: (words: string) => void },
  ): Promise<DeploymentView>;
  look(order: PlacedOrder, options?: CallOptions): Promise<DeploymentView>;
  remove(order: PlacedOrder, options?: CallOptions): Promise<DeploymentView>;
  list(options?: CallOptions): Promise<readonly ListedDeployment[]>;
}

/**
 * The fine-tuning protocol of a provider: how files get there, and how jobs are created, read, followed and stopped.
 * One that has calls of its own gives services of its own here; all else of the app sees no difference.
 */
export interface Dialect {
  /** Words of chat that it knows; OpenAI's present ones when absent. */
  readonly chat?: ChatDialect;
  files(session: Session, settings: UploadSettings, profile: ProviderProfile): ReturnType<typeof createFiles>;
  jobs(session: Session, profile: ProviderProfile): DialectJobs;
  /** What deploys its tuned models, loaded when it is asked for; absent where there is no such thing. */
  readonly deployments?: (session: Session, profile: ProviderProfile) => Promise<DialectDeployments>;
  /** What downloads them, loaded when it is asked for; absent where their files cannot be had. */
  readonly weights?: (session: Session, profile: ProviderProfile) => Promise<WeightFiles>;
}

/** A dialect with OpenAI's calls, which differs in the form of a job alone. */
export const openAIShaped = (form: JobForm): Dialect => ({
  files: (session, settings) => createFiles(session, settings),
  jobs: (session, profile) => createJobs(session, profile, form),
});
