import { createWriteStream, existsSync, linkSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { writeFlushed } from '../../storage/blobs.ts';
import type { WireHyperparameters } from '../../storage/jobs.ts';
import type { JobFile } from '../estimate.ts';
import type { Checkpoint, TrainingDraft, TrainingRow } from '../types.ts';
import type { WeightsBase } from './bases.ts';
import { type Fault, faultText } from './lines.ts';

/** What the runner is told once: the files of a job's folder, docs/runner-protocol.md. */

/** Lines of the job's own files, by the rows that were made of them: a conversation of several answers makes several. */
export type RowLines = Readonly<Record<string, readonly number[]>>;

const FILES = { training: 'train.jsonl', validation: 'validation.jsonl' } as const;

/** Writes the rows, one a learned answer, and gives the line each came from. */
export async function writeRows(task: TrainingDraft): Promise<RowLines> {
  const lines: Record<string, number[]> = {};
  for (const [file, name] of [
    ['training', FILES.training],
    ['validation', FILES.validation],
  ] as const) {
    const rows = task.rows(file);
    if (rows === null) continue;
    const from: number[] = [];
    lines[name] = from;
    await pipeline(Readable.from(written(rows, from)), createWriteStream(join(task.folder, name), { mode: 0o600 }));
  }
  return lines;
}

/** The line of the job's own file that a row of the runner's files was made of; the row's own number where that is not known. */
export function lineOf(lines: RowLines, file: string, row: number): { readonly file: JobFile; readonly line: number } {
  const name = file.endsWith('.jsonl') ? file : `${file}.jsonl`;
  return { file: name === FILES.validation ? 'validation' : 'training', line: lines[name]?.[row - 1] ?? row };
}

const ROW_OF_RUNNER = /^\w+\.jsonl, line \d+/;

/** What went wrong, with the person's own line where the runner names one of the rows it was given. */
export function faultOfJob(fault: Fault, lines: RowLines): string {
  const { file, row } = fault.details ?? {};
  if (typeof file !== 'string' || typeof row !== 'number') return faultText(fault);
  const from = lineOf(lines, file, row);
  const message = fault.message.replace(ROW_OF_RUNNER, `Line ${from.line} of the ${from.file} file`);
  return faultText({ ...fault, message });
}

async function* written(rows: AsyncIterable<TrainingRow>, from: number[]): AsyncGenerator<string> {
  for await (const { line, example } of rows) {
    from.push(line);
    yield `${JSON.stringify(example)}\n`;
  }
}

const number = (value: number | 'auto' | undefined): number | null => (typeof value === 'number' ? value : null);

/** `settings` with no `auto` left where the runner takes none. */
export function writeTask(
  { folder, method, seed, day }: TrainingDraft,
  { path, id, revision }: WeightsBase,
  settings: WireHyperparameters,
  processes: number,
): void {
  const lora = {
    r: settings.lora_r,
    alpha: settings.lora_alpha,
    dropout: settings.lora_dropout,
    target_modules: settings.target_modules,
  };
  const task = {
    base: { path, id, revision },
    method,
    epochs: settings.n_epochs,
    batch_size: settings.batch_size,
    learning_rate: settings.learning_rate,
    seed,
    ...(method === 'dpo' ? { beta: settings.beta } : {}),
    lora: settings.full === true ? null : lora,
    max_length: number(settings.max_length),
    gradient_checkpointing: settings.gradient_checkpointing,
    precision: settings.precision,
    warmup_ratio: settings.warmup_ratio,
    device: 'auto',
    processes,
    date: day,
  };
  writeFlushed(join(folder, 'task.json'), `${JSON.stringify(task, null, 2)}\n`);
}

const CHECKPOINT = /^step-(\d+)$/;

/** The latest checkpoint of a job: every folder there is whole. */
export function lastCheckpoint(folder: string): Checkpoint | null {
  const path = join(folder, 'checkpoints');
  if (!existsSync(path)) return null;
  const steps = readdirSync(path).flatMap((name) => {
    const step = CHECKPOINT.exec(name)?.[1];
    return step === undefined ? [] : [{ step: Number(step), path: join(path, name) }];
  });
  return steps.toSorted((a, b) => b.step - a.step)[0] ?? null;
}

/** What only resuming needs; the rest of a checkpoint is a model. */
const RESUMING = /^(?:optimizer|scheduler|scaler|rng_state|trainer_state|training_args|checkpoint\.json)/;

/**
 * The model in a checkpoint, as a folder of its own beside it. Its files are shared, not copied: they are never written
 * to again, and a model stays whole when the checkpoint is removed.
 */
export function modelOfCheckpoint(folder: string, { path, step }: Checkpoint): string {
  const model = join(folder, `model-${step}`);
  rmSync(model, { recursive: true, force: true });
  mkdirSync(model, { mode: 0o700 });
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isFile() && !RESUMING.test(entry.name)) linkSync(join(path, entry.name), join(model, entry.name));
  }
  return model;
}
