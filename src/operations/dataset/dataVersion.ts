import { createHash } from 'node:crypto';
import type { DataVersion } from '../../domain/training/types.ts';
import type { TrainingFile, TrainingFiles } from './trainingFiles.ts';

/** Enough to tell the data of a project's runs apart, and short enough for a column. */
const DIGITS = 8;

/** What the files hold, by their bytes alone: the same lines under another name are the same version. */
export async function dataVersion({ training, validation }: TrainingFiles, signal: AbortSignal): Promise<DataVersion> {
  return {
    training: await digestOf(training, signal),
    validation: validation === null ? null : await digestOf(validation, signal),
  };
}

async function digestOf(file: TrainingFile, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of file.body()) {
    signal.throwIfAborted();
    hash.update(piece);
  }
  return hash.digest('hex').slice(0, DIGITS);
}
