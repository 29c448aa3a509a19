import { createReadStream, existsSync } from 'node:fs';
import { LineSplitter, withoutMark } from '../../domain/text/lines.ts';
import type { TrainingExample } from '../runners/types.ts';
import { LineError, parseLine } from './line.ts';
import type { InvalidFile, TrainerTask } from './protocol.ts';

/** OpenAI's minimum. */
const MIN_EXAMPLES = 10;

/** A training or validation file that the job must fail on. */
export class InvalidFileError extends Error {
  readonly detail: InvalidFile;

  constructor(detail: InvalidFile) {
    super(detail.message);
    this.detail = detail;
  }
}

export interface LoadedExamples {
  readonly train: readonly TrainingExample[];
  readonly validation: readonly TrainingExample[];
  /** Lines of the training file: what the automatic hyperparameters are chosen by. */
  readonly trainLines: number;
}

/** Reads and checks both files of a job. Throws InvalidFileError naming the first line that is wrong. */
export async function loadExamples(files: TrainerTask['files']): Promise<LoadedExamples> {
  const train = await readFile(files.training, 'training_file');
  if (train.lines < MIN_EXAMPLES) {
    throw new InvalidFileError({
      code: 'invalid_n_examples',
      message: `Training file has ${train.lines} example(s), but must have at least ${MIN_EXAMPLES} examples`,
      param: 'training_file',
    });
  }
  if (files.validation === null) return { train: train.examples, validation: [], trainLines: train.lines };
  const validation = await readFile(files.validation, 'validation_file');
  if (validation.lines === 0) {
    throw new InvalidFileError({
      code: 'invalid_n_examples',
      message: 'Validation file has 0 example(s), but must have at least 1 example',
      param: 'validation_file',
    });
  }
  return { train: train.examples, validation: validation.examples, trainLines: train.lines };
}

async function readFile(
  path: string,
  param: InvalidFile['param'],
): Promise<{ lines: number; examples: TrainingExample[] }> {
  const kind = param === 'training_file' ? 'training' : 'validation';
  if (!existsSync(path)) {
    const message = `The ${kind} file was deleted before the job was done with it.`;
    throw new InvalidFileError({ code: 'file_not_found', message, param });
  }
  const examples: TrainingExample[] = [];
  let number = 0;
  let lines = 0;
  for await (const raw of linesOf(path)) {
    number += 1;
    const line = number === 1 ? withoutMark(raw) : raw;
    if (line.trim() === '') continue;
    lines += 1;
    try {
      for (const example of parseLine(line)) examples.push(example);
    } catch (error) {
      if (!(error instanceof LineError)) throw error;
      const message = `The job failed due to an invalid ${kind} file. Invalid file format. Line ${number}: ${error.message}`;
      throw new InvalidFileError({ code: `invalid_${kind}_file`, message, param });
    }
  }
  return { lines, examples };
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const splitter = new LineSplitter();
  for await (const chunk of createReadStream(path, 'utf8')) yield* splitter.push(String(chunk));
  yield* splitter.end();
}
