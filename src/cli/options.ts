import { type Command, InvalidArgumentError, Option, type OptionValues } from '@commander-js/extra-typings';
import { shareOf } from '../domain/bakeoff/target-settings.ts';
import { EXISTING_CHOICES } from '../domain/dataset/existing-rows.ts';
import { STRENGTHS } from '../domain/lattice/t-wise.ts';
import { LIMIT_SECONDS } from '../domain/provider/call-limits.ts';
import { BOUNDS } from '../domain/training/job-settings.ts';
import { findNameProblem } from '../domain/wandb/settings.ts';

interface Bounds {
  readonly min?: number;
  readonly max?: number;
  /** The bound itself is not allowed. */
  readonly above?: number;
}

interface Range {
  readonly min: number;
  readonly max: number;
}

const rangeOf = ({ min, max }: Range): string => `${min} to ${max}`;

/** A parser for an option's number that says, in the option's own terms, why a value will not do. */
const numeric =
  (bounds: Bounds, whole: boolean) =>
  (text: string): number => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (!Number.isFinite(value) || (whole && !Number.isSafeInteger(value))) {
      throw new InvalidArgumentError(`It must be a ${whole ? 'whole ' : ''}number.`);
    }
    if (bounds.min !== undefined && value < bounds.min)
      throw new InvalidArgumentError(`It must be at least ${bounds.min}.`);
    if (bounds.max !== undefined && value > bounds.max)
      throw new InvalidArgumentError(`It must be at most ${bounds.max}.`);
    if (bounds.above !== undefined && value <= bounds.above) {
      throw new InvalidArgumentError(`It must be above ${bounds.above}.`);
    }
    return value;
  };

export const integer = (bounds: Bounds = {}): ((text: string) => number) => numeric(bounds, true);
export const decimal = (bounds: Bounds = {}): ((text: string) => number) => numeric(bounds, false);

/** OpenAI's range for a seed. */
export const seed = integer(BOUNDS.seed);

/** A word of a fixed length range, such as a job's suffix (1 to 64 characters). */
export const text =
  ({ min, max }: Range) =>
  (value: string): string => {
    const length = [...value].length;
    if (length < min || length > max)
      throw new InvalidArgumentError(`It must have ${rangeOf({ min, max })} characters.`);
    return value;
  };

/** A project or an entity of W&B. */
export const trackingName =
  (kind: 'project' | 'entity') =>
  (value: string): string => {
    const problem = value.trim() === '' ? `A W&B ${kind} has a name.` : findNameProblem(kind, value);
    if (problem !== null) throw new InvalidArgumentError(problem);
    return value.trim();
  };

/** An http or https address, without a trailing slash, so that paths can be put behind it. */
export function baseUrl(value: string): string {
  if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol)) {
    throw new InvalidArgumentError('It must be an http or https address, such as http://127.0.0.1:4010/v1.');
  }
  return value.replace(/\/+$/, '');
}

export const JSON_HELP = 'one JSON record a line on stdout';
export const FORCE_HELP = 'replace files that are there and that this command did not write';

const seconds = integer(LIMIT_SECONDS);

export const patience = <Args extends unknown[], Opts extends OptionValues>(command: Command<Args, Opts>) =>
  command
    .option('--timeout <s>', 'seconds a call may take in all; the settings’, or 600, when absent', seconds)
    .option('--timeout-first <s>', 'seconds until the first byte of an answer; 60', seconds)
    .option('--timeout-between <s>', 'seconds of silence in the middle of one; 60', seconds);

export const connection = <Args extends unknown[], Opts extends OptionValues>(command: Command<Args, Opts>) =>
  patience(command)
    .option('--provider <id>', 'a provider of the settings; the embedded engine when none is named')
    .option('--base-url <url>', 'any OpenAI-compatible server, in the place of the provider’s own address', baseUrl)
    .option('--key-env <var>', 'the variable that holds the key; the provider’s own when absent, none with --base-url')
    .option('--allow-http', 'let the key go over plain http to another machine, where it can be read on the way')
    .option('--json', 'one JSON record a line on stdout');

/** An option that may be given several times. */
export const several = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

export const cells = <Args extends unknown[], Opts extends OptionValues>(command: Command<Args, Opts>) =>
  command
    .option(
      '--combinations <n>',
      'only that many combinations: the first, or with --seed a random choice',
      integer({ min: 1 }),
    )
    .option('--stratified', 'with --combinations: every value of a slot as often as any other')
    .addOption(
      new Option(
        '--cover <t>',
        `few combinations in which every choice of values of any t slots occurs: 2 for pairs, up to ${STRENGTHS.max}`,
      )
        .argParser(integer(STRENGTHS))
        .conflicts(['combinations', 'stratified']),
    )
    .addOption(
      new Option(
        '--existing <what>',
        'of combinations that another model answered: keep (when absent) asks them not, add asks a second row each, replace puts the old one aside as the new one comes',
      ).choices(EXISTING_CHOICES),
    );

export const spending = <Args extends unknown[], Opts extends OptionValues>(command: Command<Args, Opts>) =>
  command
    .option(
      '--concurrency <n>',
      'calls at the same time; chosen from the server’s limits when absent',
      integer({ min: 1, max: 1000 }),
    )
    .option(
      '--cap <usd>',
      'stop before more than this is spent on this work in all, earlier runs included',
      decimal({ min: 0 }),
    )
    .option('--cap-run <usd>', 'stop before this run alone spends more', decimal({ min: 0 }));

/** Requests by the file, where the provider has batches. */
export const batching = <Args extends unknown[], Opts extends OptionValues>(command: Command<Args, Opts>) =>
  command
    .option(
      '--batch',
      'send the requests as batches: half the price, answered within a day; may be left and taken up again',
    )
    .option(
      '--batch-requests <n>',
      'requests a batch, where fewer are wanted than the provider takes',
      integer({ min: 1 }),
    );

const DROPOUT = { min: 0, max: 0.9 };

export const hyperparameters = <Args extends unknown[], Opts extends OptionValues>(command: Command<Args, Opts>) =>
  command
    .option('--epochs <n>', `times the data is gone through, ${rangeOf(BOUNDS.nEpochs)}`, integer(BOUNDS.nEpochs))
    .option('--batch-size <n>', `examples a step, ${rangeOf(BOUNDS.batchSize)}`, integer(BOUNDS.batchSize))
    .option('--learning-rate-multiplier <x>', 'of the provider’s own rate, above 0', decimal({ above: 0 }))
    .option('--learning-rate <x>', 'the rate itself, for providers that know no multiplier', decimal({ above: 0 }))
    .addOption(new Option('--lora', 'train a LoRA adapter, where the provider leaves the choice').conflicts('full'))
    .option('--full', 'train the whole model, where the provider leaves the choice')
    .option('--rank <n>', 'rank of the LoRA adapter, where the provider lets it be chosen', integer({ min: 1 }))
    .option(
      '--lora-alpha <x>',
      'of real weights on an engine of Luthier’s: scale of the adapter',
      decimal({ above: 0 }),
    )
    .option('--lora-dropout <x>', 'of real weights: share of the adapter that is left out, 0 to 0.9', decimal(DROPOUT))
    .option('--target-modules <names>', 'of real weights: layers with an adapter, or all-linear')
    .option('--max-length <n>', 'of real weights: tokens a row may have', integer({ min: 8 }))
    .option('--gradient-checkpointing', 'of real weights: less memory, a third slower')
    .addOption(new Option('--precision <p>', 'of real weights').choices(['bf16', 'fp32', 'fp16'] as const))
    .option('--warmup-ratio <x>', 'of real weights: share of the steps, 0 to 1', decimal({ min: 0, max: 1 }))
    .option('--training-type <t>', 'of Azure: standard, globalStandard or developerTier')
    .option(
      '--suffix <s>',
      `part of the tuned model’s name, ${rangeOf(BOUNDS.suffixLength)} characters`,
      text(BOUNDS.suffixLength),
    )
    .option('--seed <n>', 'the same seed splits, chooses and trains the same', seed)
    .option(
      '--validation-share <x>',
      `share of the rows held out for validation, ${rangeOf(BOUNDS.validationShare)}`,
      decimal(BOUNDS.validationShare),
    )
    .option('--again', 'create a job even where one of the same training was asked for and is not found')
    .option('--new', 'create a job even where one of the same training runs, which is else taken up');

/** A file to read: `-` is what a pipe brings. */
export const input = (typed: string): string => (typed === '-' ? '/dev/stdin' : typed);

/** The shells that there is a completion script for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** A share such as `2%` or `0.02`. */
export function share(typed: string): number {
  const value = shareOf(typed);
  if (value === null) throw new InvalidArgumentError('It must be a share above 0, such as 2% or 0.02.');
  return value;
}
