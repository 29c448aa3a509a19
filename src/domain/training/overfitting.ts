import { plural } from '../text/format.ts';
import { type CurvePoint, curveOf } from './metrics.ts';
import type { StepMetrics } from './types.ts';

/**
 * Fewer examples than this are learned by heart rather than learned from: OpenAI's guide to fine-tuning begins at 50
 * (https://platform.openai.com/docs/guides/supervised-fine-tuning).
 */
const FEW_EXAMPLES = 50;

/** What so few examples come to; null where there are enough. */
export function byHeartText(examples: number): string | null {
  if (examples === 0 || examples >= FEW_EXAMPLES) return null;
  return `${plural(examples, 'row')}: they will be learned by heart. ${FEW_EXAMPLES} or more help.`;
}

/** What is lost on rows that training does not see, and how it is called: of all of them, or of a batch of them at a time. */
export interface HeldOutLoss {
  readonly name: 'full valid' | 'batch valid';
  readonly points: readonly CurvePoint[];
}

export function heldOutLoss(points: readonly StepMetrics[]): HeldOutLoss {
  const full = curveOf(points, 'fullValidLoss');
  return full.length > 0
    ? { name: 'full valid', points: full }
    : { name: 'batch valid', points: curveOf(points, 'validLoss') };
}

/** The step at which the loss on held-out rows was least, the first of several; null where none was measured. */
export function bestStep(points: readonly StepMetrics[]): number | null {
  const [first, ...others] = heldOutLoss(points).points;
  if (first === undefined) return null;
  return others.reduce((best, point) => (point.value < best.value ? point : best), first).step;
}

/** A rise over the least loss that is more than the noise of a few held-out rows. */
const RISE = 1.05;

/**
 * The step since which a job learns its rows by heart: the one of the least loss on held-out rows, where that loss has
 * risen since, or stands above where it began. Null where it has not, or nothing is held out.
 */
export function overfittingSince(points: readonly StepMetrics[]): number | null {
  const curve = heldOutLoss(points).points;
  const [first, last, best] = [curve[0], curve.at(-1), bestStep(points)];
  if (first === undefined || last === undefined || best === null || last.step === best) return null;
  const least = curve.find(({ step }) => step === best)?.value ?? last.value;
  return last.value > first.value || last.value > least * RISE ? best : null;
}
