import type { TrainingExample } from '../types.ts';
import { type Cursor, question } from './cursor.ts';
import { encode } from './encoder.ts';
import type { Prediction, TinyModel } from './model.ts';
import type { Piece } from './pointers.ts';
import { END, ESCAPE } from './vocabulary.ts';

/** Sums over the tokens of some answers, their ends included. Loss in nats. */
export interface Score {
  loss: number;
  tokens: number;
  correct: number;
}

export const noScore = (): Score => ({ loss: 0, tokens: 0, correct: 0 });

/** One place of an answer: what was predicted there, and what came. */
export interface Place {
  readonly cursor: Cursor;
  readonly prediction: Prediction;
  readonly experts: Float64Array;
  readonly id: number;
}

const LAST: Piece = { symbol: '', tokens: [''], source: null };

/** An answer as the model reads it: its pieces, then the end. */
export function piecesOf(model: TinyModel, example: TrainingExample): Piece[] {
  return [...encode(example.completion, question(example.prompt), model.book), LAST];
}

export function idOf(model: TinyModel, piece: Piece): number {
  return piece === LAST ? END : model.vocabulary.find(piece.symbol);
}

/**
 * The model's loss on one answer. A pointer counts as the tokens it stands for. The loss is that of the answer's
 * canonical pieces, which is never below the loss of its text.
 */
export function scoreExample(
  model: TinyModel,
  example: TrainingExample,
  into: Score,
  visit: ((place: Place) => void) | null,
): void {
  const cursor = model.start(example.prompt);
  for (const piece of piecesOf(model, example)) {
    const id = idOf(model, piece);
    const prediction = model.predict(cursor);
    const experts = model.expertProbabilities(cursor, prediction, piece, id);
    let p = 0;
    for (let i = 0; i < experts.length; i += 1) p += (prediction.shares[i] ?? 0) * (experts[i] ?? 0);
    into.loss -= Math.log(Math.max(p, 1e-300));
    into.tokens += piece.tokens.length;
    if (likeliest(model, cursor, prediction) === id) into.correct += piece.tokens.length;
    visit?.({ cursor, prediction, experts, id });
    if (piece !== LAST) cursor.advance(id < 0 ? ESCAPE : id, piece.tokens, piece.source);
  }
}

/** The greedy choice; words outside the vocabulary are never it. */
function likeliest(model: TinyModel, cursor: Cursor, prediction: Prediction): number {
  model.blend(cursor, prediction);
  let best = -2;
  let most = 0;
  for (const id of prediction.chain.touched) {
    const value = prediction.chain.get(id);
    if (id !== ESCAPE && (value > most || (value === most && id < best))) {
      most = value;
      best = id;
    }
  }
  return best;
}

export function meanLoss({ loss, tokens }: Score): number {
  return tokens === 0 ? 0 : loss / tokens;
}

export function accuracy({ correct, tokens }: Score): number {
  return tokens === 0 ? 0 : correct / tokens;
}
