import type { DatabaseSync } from 'node:sqlite';
import type { JobRow, JobTable } from './jobs.ts';
import { isHeld, type Owner } from './owner.ts';
import { transaction } from './store.ts';

export type Stage = 'validate' | 'train';

/** A job this engine may now work on, and whether an engine that stopped left it half done. */
export interface Claim {
  readonly job: JobRow;
  readonly recovered: boolean;
  /** Whether it was being taken in from elsewhere: half an import is no training to go on with. */
  readonly imported: boolean;
}

const IMPORTER = 'import-';

/** The token of a process that only takes in what ran elsewhere. */
export const importToken = (drawn: string): string => `${IMPORTER}${drawn}`;
export const isImport = ({ owner }: Pick<JobRow, 'owner'>): boolean => owner?.startsWith(IMPORTER) === true;

export interface Claims {
  /** Takes the next job of a stage that is `able`, or null when there is none, or (for training) when another engine trains. */
  take(stage: Stage, able?: (job: JobRow) => boolean): Claim | null;
  /** Says that this engine still works on the job; false when it no longer owns it. */
  heartbeat(jobId: string): boolean;
  /**
   * Runs `work` in a transaction if this engine still owns the job and it is active; else does nothing and answers
   * false. Every write of a running job goes through here, so an engine that lost its job (paused elsewhere, or
   * taken over while this machine slept) can spoil nothing.
   */
  write(jobId: string, work: (job: JobRow) => void): boolean;
  /** Gives up every job of this engine, so that another takes it over at once. */
  releaseAll(): void;
}

const STATUSES = { validate: ['validating_files'], train: ['running', 'queued'] } as const;

export function createClaims(db: DatabaseSync, jobs: JobTable, self: Owner, alive: (pid: number) => boolean): Claims {
  const owned = db.prepare('UPDATE jobs SET heartbeat_at = ? WHERE id = ? AND owner = ?');
  const release = db.prepare('UPDATE jobs SET owner = NULL, owner_pid = NULL, heartbeat_at = NULL WHERE owner = ?');
  const held = (job: JobRow): boolean => isHeld(job, self, alive);

  const candidate = (stage: Stage, able: (job: JobRow) => boolean): JobRow | null => {
    const active = jobs.withStatus(STATUSES[stage]);
    if (stage === 'train' && active.some(held)) return null;
    const free = active.filter((job) => !held(job) && able(job));
    return free.find((job) => job.status === 'running') ?? free[0] ?? null;
  };

  return {
    take(stage, able = () => true) {
      if (candidate(stage, able) === null) return null;
      return transaction(db, () => {
        const job = candidate(stage, able);
        if (job === null) return null;
        const crashed = job.owner !== null;
        jobs.update(job.id, {
          owner: self.token,
          owner_pid: self.pid,
          heartbeat_at: Date.now(),
          adoptions: job.adoptions + (crashed ? 1 : 0),
        });
        const recovered = job.status === 'running';
        return { job: jobs.get(job.id) ?? job, recovered, imported: isImport(job) };
      });
    },
    heartbeat: (jobId) => owned.run(Date.now(), jobId, self.token).changes > 0,
    write(jobId, work) {
      return transaction(db, () => {
        const job = jobs.get(jobId);
        if (job === null || job.owner !== self.token) return false;
        work(job);
        return true;
      });
    },
    releaseAll: () => {
      release.run(self.token);
    },
  };
}
