import { sanitizeLine } from '../../domain/text/sanitize.ts';
import type { JobRecord } from '../../domain/training/types.ts';

/** A loss in four significant places, an em dash where it was not measured. */
export function lossText(value: number | null): string {
  if (value === null) return '—';
  return Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(3);
}

/** `78.1%`, an em dash where it was not measured. */
export const shareText = (value: number | null): string => (value === null ? '—' : `${(value * 100).toFixed(1)}%`);

/** How long ago, in the largest unit: `12 s`, `3 min`, `2 h`, `5 d`. Both in milliseconds since the epoch. */
export function ageText(then: number, now: number): string {
  const seconds = Math.max(0, Math.floor((now - then) / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} d`;
}

/** The time of day, of seconds since the epoch, where the person is: `12:03:04`. */
export function timeOfDay(seconds: number): string {
  const date = new Date(seconds * 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** What a person would call the job: its suffix, and the end of its id to tell it from others of that suffix. */
export function jobName({ job }: JobRecord): string {
  const end = sanitizeLine(job.id).slice(-4);
  return job.suffix === null || job.suffix === '' ? sanitizeLine(job.id) : `${sanitizeLine(job.suffix)} ${end}`;
}
