import type { EvaluatedItem, Prediction } from '../../domain/evaluation/types.ts';
import { shareText } from '../../domain/text/format.ts';
import type { Symbols } from '../../theme/symbols.ts';
import type { Tone } from '../../theme/themes.ts';

/** What became of an answer, by the grader that decides. */
export type VerdictKind = 'right' | 'wrong' | 'scored' | 'failed' | 'ungraded' | 'waiting';

/** `scored`: by a grader without a pass mark. `ungraded`: the answer is there, its grading is not (a judge that has yet to speak, or could not). */
export function verdictOf(prediction: Prediction | null | undefined): VerdictKind {
  if (prediction === null || prediction === undefined) return 'waiting';
  if (prediction.status === 'failed') return 'failed';
  const [score] = prediction.scores;
  if (score === undefined) return 'ungraded';
  if (score.passed === null) return 'scored';
  return score.passed ? 'right' : 'wrong';
}

interface VerdictStyle {
  readonly symbol: keyof Pick<Symbols, 'ok' | 'error' | 'warn' | 'running' | 'idle'>;
  readonly tone: Tone;
}

const VERDICT_STYLES: Readonly<Record<VerdictKind, VerdictStyle>> = {
  right: { symbol: 'ok', tone: 'ok' },
  wrong: { symbol: 'error', tone: 'error' },
  scored: { symbol: 'ok', tone: 'plain' },
  failed: { symbol: 'warn', tone: 'warn' },
  ungraded: { symbol: 'running', tone: 'muted' },
  waiting: { symbol: 'idle', tone: 'muted' },
};

export const verdictTone = (verdict: VerdictKind): Tone => VERDICT_STYLES[verdict].tone;

/** `✓ right`. */
export const verdictText = (verdict: VerdictKind, symbols: Symbols): string =>
  `${symbols[VERDICT_STYLES[verdict].symbol]} ${verdict}`;

export interface Accuracy {
  readonly right: number;
  readonly graded: number;
  /** Of the scores of a grader without a pass mark; null where there are none. */
  readonly mean: number | null;
  readonly failed: number;
  readonly waiting: number;
}

/** How one model, by its place in the plan, stands. */
export function accuracyOf(items: readonly EvaluatedItem[], model: number): Accuracy {
  const counted = { right: 0, wrong: 0, scored: 0, failed: 0, ungraded: 0, waiting: 0 };
  let sum = 0;
  for (const { predictions } of items) {
    const verdict = verdictOf(predictions[model]);
    counted[verdict] += 1;
    if (verdict === 'scored') sum += predictions[model]?.scores[0]?.value ?? 0;
  }
  const { right, wrong, scored, failed, ungraded, waiting } = counted;
  const mean = scored === 0 ? null : sum / scored;
  return { right, graded: right + wrong, mean, failed, waiting: waiting + ungraded };
}

/** `82.8%`; without a pass mark `mean 0.43`; an em dash where there is no score. */
export const accuracyText = ({ right, graded, mean }: Pick<Accuracy, 'right' | 'graded' | 'mean'>): string =>
  graded === 0 && mean !== null ? `mean ${mean.toFixed(2)}` : shareText(graded === 0 ? null : right / graded);

/** `48.3% → 82.8%`: the baseline, then the best of the others. */
export function accuracySummary(items: readonly EvaluatedItem[], models: number): string {
  const [base, ...others] = Array.from({ length: models }, (_, model) => accuracyOf(items, model));
  if (base === undefined) return '';
  const rate = ({ right, graded, mean }: Accuracy): number => (graded === 0 ? (mean ?? -1) : right / graded);
  const best = others.toSorted((a, b) => rate(b) - rate(a))[0];
  return best === undefined ? accuracyText(base) : `${accuracyText(base)} → ${accuracyText(best)}`;
}
