import * as z from 'zod';
import { fieldReader, type ScreenStateKind } from '../../../app/core/screen-states.ts';

export interface JobCursors {
  /** Null keeps to the newest event while they come. */
  readonly event: number | null;
  readonly checkpoint: number;
}

export const NEW_JOB_CURSORS: JobCursors = { event: null, checkpoint: 0 };

const place = z.int().nonnegative();
const read = fieldReader<JobCursors>(() => ({ event: place.nullable(), checkpoint: place }));

/** The places in the events and the checkpoints of a job. */
export const JOB_CURSORS: ScreenStateKind<JobCursors> = {
  name: 'train-job',
  save: (cursors) => cursors,
  restore: (saved, fresh) => ({ ...fresh, ...read(saved) }),
};
