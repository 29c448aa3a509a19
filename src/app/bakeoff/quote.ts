import { rowsOfShare, subsetOf } from '../../domain/bakeoff/learning-curve.ts';
import { targetSuffix } from '../../domain/bakeoff/target.ts';
import type { BakeoffTarget } from '../../domain/bakeoff/target-settings.ts';
import type { Bakeoff } from '../../domain/bakeoff/types.ts';
import type { Problem } from '../../domain/common/outcome.ts';
import type { DatasetReport } from '../../domain/dataset/report.ts';
import type { EvaluationItem } from '../../domain/evaluation/types.ts';
import type { Quote } from '../../domain/pricing/cost.ts';
import { dialectFacts } from '../../domain/provider/job-dialects.ts';
import { plural } from '../../domain/text/format.ts';
import { estimateText } from '../../domain/training/estimate.ts';
import type { OperationDeps } from '../core/deps.ts';
import { checkLines, type SplitLines, type TrainingFiles, trainingFiles } from '../dataset/training-files.ts';
import { prepareEvaluation } from '../evaluation/prepare.ts';
import { type EvaluationQuote, quoteEvaluation } from '../evaluation/quote.ts';
import { OperationError } from '../runtime/errors.ts';
import type { CallOptions } from '../runtime/ports.ts';
import { startEstimate } from '../training/estimate.ts';
import { leaksBetween, quoteOfReport, quoteWarnings } from '../training/quote.ts';
import { type JobSettings, jobSettingsOf, trainingProblem } from '../training/start.ts';
import type { TermsOf } from './states.ts';

/** The rows of a bake-off, each line with its line end; the pairs under DPO are other lines than the chats. */
export type LinesOf = (target: BakeoffTarget) => SplitLines;

export interface TargetQuote {
  readonly target: BakeoffTarget;
  readonly quote: Quote;
  /** US$ by the provider's own word, or else by the prices; null when unknown. */
  readonly costUsd: number | null;
  /** What else is worth knowing before it is paid for; sentences. */
  readonly notes: readonly string[];
  /** Why it would be refused; null where nothing known speaks against it. */
  readonly refusal: string | null;
}

export interface BakeoffQuote {
  readonly targets: readonly TargetQuote[];
  /** US$ of those whose price is known. */
  readonly knownUsd: number;
  /** Targets whose price is unknown. */
  readonly unknown: number;
  /** What a person should know of the rows before they pay; sentences. */
  readonly warnings: readonly string[];
  /** Of the calls by which bases and tuned models are measured, as far as they can be at once. */
  readonly measuring: EvaluationQuote;
}

/** A job of a target, before its files have ids. */
export const jobOf = ({ name }: Pick<Bakeoff, 'name'>, target: BakeoffTarget): JobSettings =>
  jobSettingsOf({
    model: target.model,
    suffix: targetSuffix(name, target),
    seed: target.seed,
    hyperparameters: target.hyperparameters,
    method: target.method,
    beta: target.beta,
    choices: target.choices,
  });

/** The files of a target: its share of the rows to train on, and what is held out. */
export function filesOf(
  { name, seed }: Pick<Bakeoff, 'name' | 'seed'>,
  target: BakeoffTarget,
  lines: SplitLines,
): TrainingFiles {
  const training = subsetOf(lines.training, target.share, seed);
  const share = target.share === 1 ? '' : `-${Math.round(target.share * 100)}`;
  return trainingFiles({ training, validation: lines.validation }, `${name}${share}`);
}

/** Why none of it can begin, before anything is sent; null when all can. By its first target. */
export function bakeoffProblem(targets: readonly BakeoffTarget[], termsOf: TermsOf): Problem | null {
  for (const [place, target] of targets.entries()) {
    const { hyperparameters, method, beta, seed, choices } = target;
    const request = { hyperparameters, method, beta, seed, choices, suffix: null };
    const found = trainingProblem(request, termsOf(target.providerId, target.model));
    if (found === null) continue;
    return {
      what: `Target ${place + 1}: ${found.what}`,
      saved: 'Nothing was sent.',
      next: found.fix ?? 'Take the target out.',
    };
  }
  return null;
}

export interface QuoteRequest {
  readonly bakeoff: Bakeoff;
  readonly linesOf: LinesOf;
  /** The lines that all are measured on, as chats: of DPO they are none of the lines that are sent. */
  readonly heldOut: readonly string[];
  readonly items: readonly EvaluationItem[];
  readonly termsOf: TermsOf;
}

type QuoteDeps = Pick<
  OperationDeps,
  'registry' | 'providers' | 'uploads' | 'clock' | 'tokens' | 'prices' | 'rows' | 'keysInUse'
>;

/**
 * What all targets together are expected to take: by the prices that are known, and by those providers that say what a job will take, which are
 * sent the files for that. Creates no job. Throws an OperationError for rows that a provider would refuse.
 */
export async function quoteBakeoff(
  deps: QuoteDeps,
  request: QuoteRequest,
  options: CallOptions = {},
): Promise<BakeoffQuote> {
  const { bakeoff, linesOf, termsOf } = request;
  const reports = new Map<string, Promise<DatasetReport>>();
  const reportOf = (target: BakeoffTarget): Promise<DatasetReport> => {
    const key = `${target.method} ${target.model}`;
    const known = reports.get(key) ?? checkLines(deps, target.model, linesOf(target).training, options);
    reports.set(key, known);
    return known;
  };
  const warnings = await lookOver(request, reportOf);
  const groups = [...Map.groupBy(bakeoff.targets, ({ providerId }) => providerId).values()];
  // One after the other at each provider, so that none is sent the same file twice; the providers side by side.
  const quoted = await Promise.all(
    groups.map(async (group) => {
      const found: TargetQuote[] = [];
      for (const target of group) {
        const { training, validation } = linesOf(target);
        const sides = { training: rowsOfShare(target.share, training.length), validation: validation.length };
        const quote = quoteOfReport(
          { prices: () => deps.prices(target.providerId) },
          target,
          await reportOf(target),
          sides,
          termsOf(target.providerId, target.model),
        );
        const said = await askProvider(deps, request, target, options);
        found.push({ target, quote, ...said, costUsd: said.costUsd ?? quote.costUsd });
      }
      return found;
    }),
  );
  const all = quoted.flat();
  const targets = bakeoff.targets.flatMap((target) => all.find((one) => one.target === target) ?? []);
  return {
    targets,
    knownUsd: targets.reduce((sum, { costUsd }) => sum + (costUsd ?? 0), 0),
    unknown: targets.filter(({ costUsd, refusal }) => costUsd === null && refusal === null).length,
    warnings,
    measuring: await quoteMeasuring(deps, request, options),
  };
}

/** Looks at the rows as each method learns them; refuses what has errors, or is of another kind. */
async function lookOver(
  { bakeoff, linesOf, heldOut }: QuoteRequest,
  reportOf: (target: BakeoffTarget) => Promise<DatasetReport>,
): Promise<readonly string[]> {
  const warnings: string[] = [];
  const methods = [...Map.groupBy(bakeoff.targets, ({ method }) => method).values()].flatMap(([first]) => first ?? []);
  for (const target of methods) {
    const report = await reportOf(target);
    const refusal = refusedRows(report, target.method === 'dpo');
    if (refusal !== null) throw new OperationError('failed', refusal);
    const leaks = heldOut.length === 0 ? null : await leaksBetween(linesOf(target).training, heldOut);
    warnings.push(...quoteWarnings({ leaks, flagged: report.flagged, trainExamples: report.examples }));
  }
  return [...new Set(warnings)];
}

function refusedRows({ findings, kind }: DatasetReport, pairs: boolean): Problem | null {
  const saved = 'Nothing was sent.';
  const errors = findings.filter(({ severity, code }) => severity === 'error' && code !== OF_A_FILE);
  const [first] = errors;
  if (first !== undefined) {
    const what = `The rows have ${plural(errors.length, 'error')}. The first, line ${first.line}: ${first.message}`;
    return { what, saved, next: first.fix };
  }
  if ((kind === 'preference') === pairs) return null;
  return pairs
    ? {
        what: 'DPO learns from preference pairs, and these rows are chats.',
        saved,
        next: 'Leave method=dpo away, or name a file of preference JSONL.',
      }
    : {
        what: 'These rows are preference pairs, which supervised training does not take.',
        saved,
        next: 'Add method=dpo to every target, or name a file of chat JSONL.',
      };
}

/** Ten examples are the least of a job, which says so itself. */
const OF_A_FILE = 'too-few-examples';

async function askProvider(
  deps: QuoteDeps,
  { bakeoff, linesOf, termsOf }: QuoteRequest,
  target: BakeoffTarget,
  { signal }: CallOptions,
): Promise<Pick<TargetQuote, 'costUsd' | 'notes' | 'refusal'>> {
  const { estimates, defaults } = dialectFacts(termsOf(target.providerId, target.model).jobDialect);
  if (!estimates) return { costUsd: null, notes: defaults, refusal: null };
  const handle = startEstimate(deps, {
    projectId: bakeoff.projectId,
    providerId: target.providerId,
    dialect: termsOf(target.providerId, target.model),
    job: jobOf(bakeoff, target),
    files: () => filesOf(bakeoff, target, linesOf(target)),
  });
  const cancel = (): void => handle.cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  const { problem } = await handle.finished;
  signal?.removeEventListener('abort', cancel);
  signal?.throwIfAborted();
  if (problem !== null) return { costUsd: null, notes: [], refusal: problem.what };
  const said = handle.estimate();
  if (said === null) return { costUsd: null, notes: defaults, refusal: null };
  return { costUsd: said.costUsd, notes: [...estimateText(said, target.providerId), ...said.doubts], refusal: null };
}

/** A tuned model is quoted by the name that OpenAI gives one: prices of tuned models go by it. */
async function quoteMeasuring(
  deps: QuoteDeps,
  { bakeoff, items, termsOf }: QuoteRequest,
  options: CallOptions,
): Promise<EvaluationQuote> {
  const bases = new Map(
    bakeoff.targets.map(({ providerId, model }) => [`${providerId} ${model}`, { providerId, model }]),
  );
  const tuned = bakeoff.targets.flatMap(({ providerId, model }, place) =>
    dialectFacts(termsOf(providerId).jobDialect).lacks.chat === undefined
      ? [{ providerId, model: `ft:${model}::target-${place + 1}` }]
      : [],
  );
  return quoteEvaluation(deps, evaluationOf(bakeoff, [...bases.values(), ...tuned], items), items, options);
}

/** A bake-off as the evaluation it is measured by. */
export const evaluationOf = (
  { id, projectId, name, createdAt, graders, sampling, validationPath }: Bakeoff,
  models: readonly { readonly providerId: string; readonly model: string }[],
  items: readonly EvaluationItem[],
) =>
  prepareEvaluation(
    {
      source: validationPath === null ? { kind: 'rows', side: 'validation' } : { kind: 'file', path: validationPath },
      models,
      graders,
      sampling,
      concurrency: 'auto',
      capUsd: null,
    },
    { id, projectId, name: `bake-off ${name}`, createdAt, items },
  );
