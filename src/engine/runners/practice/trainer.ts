import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PRACTICE_BASE } from '../../../domain/provider/models.ts';
import { writeFlushed } from '../../storage/blobs.ts';
import { train } from '../tiny/runner.ts';
import type { Trainer } from '../types.ts';

const MODEL_FILE = 'model.bin';

/** Before there were folders, a model was one file. */
export const modelFile = (path: string): string => (path.endsWith('.bin') ? path : join(path, MODEL_FILE));

function writeModel(folder: string, name: string, model: Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  writeFlushed(join(path, MODEL_FILE), model);
  return path;
}

/** Trains the practice model, on the thread that asks. */
export const practiceTrainer: Trainer = {
  place: 'thread',
  settings: [],
  resume: (_folder, [latest = null]) => latest,
  silenceMs: 300_000,
  tunes: (base) => base === PRACTICE_BASE,
  async train(task, emit, signal) {
    const examples = await task.examples();
    const resumeFrom = task.resumeFrom && (await readFile(modelFile(task.resumeFrom.path)));
    const result = await train(
      { ...task, ...examples, resumeFrom },
      (message) => {
        if (message.kind !== 'epoch') return emit(message);
        const { model, ...epoch } = message;
        emit({ ...epoch, path: writeModel(task.folder, `epoch-${epoch.epoch}`, model) });
      },
      signal,
    );
    return { path: writeModel(task.folder, 'model', result.model), trainedTokens: result.trainedTokens };
  },
};
