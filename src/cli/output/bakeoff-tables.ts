import type { BakeoffQuote, TargetQuote } from '../../app/bakeoff/quote.ts';
import type { Comparison } from '../../domain/bakeoff/comparison.ts';
import type { BakeoffReport } from '../../domain/bakeoff/report.ts';
import { verdictText } from '../../domain/bakeoff/report.ts';
import { targetName } from '../../domain/bakeoff/target.ts';
import { latencyText, levelText, rangeText, tokensText } from '../../domain/bakeoff/words.ts';
import { count, formatUsd, lossText, plural } from '../../domain/text/format.ts';
import { columns, wrap } from './text-layout.ts';

/** What all targets together are expected to take. */
export function quoteLines({ targets, knownUsd, unknown, measuring }: BakeoffQuote, width: number): string[] {
  const rows = targets.map(({ target, quote, costUsd, refusal }, place) => [
    String(place + 1),
    `${count(quote.trainExamples)} rows × ${plural(quote.epochs, 'epoch')}`,
    refusal === null ? formatUsd(costUsd) : 'refused',
    targetName(target),
  ]);
  const calls =
    measuring.calls === 0
      ? 'nothing more is sent'
      : `${plural(measuring.calls, 'call')}, ${measuring.upToUsd === null ? 'of unknown price' : `up to ${formatUsd(measuring.upToUsd)}`}`;
  return [
    ...columns([['', 'trains on', 'quote', 'target'], ...rows], new Set([2])),
    '',
    ...targets.flatMap((one, place) => remarksOf(one, place).flatMap((text) => wrap(text, width))),
    `Training: ${formatUsd(knownUsd)}${unknown === 0 ? '' : `, and ${plural(unknown, 'target')} of unknown price`}. Measuring: ${calls}.`,
  ];
}

const remarksOf = ({ notes, refusal }: TargetQuote, place: number): readonly string[] =>
  [...(refusal === null ? [] : [`✗ ${refusal}`]), ...notes].map((text) => `${place + 1}: ${text}`);

/** A target as it is watched. */
export interface WatchedTarget {
  readonly number: number;
  readonly name: string;
  readonly status: string;
  readonly step: number | null;
  readonly totalSteps: number | null;
  readonly trainLoss: number | null;
  /** On batches of the validation set, and on all of it: never one for the other. */
  readonly validLoss: number | null;
  readonly fullValidLoss: number | null;
}

/** All targets, a line each, names last: they alone may be cut. */
export function watchLines(targets: readonly WatchedTarget[]): string[] {
  const rows = targets.map((one) => [
    String(one.number),
    one.status,
    one.step === null ? '' : `${one.step}${one.totalSteps === null ? '' : `/${one.totalSteps}`}`,
    ...[one.trainLoss, one.validLoss, one.fullValidLoss].map(lossText),
    one.name,
  ]);
  return columns(
    [['', 'status', 'step', 'loss', 'batch valid', 'full valid', 'target'], ...rows],
    new Set([2, 3, 4, 5]),
  );
}

/** The comparison, for a person. */
export function reportLines(report: BakeoffReport, width: number): string[] {
  const { comparison } = report;
  const lines = verdictText(report).flatMap((text) => wrap(text, width));
  return comparison === null ? lines : [...figures(comparison), '', ...lines];
}

function figures({ candidates }: Comparison): string[] {
  const head = ['model', 'accuracy', '95% interval', 'training', 'per 1,000', 'p50', 'p95', 'in', 'out'];
  const rows = candidates.map((one) => [
    ...[one.short, levelText(one), rangeText(one), formatUsd(one.trainingUsd), formatUsd(one.per1000Usd)],
    ...[
      latencyText(one.latencyP50Ms),
      latencyText(one.latencyP95Ms),
      tokensText(one.promptTokens),
      tokensText(one.completionTokens),
    ],
  ]);
  return columns([head, ...rows], new Set([1, 2, 3, 4, 5, 6, 7, 8]));
}
