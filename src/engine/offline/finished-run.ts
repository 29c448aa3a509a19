import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { canonicalJson, parseJson } from '../../domain/common/json.ts';
import { plural } from '../../domain/text/format.ts';
import { disk } from '../runners/weights/disk.ts';
import { readTrainingLine, type TrainingLine } from '../runners/weights/lines.ts';
import type { WireHyperparameters } from '../storage/jobs.ts';
import { OfflineFault } from './requests.ts';
import { LINES, READ, RUN, readPapers, type ScriptPapers, sha256Of } from './script-papers.ts';

/** What a script's run came to, looked through before anything of it becomes a job. */
export interface FinishedRun {
  readonly papers: ScriptPapers;
  /** As it was trained, which a person may have edited before. */
  readonly hyperparameters: WireHyperparameters;
  readonly seed: number;
  readonly edited: readonly string[];
  readonly lines: readonly TrainingLine[];
  /** The model's folder. */
  readonly model: string;
  /** Folders of the checkpoints that are still there, by their steps. */
  readonly checkpoints: ReadonlyMap<number, string>;
  readonly trainedTokens: number;
  /** Tells this outcome of the script from others. */
  readonly mark: string;
}

/** Reads a run and checks that it is whole and of the files that lie beside it. Throws OfflineFault. */
export async function readRun(folder: string): Promise<FinishedRun> {
  const papers = readPapers(folder);
  const lines = ofThisRun(readLines(folder));
  const last = lines
    .slice(lastStart(lines))
    .findLast(({ kind }) => kind === 'done' || kind === 'stopped' || kind === 'failed');
  if (last?.kind !== 'done') throw notDone(folder, lines, last);
  await checkSame(folder);
  const hashes = await Promise.all(
    READ.map(async (name) => {
      const path = join(folder, name);
      return [name, existsSync(path) ? await sha256Of(path) : undefined] as const;
    }),
  );
  const edited = hashes.filter(([name, hash]) => papers.sha256[name] !== hash).map(([name]) => name);
  const checkpoints = checkpointsOf(folder);
  const model = join(folder, RUN, 'model');
  checkModel(model, [...checkpoints].toSorted(([a], [b]) => b - a)[0]?.[1] ?? null);
  const task = taskSchema.parse(parseJson(readFileSync(join(folder, RUN, 'task.json'), 'utf8')));
  return {
    papers,
    edited,
    lines,
    model,
    checkpoints,
    hyperparameters: settingsOf(task, papers.hyperparameters),
    seed: task.seed,
    trainedTokens: last.trained_tokens,
    mark: `${papers.run}:${(await sha256Of(weightsIn(model))).slice(0, 16)}`,
  };
}

/** What a killed run left half written is passed over; steps that came twice are known by their numbers. */
function readLines(folder: string): readonly TrainingLine[] {
  const path = join(folder, LINES);
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((text) => {
      try {
        return readTrainingLine(parseJson(text)) ?? [];
      } catch {
        return [];
      }
    });
}

/** Where the newest start begins: an end before it is of an earlier one. */
const lastStart = (lines: readonly TrainingLine[]): number =>
  Math.max(
    0,
    lines.findLastIndex(({ kind }) => kind === 'ready'),
  );

/** A run that began at the first step again, in a folder that was cleared, has nothing of the run before. */
function ofThisRun(lines: readonly TrainingLine[]): readonly TrainingLine[] {
  const begun = lines.findLastIndex((line) => line.kind === 'plan' && line.first_step === 1);
  return lines.slice(lastStart(lines.slice(0, begun + 1)));
}

function notDone(folder: string, lines: readonly TrainingLine[], last: TrainingLine | undefined): OfflineFault {
  const next = `Run it to its end, ./run.sh in the folder goes on from the last checkpoint; then import it.`;
  if (lines.length === 0) return new OfflineFault(`${folder} was not run: it has no ${LINES}.`, next);
  const plan = lines.findLast((line) => line.kind === 'plan');
  const step = lines.findLast((line) => line.kind === 'step')?.step ?? 0;
  const reached = plan === undefined ? plural(step, 'step') : `step ${step} of ${plan.steps}`;
  const why = last?.kind === 'failed' ? `: ${last.message}` : '.';
  return new OfflineFault(`The run in ${folder} is not done, it reached ${reached}${why}`, next);
}

/** Settings or rows that were changed after the training are not what was trained. */
async function checkSame(folder: string): Promise<void> {
  const next = 'Put back what was trained with, or run ./run.sh again with what is there now.';
  const pair = (name: string) => [join(folder, name), join(folder, RUN, name)] as const;
  for (const name of ['train.jsonl', 'validation.jsonl'] as const) {
    const [now, then] = pair(name);
    if (!existsSync(now) && !existsSync(then)) continue;
    if (!existsSync(now) || !existsSync(then) || (await sha256Of(now)) !== (await sha256Of(then)))
      throw new OfflineFault(`${name} of ${folder} was changed after it was trained on.`, next);
  }
  const [now, then] = pair('task.json').map((path) => {
    const task = z.looseObject({}).safeParse(existsSync(path) ? parseJson(readFileSync(path, 'utf8')) : null);
    // Where the base lies and how many work is of the machine, not of the training.
    return task.success ? canonicalJson({ ...task.data, base: null, processes: null }) : null;
  });
  if (now === null || now !== then)
    throw new OfflineFault(`task.json of ${folder} was changed after it was trained with.`, next);
}

function checkpointsOf(folder: string): ReadonlyMap<number, string> {
  const path = join(folder, RUN, 'checkpoints');
  const names = existsSync(path) ? readdirSync(path) : [];
  return new Map(
    names.flatMap((name): [number, string][] => {
      const step = /^step-(\d+)$/.exec(name)?.[1];
      return step === undefined ? [] : [[Number(step), join(path, name)]];
    }),
  );
}

const sizesSchema = z.object({ files: z.record(z.string(), z.number()) });

/** The model is the last checkpoint's, whose files are written down with their sizes: a copy that was cut is known by them. */
function checkModel(model: string, checkpoint: string | null): void {
  const next = 'Copy the folder again, whole; rsync -a goes on where a copy was cut.';
  if (!existsSync(model)) throw new OfflineFault(`${model} is missing, though the run is done.`, next);
  const state = checkpoint === null ? null : parseJson(disk.text(join(checkpoint, 'checkpoint.json')) ?? '');
  const sizes = sizesSchema.safeParse(state);
  if (checkpoint === null || !sizes.success) throw new OfflineFault(`The checkpoints of ${model} are missing.`, next);
  for (const [name, size] of Object.entries(sizes.data.files)) {
    for (const folder of [checkpoint, model]) {
      const there = statSync(join(folder, name), { throwIfNoEntry: false });
      // What is for going on alone is not in a model.
      if (
        there === undefined &&
        folder === model &&
        !/\.safetensors$|^(?:luthier|adapter_config|config)\.json$/.test(name)
      )
        continue;
      if (there?.size !== size)
        throw new OfflineFault(`${join(folder, name)} is not whole: ${size} bytes are wanted.`, next);
    }
  }
}

/** Of a model in several files, the first says which it is. */
function weightsIn(model: string): string {
  const name = readdirSync(model)
    .toSorted()
    .find((file) => file.endsWith('.safetensors'));
  if (name === undefined) throw new OfflineFault(`${model} has no weights.`, 'Copy the folder again, whole.');
  return join(model, name);
}

const taskSchema = z.object({
  epochs: z.number(),
  batch_size: z.number(),
  learning_rate: z.number(),
  seed: z.number(),
  beta: z.number().nullish(),
  lora: z
    .object({
      r: z.number(),
      alpha: z.number(),
      dropout: z.number(),
      target_modules: z.union([z.array(z.string()), z.literal('all-linear')]),
    })
    .nullable(),
  max_length: z.number().nullable(),
  gradient_checkpointing: z.boolean(),
  precision: z.enum(['auto', 'bf16', 'fp32', 'fp16']),
  warmup_ratio: z.number(),
});

function settingsOf(task: z.output<typeof taskSchema>, shipped: WireHyperparameters): WireHyperparameters {
  const { lora, beta } = task;
  const adapter = lora && {
    lora_r: lora.r,
    lora_alpha: lora.alpha,
    lora_dropout: lora.dropout,
    target_modules: lora.target_modules,
  };
  return {
    n_epochs: task.epochs,
    batch_size: task.batch_size,
    learning_rate_multiplier: shipped.learning_rate_multiplier,
    learning_rate: task.learning_rate,
    full: lora === null,
    ...adapter,
    max_length: task.max_length ?? 'auto',
    gradient_checkpointing: task.gradient_checkpointing,
    precision: task.precision,
    warmup_ratio: task.warmup_ratio,
    ...(beta == null ? {} : { beta }),
  };
}
