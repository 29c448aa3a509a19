import { sanitizeLine } from '../../domain/text/sanitize.ts';
import type { JobRecord } from '../../domain/training/types.ts';

/** What a person would call the job: its suffix, and the end of its id to distinguish it from others of that suffix. */
export function jobName({ job }: JobRecord): string {
  const end = sanitizeLine(job.id).slice(-4);
  return job.suffix === null || job.suffix === '' ? sanitizeLine(job.id) : `${sanitizeLine(job.suffix)} ${end}`;
}
