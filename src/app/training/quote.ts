import { setImmediate as nextTurn } from 'node:timers/promises';
import { type HeldOutProof, heldOutWarnings } from '../../domain/dataset/hold-out.ts';
import type { DatasetReport } from '../../domain/dataset/report.ts';
import { leakText, SideLeakFinder, type SideLeaks } from '../../domain/dataset/rubbish/sides.ts';
import { type Quote, trainingQuote } from '../../domain/pricing/cost.ts';
import type { TrainingPlan } from '../../domain/project/types.ts';
import { dialectFacts } from '../../domain/provider/job-dialects.ts';
import type { ProviderTerms } from '../../domain/provider/provider.ts';
import { plural } from '../../domain/text/format.ts';
import { byHeartText } from '../../domain/training/overfitting.ts';
import { type CheckDeps, checkLines, type SplitLines } from '../dataset/training-files.ts';
import type { CallOptions } from '../runtime/ports.ts';
import type { SavingsQuote } from './savings.ts';

/** How many examples stand on each side of a split. */
export interface SideCounts {
  readonly training: number;
  readonly validation: number;
}

/**
 * What training is expected to cost by the check of its file. Where examples were held out after the check, the tokens
 * are the share that stays on the training side.
 */
export function quoteOfReport(
  { prices }: Pick<CheckDeps, 'prices'>,
  plan: Pick<TrainingPlan, 'model' | 'hyperparameters'>,
  report: Pick<DatasetReport, 'examples' | 'billedTokensPerEpoch'>,
  sides: SideCounts,
  { jobDialect }: Pick<ProviderTerms, 'jobDialect'>,
): Quote {
  const share = sides.training / Math.max(1, report.examples);
  return trainingQuote({
    model: plan.model,
    trainExamples: sides.training,
    validationExamples: sides.validation,
    epochs: plan.hyperparameters.nEpochs,
    usualEpochs: dialectFacts(jobDialect).epochs,
    tokensPerEpoch: Math.round(report.billedTokensPerEpoch * share),
    prices: prices(),
  });
}

/** What a person should know of both sides of a split before they pay for it. */
export interface SplitQuote extends Quote {
  /** Of the lines that a provider would refuse, the first, with how many there are; null when it would take all. */
  readonly refusal: { readonly errors: number; readonly message: string } | null;
  /** Examples of both sides that a person should look at. */
  readonly flagged: number;
  /** What the training side gives away of the validation side; null when nothing is held out. */
  readonly leaks: SideLeaks | null;
  /** What of the pairs that are held out stands on which side; null where none are. */
  readonly heldOut: HeldOutProof | null;
  /** The teacher prompt against the student prompt; null or absent where no template made the rows. */
  readonly savings?: SavingsQuote | null;
}

/** A file on its own is checked for its number of examples; of a side `startTraining` says what it lacks. */
const OF_A_FILE = 'too-few-examples';

/**
 * What training on these lines is expected to cost, each example cut at the model's limit, and what is wrong with them.
 * Both sides are checked, for both are uploaded.
 */
export async function quoteTraining(
  deps: CheckDeps,
  plan: Pick<TrainingPlan, 'model' | 'hyperparameters'>,
  lines: SplitLines,
  provider: Pick<ProviderTerms, 'jobDialect'>,
  options: CallOptions = {},
): Promise<SplitQuote> {
  const learned = await checkLines(deps, plan.model, lines.training, options);
  const held = await checkLines(deps, plan.model, lines.validation, options);
  const sides = { training: lines.training.length, validation: lines.validation.length };
  const { billedTokensPerEpoch } = learned;
  const errors = [...learned.findings, ...held.findings].filter(
    ({ severity, code }) => severity === 'error' && code !== OF_A_FILE,
  );
  const [first] = errors;
  return {
    ...quoteOfReport(deps, plan, { examples: sides.training, billedTokensPerEpoch }, sides, provider),
    refusal: first === undefined ? null : { errors: errors.length, message: first.message },
    flagged: lines.flagged ?? learned.flagged + held.flagged,
    leaks: sides.validation === 0 ? null : await leaksBetween(lines.training, lines.validation),
    heldOut: lines.heldOut ?? null,
  };
}

type Lines = Iterable<string> | AsyncIterable<string>;

/** Lines, or steps of a search, between two turns of everything else. */
const LEAK_STEP = 200;

/** What one side of a split gives away of the other, found a little at a time. */
export async function leaksBetween(training: Lines, validation: Lines): Promise<SideLeaks> {
  const finder = new SideLeakFinder();
  let taken = 0;
  for await (const line of training) {
    finder.train(line);
    taken += 1;
    if (taken % LEAK_STEP === 0) await nextTurn();
  }
  for await (const line of validation) {
    finder.validate(line);
    taken += 1;
    if (taken % LEAK_STEP === 0) await nextTurn();
  }
  const steps = finder.finish();
  for (let count = 1; ; count += 1) {
    const step = steps.next();
    if (step.done) return step.value;
    if (count % LEAK_STEP === 0) await nextTurn();
  }
}

/** What speaks against starting as it is, in words, the most important first. `trainExamples`: absent where they are not to be judged. */
export function quoteWarnings({
  leaks,
  flagged,
  trainExamples = 0,
  heldOut = null,
}: Pick<SplitQuote, 'leaks' | 'flagged'> &
  Partial<Pick<SplitQuote, 'heldOut'>> & { readonly trainExamples?: number }): readonly string[] {
  const leaked = leaks === null ? null : leakText(leaks);
  const few = byHeartText(trainExamples);
  return [
    ...(heldOut === null ? [] : heldOutWarnings(heldOut)),
    ...(leaked === null ? [] : [leaked]),
    ...(flagged === 0 ? [] : [`${plural(flagged, 'example')} flagged: look at them before they are learned.`]),
    ...(few === null ? [] : [few]),
  ];
}
