import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { plural, shellWord } from '../../domain/text/format.ts';
import { type CommandContext, EXIT, type ExitCode, type RunnerOptions, UsageError } from '../context.ts';
import { importRun, type ScriptSource, writeScript } from '../runner-jobs.ts';

/** `runner script`: a job as a folder that trains where Luthier is not. */
export async function script(context: CommandContext, named: string, options: RunnerOptions): Promise<ExitCode> {
  const { output } = context;
  const { for: launcher, out, processes = 1, nodes = 1, force, base = [] } = options;
  if (launcher === undefined || out === undefined)
    throw new UsageError('runner script needs --for torchrun, slurm or skypilot, and --out DIR');
  const source = sourceOf(named, options);
  const wish = { launcher, out, processes, nodes, force: force === true, bases: base, source };
  const written = await writeScript(context, wish);
  output.record('script', { ...written, launcher, processes, nodes });
  output.line(
    `✓ ${written.path}: ${plural(written.examples, 'row')} for ${written.base.id}. README.md says how it runs.`,
  );
  const settings = Object.entries(written.hyperparameters).map(([name, value]) => `${name} ${String(value)}`);
  output.note(`  ${settings.join(', ')}`);
  if (!written.measured)
    output.note(`! ${written.base.id} is not on this machine: automatic settings are those of a large model.`);
  output.line(`  Back again, with its results: luthier runner import ${shellWord(out)}`);
  return EXIT.done;
}

/** A file where there is one of that name; else a job. */
function sourceOf(named: string, options: RunnerOptions): ScriptSource {
  const { model, validation, method, beta, seed, suffix } = options;
  const hyperparameters = hyperparametersOf(options);
  if (!existsSync(named)) {
    const given = [model, validation, method, beta, seed, suffix, ...Object.values(hyperparameters)];
    if (given.some((value) => value !== undefined && value !== 'auto'))
      throw new UsageError(`${named} is no file: a job has its settings already, leave --model and the others out`);
    return { kind: 'job', id: named };
  }
  if (model === undefined) throw new UsageError('a training file needs --model: the base that is tuned');
  return {
    kind: 'file',
    training: resolve(named),
    validation: validation === undefined ? null : resolve(validation),
    model,
    method: method ?? 'supervised',
    seed: seed ?? null,
    suffix: suffix ?? null,
    hyperparameters: { ...hyperparameters, ...(beta === undefined ? {} : { beta }) },
  };
}

/** By the API's names; what is not said is chosen by size. */
function hyperparametersOf(options: RunnerOptions): Readonly<Record<string, unknown>> {
  return {
    n_epochs: options.epochs ?? 'auto',
    batch_size: options.batchSize ?? 'auto',
    learning_rate_multiplier: options.learningRateMultiplier ?? 'auto',
    ...(options.learningRate === undefined ? {} : { learning_rate: options.learningRate }),
    ...(options.rank === undefined ? {} : { lora_r: options.rank }),
    ...(options.full === true ? { full: true } : {}),
  };
}

/** `runner import`: what ran elsewhere, as a job of the engine. */
export async function bringBack(context: CommandContext, folder: string, options: RunnerOptions): Promise<ExitCode> {
  const { output } = context;
  const imported = await importRun(context, folder, options.base ?? []);
  output.record('imported', { ...imported });
  const { job, model, already, edited, base, callable, steps, checkpoints } = imported;
  if (already) {
    output.line(`Nothing to do: this run is here already, as ${job} (${model}).`);
    return EXIT.done;
  }
  output.line(`✓ ${job}: ${plural(steps, 'step')}, ${plural(checkpoints, 'checkpoint')}, ${model}`);
  for (const file of edited)
    output.note(`! ${file} was changed after the script was written: the job has what was trained.`);
  if (!callable) {
    const pull = base.includes('/') ? `luthier models pull ${base}` : `luthier engine --base FOLDER/${base}`;
    output.note(`! It answers once its base ${base} is at hand: ${pull}`);
  }
  return EXIT.done;
}
