import { createHash } from 'node:crypto';
import { dirname, extname, resolve } from 'node:path';
import { itemsOfFile } from '../app/evaluation/items.ts';
import { OperationError } from '../app/runtime/errors.ts';
import { parseAxis, parseShares, sweptTargets } from '../domain/bakeoff/grid.ts';
import { parseTarget, type Reading, targetId } from '../domain/bakeoff/target.ts';
import type { BakeoffTarget } from '../domain/bakeoff/target-settings.ts';
import { parseTargetsFile } from '../domain/bakeoff/targets-file.ts';
import type { Bakeoff } from '../domain/bakeoff/types.ts';
import { canonicalJson } from '../domain/common/json.ts';
import { proposeGraders } from '../domain/evaluation/graders/propose.ts';
import { EVALUATION_DEFAULTS } from '../domain/evaluation/items.ts';
import type { EvaluationItem } from '../domain/evaluation/types.ts';
import { linesOf } from '../domain/text/lines.ts';
import type { LocalFileSystem } from '../services/filesystem/documents.ts';
import { type BakeoffOptions, CommandFailure, UsageError } from './context.ts';
import { readGrader } from './graders.ts';

/** What a bake-off is asked to be, by options and the file of targets together: an option counts before the file. */
export interface BakeoffWish {
  readonly path: string;
  readonly validationPath: string;
  readonly targets: readonly BakeoffTarget[];
  readonly margin: number | null;
  readonly capUsd: number | null;
  readonly seed: number;
  readonly stopBehind: boolean;
}

const FIRST_SEED = 1;

/** Reads what was typed, and the file of targets where one is named. Throws UsageError. */
export async function readWish(files: LocalFileSystem, typed: string, options: BakeoffOptions): Promise<BakeoffWish> {
  const named = /\.ya?ml$/i.test(extname(typed)) ? await readTargets(files, typed) : null;
  const folder = dirname(resolve(typed));
  const beside = (path: string | null | undefined): string | null => (path == null ? null : resolve(folder, path));
  const path = named === null ? resolve(typed) : beside(named.data);
  if (path === null) throw new UsageError(`${typed} names no data: add a line such as data: rows.jsonl`);
  const validationPath = options.validation === undefined ? beside(named?.validation) : resolve(options.validation);
  if (validationPath === null)
    throw new UsageError('what is measured on is missing: name held-out rows with --validation FILE');
  if (validationPath === path) throw new UsageError(`--validation names ${typed} itself: nothing would be held out`);
  const plain = [...(named?.targets ?? []), ...(options.target ?? []).map((one) => taken(parseTarget(one)))];
  const grid = (options.grid ?? []).map((one) => taken(parseAxis(one)));
  const shares = options.rows === undefined ? [] : taken(parseShares(options.rows));
  const targets = taken(sweptTargets(plain, { grid, shares }));
  if (targets.length === 0) throw new UsageError('no target is named: add --target provider:model');
  return {
    path,
    validationPath,
    targets,
    margin: options.margin ?? named?.margin ?? null,
    capUsd: options.cap ?? named?.capUsd ?? null,
    seed: options.seed ?? named?.seed ?? FIRST_SEED,
    stopBehind: options.stopBehind ?? named?.stopBehind ?? false,
  };
}

function taken<T>(reading: Reading<T>): T {
  if (reading.ok) return reading.value;
  throw new UsageError(`${reading.what} ${reading.fix}`);
}

async function readTargets(files: LocalFileSystem, typed: string) {
  const parsed = parseTargetsFile(await files.readText(resolve(typed)));
  if (parsed.ok) return parsed.file;
  const [first] = parsed.faults;
  const more = parsed.faults.length === 1 ? '' : ` (and ${parsed.faults.length - 1} more)`;
  throw new UsageError(`${typed}, line ${first?.line ?? 1}: ${first?.what ?? ''} ${first?.fix ?? ''}${more}`);
}

/** The rows of both files, read once: bytes do not change after. */
export interface BakeoffRows {
  /** Each with its line end. */
  readonly training: readonly string[];
  readonly validation: readonly string[];
  readonly items: readonly EvaluationItem[];
  readonly notes: readonly string[];
}

const withEnds = (text: string): readonly string[] =>
  linesOf(text)
    .filter((line) => line.trim() !== '')
    .map((line) => `${line}\n`);

/** Reads what is trained on and what is measured on. Throws what cannot be read. */
export async function readRows(
  files: LocalFileSystem,
  { path, validationPath }: Pick<BakeoffWish, 'path' | 'validationPath'>,
): Promise<BakeoffRows> {
  const training = withEnds(await files.readText(path));
  const validation = withEnds(await files.readText(validationPath));
  const { items, notes } = await itemsOfFile(files.readJsonValues(validationPath), validationPath).catch(
    asCommandFailure,
  );
  return { training, validation, items, notes };
}

/** An OperationError as a command says it. */
export function asCommandFailure(error: unknown): never {
  if (!(error instanceof OperationError) || error.problem === null) throw error;
  throw new CommandFailure(error.problem.what, error.problem.saved, error.problem.next);
}

/** The graders that were named, or what fits the targets of the held-out rows. */
function gradersOf({ items }: BakeoffRows, { grader }: BakeoffOptions, providerId: string): Bakeoff['graders'] {
  if (grader === undefined) return proposeGraders(items).graders;
  return grader.map((typed) => readGrader(typed, { items, providerId, rubric: '', aside: undefined }));
}

/** A bake-off as it is begun: the same rows, targets and questions are the same bake-off, so that a command that is given again goes on. */
export function planBakeoff(
  wish: BakeoffWish,
  rows: BakeoffRows,
  options: BakeoffOptions,
  project: { readonly id: string; readonly name: string; readonly now: number },
): Bakeoff {
  const graders = gradersOf(rows, options, wish.targets[0]?.providerId ?? '');
  const { temperature, maxTokens } = EVALUATION_DEFAULTS;
  const sampling = {
    temperature: options.temperature ?? temperature,
    maxTokens: options.maxTokens ?? maxTokens.command,
    ...(options.seed === undefined ? {} : { seed: options.seed }),
  };
  const { targets, seed, path, validationPath, margin, capUsd, stopBehind } = wish;
  const id = bakeoffIdOf({ targets, seed, graders, sampling }, rows);
  const fixed = { id, projectId: project.id, name: project.name, createdAt: project.now };
  return {
    ...fixed,
    targets,
    path,
    validationPath,
    seed,
    margin,
    capUsd,
    stopBehind,
    graders,
    sampling,
    stopped: {},
    deployed: {},
  };
}

/** The id of a bake-off of these rows: another where one of them, or what is done with them, is another. */
export function bakeoffIdOf(
  { targets, seed, graders, sampling }: Pick<Bakeoff, 'targets' | 'seed' | 'graders' | 'sampling'>,
  rows: Pick<BakeoffRows, 'training' | 'validation'>,
): string {
  const content = { targets: targets.map(targetId), seed, graders, sampling, rows: contentOf(rows) };
  return `bakeoff-${createHash('sha256').update(canonicalJson(content)).digest('hex').slice(0, 12)}`;
}

/** SHA-256 of both files' lines. */
function contentOf({ training, validation }: Pick<BakeoffRows, 'training' | 'validation'>): string {
  const hash = createHash('sha256');
  for (const line of training) hash.update(line);
  hash.update('\0');
  for (const line of validation) hash.update(line);
  return hash.digest('hex');
}
