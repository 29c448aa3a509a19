import type { ProviderProfile } from '../../../domain/provider/provider.ts';
import type { JobEstimate } from '../../../domain/training/estimate.ts';
import type { JobRequest } from '../../../domain/training/types.ts';
import type { ChatDialect } from '../chat-dialect.ts';
import { createFiles, type UploadSettings } from '../files.ts';
import { createJobs, type JobForm } from '../jobs.ts';
import type { CallOptions, Session } from '../session.ts';

/** Jobs as every dialect has them. */
export type DialectJobs = ReturnType<typeof createJobs> & {
  /** Deletes a job, which ends one that runs; absent where there is no such call. */
  remove?(id: string, options?: CallOptions): Promise<void>;
  /** What the provider says of a job before there is one, of files it has; absent where it says nothing. */
  estimate?(request: JobRequest, options?: CallOptions): Promise<JobEstimate>;
};

/**
 * The fine-tuning protocol of a provider: how files get there, and how jobs are created, read, followed and stopped.
 * One that has calls of its own gives services of its own here; all else of the app sees no difference.
 */
export interface Dialect {
  /** Words of chat that it knows; OpenAI's present ones when absent. */
  readonly chat?: ChatDialect;
  files(session: Session, settings: UploadSettings, profile: ProviderProfile): ReturnType<typeof createFiles>;
  jobs(session: Session, profile: ProviderProfile): DialectJobs;
}

/** A dialect with OpenAI's calls, which differs in the form of a job alone. */
export const openAIShaped = (form: JobForm): Dialect => ({
  files: (session, settings) => createFiles(session, settings),
  jobs: (session, profile) => createJobs(session, profile, form),
});
