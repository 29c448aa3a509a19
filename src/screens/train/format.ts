import { sanitizeLine } from '../../domain/text/sanitize.ts';
import type { JobRecord } from '../../domain/training/types.ts';

/** A loss in four significant places, an em dash where it was not measured. */
export function lossText(value: number | null): string {
  if (value === null) return '—';
  return Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(3);
}

/** What a person would call the job: its suffix, and the end of its id to distinguish it from others of that suffix. */
export function jobName({ job }: JobRecord): string {
  const end = sanitizeLine(job.id).slice(-4);
  return job.suffix === null || job.suffix === '' ? sanitizeLine(job.id) : `${sanitizeLine(job.suffix)} ${end}`;
}
