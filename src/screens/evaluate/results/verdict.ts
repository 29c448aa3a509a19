import type { Prediction } from '../../../domain/evaluation/types.ts';
import type { Symbols, Tone } from '../../../theme/index.ts';

/** What became of an answer, by the grader that decides. */
export type VerdictKind = 'right' | 'wrong' | 'failed' | 'ungraded' | 'waiting';

/** `ungraded`: the answer is there, its grading is not (a judge that has yet to speak, or could not). */
export function verdictOf(prediction: Prediction | null | undefined): VerdictKind {
  if (prediction === null || prediction === undefined) return 'waiting';
  if (prediction.status === 'failed') return 'failed';
  const [score] = prediction.scores;
  if (score === undefined) return 'ungraded';
  return score.passed ? 'right' : 'wrong';
}

interface VerdictLook {
  readonly symbol: keyof Pick<Symbols, 'ok' | 'error' | 'warn' | 'running' | 'idle'>;
  readonly tone: Tone;
}

const LOOKS: Readonly<Record<VerdictKind, VerdictLook>> = {
  right: { symbol: 'ok', tone: 'ok' },
  wrong: { symbol: 'error', tone: 'error' },
  failed: { symbol: 'warn', tone: 'warn' },
  ungraded: { symbol: 'running', tone: 'muted' },
  waiting: { symbol: 'idle', tone: 'muted' },
};

export const verdictTone = (verdict: VerdictKind): Tone => LOOKS[verdict].tone;

/** `✓ right`. */
export const verdictWords = (verdict: VerdictKind, symbols: Symbols): string =>
  `${symbols[LOOKS[verdict].symbol]} ${verdict}`;
