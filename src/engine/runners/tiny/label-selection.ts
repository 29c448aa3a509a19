import { createRandom, permutation } from '../../../domain/common/random.ts';
import { mix } from '../hash.ts';
import { LabelClassifier, type LabelSettings, softmax } from './label-classifier.ts';
import type { LabelVector } from './label-features.ts';

export interface LabelledVector {
  readonly vector: LabelVector;
  readonly label: number;
}

const REGULARISATIONS = [3, 1, 0.3, 0.1, 0.03];
const SHARPNESSES = Array.from({ length: 17 }, (_, i) => 2 ** (i / 2 - 2));
const FALLBACK: LabelSettings = { regularisation: 0.3, sharpness: 1 };
/** Settings are chosen on at most this many rows, which is enough to tell them apart. */
const ROWS = 600;
const PASSES = 8;
/** A weaker penalty must win by this many nats a row, for small differences between settings are luck. */
const CLEARLY = 0.002;

/**
 * Chooses the penalty and the sharpness that lose least on rows left out of training: ten parts in turn when rows are
 * few, five when they are some, one quarter when they are many (cross-validation, Stone 1974). Only training rows are used.
 */
export function chooseSettings(
  rows: readonly LabelledVector[],
  places: number,
  classes: number,
  seed: number,
): LabelSettings {
  if (rows.length < 4) return FALLBACK;
  const order = permutation(rows.length, createRandom(mix(seed, 0x1abe1)));
  const sample = [...order.subarray(0, ROWS)].flatMap((row) => rows[row] ?? []);
  let best = FALLBACK;
  let least = Number.POSITIVE_INFINITY;
  for (const regularisation of REGULARISATIONS) {
    const held = heldOutScores(sample, places, classes, regularisation);
    const [sharpness, loss] = sharpen(held);
    if (loss >= least - CLEARLY) continue;
    least = loss;
    best = { regularisation, sharpness };
  }
  return best;
}

interface Held {
  readonly scores: Float64Array;
  readonly label: number;
}

function heldOutScores(
  sample: readonly LabelledVector[],
  places: number,
  classes: number,
  regularisation: number,
): Held[] {
  const [parts, used] = partsOf(sample.length);
  const held: Held[] = [];
  for (let part = 0; part < used; part += 1) {
    const kept = sample.filter((_, i) => i % parts !== part);
    const settings = { regularisation, sharpness: 1 };
    const model = LabelClassifier.untrained(places, kept.length, classes, settings);
    for (let pass = 0; pass < PASSES; pass += 1) {
      for (const [i, { vector, label }] of kept.entries()) model.visit(i, vector, label, 1);
    }
    for (const [i, { vector, label }] of sample.entries()) {
      if (i % parts === part) held.push({ scores: model.scores(vector), label });
    }
  }
  return held;
}

function partsOf(rows: number): [parts: number, used: number] {
  if (rows <= 120) return [Math.min(rows, 10), Math.min(rows, 10)];
  return rows <= 400 ? [5, 5] : [4, 1];
}

/** The sharpness of least mean loss, and that loss. */
function sharpen(held: readonly Held[]): [sharpness: number, loss: number] {
  let best = 1;
  let least = Number.POSITIVE_INFINITY;
  for (const sharpness of SHARPNESSES) {
    let loss = 0;
    for (const { scores, label } of held) {
      const p = softmax(scores.map((score) => score * sharpness))[label] ?? 0;
      loss -= Math.log(Math.max(p, 1e-12)) / held.length;
    }
    if (loss < least) {
      least = loss;
      best = sharpness;
    }
  }
  return [best, least];
}
