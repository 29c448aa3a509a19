import { createReadStream, existsSync } from 'node:fs';
import { byteText, TextDecoding, withoutByteOrderMark } from '../../domain/text/decoding.ts';
import { LineSplitter } from '../../domain/text/lines.ts';
import type { TrainingMethod } from '../../domain/training/types.ts';
import type { TrainingExample, TrainingExamples, TrainingRow } from '../runners/types.ts';
import { parseLine } from './lines.ts';
import { LineError } from './messages.ts';
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

export interface LoadedExamples extends TrainingExamples {
  /** Lines of the training file: what the automatic hyperparameters are chosen by. */
  readonly trainLines: number;
}

/**
 * Reads and checks both files of a job; `alive` is called for each piece that was read. Throws InvalidFileError naming
 * the first line that is wrong.
 */
export async function loadExamples(files: TrainerTask['files'], alive: () => void): Promise<LoadedExamples> {
  const train: TrainingExample[] = [];
  const validation: TrainingExample[] = [];
  const into = (list: TrainingExample[]) => (example: TrainingRow['example']) => {
    if ('completion' in example) list.push(example);
  };
  const trainLines = await readFiles(files, 'supervised', alive, into(train), into(validation));
  return { train, validation, trainLines };
}

/** Reads and checks both files of a job, and keeps nothing. Gives the lines of the training file; throws as `loadExamples` does. */
export const checkFiles = (files: TrainerTask['files'], method: TrainingMethod, alive: () => void): Promise<number> =>
  readFiles(
    files,
    method,
    alive,
    () => {},
    () => {},
  );

type Take = (example: TrainingRow['example']) => void;

async function readFiles(
  files: TrainerTask['files'],
  method: TrainingMethod,
  alive: () => void,
  train: Take,
  validation: Take,
): Promise<number> {
  const trainLines = await takeRows(readRows(files.training, 'training_file', method, alive), train);
  if (trainLines < MIN_EXAMPLES) {
    throw new InvalidFileError({
      code: 'invalid_n_examples',
      message: `Training file has ${trainLines} example(s), but must have at least ${MIN_EXAMPLES} examples`,
      param: 'training_file',
    });
  }
  if (files.validation === null) return trainLines;
  if ((await takeRows(readRows(files.validation, 'validation_file', method, alive), validation)) === 0) {
    throw new InvalidFileError({
      code: 'invalid_n_examples',
      message: 'Validation file has 0 example(s), but must have at least 1 example',
      param: 'validation_file',
    });
  }
  return trainLines;
}

/** Gives the number of lines that the rows are of. */
async function takeRows(rows: AsyncIterable<TrainingRow>, take: Take): Promise<number> {
  let lines = 0;
  let last = 0;
  for await (const { line, example } of rows) {
    if (line !== last) lines += 1;
    last = line;
    take(example);
  }
  return lines;
}

/** What a file teaches, row by row. Throws InvalidFileError at the first line that is wrong. */
export async function* readRows(
  path: string,
  param: InvalidFile['param'],
  method: TrainingMethod,
  alive: () => void,
): AsyncGenerator<TrainingRow, void, undefined> {
  const kind = param === 'training_file' ? 'training' : 'validation';
  if (!existsSync(path)) {
    const message = `The ${kind} file was deleted before the job was done with it.`;
    throw new InvalidFileError({ code: 'file_not_found', message, param });
  }
  const faults = new Map<number, string>();
  let number = 0;
  for await (const raw of linesOf(path, faults, alive)) {
    number += 1;
    const line = number === 1 ? withoutByteOrderMark(raw) : raw;
    if (line.trim() === '') continue;
    try {
      const fault = faults.get(number);
      if (fault !== undefined) throw new LineError(fault);
      for (const example of parseLine(line, method)) yield { line: number, example };
    } catch (error) {
      if (!(error instanceof LineError)) throw error;
      const message = `The job failed due to an invalid ${kind} file. Invalid file format. Line ${number}: ${error.message}`;
      throw new InvalidFileError({ code: `invalid_${kind}_file`, message, param });
    }
  }
}

/** The lines of a training file; those that hold bytes of no UTF-8 are put among `faults`. */
async function* linesOf(path: string, faults: Map<number, string>, alive: () => void): AsyncGenerator<string> {
  const splitter = new LineSplitter();
  const decoding = new TextDecoding({
    encoding: 'utf-8',
    onFault: ({ line, column, byte }) =>
      faults.set(line, `not UTF-8 (column ${column} holds the byte ${byteText(byte)})`),
  });
  for await (const bytes of createReadStream(path)) {
    alive();
    yield* splitter.push(decoding.push(bytes));
  }
  yield* splitter.push(decoding.end());
  yield* splitter.end();
}
