import { createRandom, permutation } from '../../../domain/common/random.ts';
import type { StepMetrics } from '../../../domain/training/types.ts';
import { mix } from '../hash.ts';
import type { PracticeModel, PracticeResult, PracticeSignal, PracticeTask } from '../practice/types.ts';
import { countTokens, tokenize } from '../text.ts';
import type { TrainingExample } from '../types.ts';
import { type Cursor, question } from './cursor.ts';
import { encode, fitPointers } from './encoder.ts';
import { PromptStatistics } from './features.ts';
import { generate } from './generate.ts';
import { fitLabels, LabelTrainer } from './label-expert.ts';
import { type Prediction, TinyModel } from './model.ts';
import type { Piece } from './pointers.ts';
import { deserialise, serialise } from './serialise.ts';
import { END, ESCAPE } from './vocabulary.ts';

/** Sums over the tokens of some answers, their ends included. Loss in nats. */
interface Score {
  loss: number;
  tokens: number;
  correct: number;
}

const emptyScore = (): Score => ({ loss: 0, tokens: 0, correct: 0 });

/** One place of an answer: what was predicted there, and what came. */
interface Place {
  readonly cursor: Cursor;
  readonly prediction: Prediction;
  readonly experts: Float64Array;
  readonly id: number;
  /** The probability that the three experts, not the labels, said what came. */
  readonly free: number;
}

const LAST: Piece = { symbol: '', tokens: [''], source: null };

/** An answer as the model reads it: its pieces, then the end. */
function piecesOf(model: TinyModel, example: TrainingExample): Piece[] {
  if (model.labels?.has(example.completion) === true) {
    return [...tokenize(example.completion).map((token) => ({ symbol: token, tokens: [token], source: null })), LAST];
  }
  return [...encode(example.completion, question(example.prompt), model.book), LAST];
}

function idOf(model: TinyModel, piece: Piece): number {
  return piece === LAST ? END : model.vocabulary.find(piece.symbol);
}

/**
 * The model's loss on one answer. A pointer counts as the tokens it stands for. The loss is that of the answer's
 * canonical pieces, which is never below the loss of its text.
 */
function scoreExample(
  model: TinyModel,
  example: TrainingExample,
  into: Score,
  visit: ((place: Place) => void) | null,
  cursor = model.start(example.prompt),
): void {
  for (const piece of piecesOf(model, example)) {
    const id = idOf(model, piece);
    const prediction = model.predict(cursor);
    const experts = model.expertProbabilities(cursor, prediction, piece, id);
    const other = model.freeProbability(prediction, experts);
    const { labels } = cursor;
    const rest = (1 - (labels?.weight ?? 0)) * other;
    const p = rest + (labels === null ? 0 : labels.weight * labels.probability(piece.symbol));
    into.loss -= Math.log(Math.max(p, 1e-300));
    into.tokens += piece.tokens.length;
    const decision = labels?.decision() ?? null;
    const right = decision === null ? likeliest(model, cursor, prediction) === id : decision === piece.symbol;
    if (right) into.correct += piece.tokens.length;
    visit?.({ cursor, prediction, experts, id, free: p === 0 ? 1 : rest / p });
    labels?.advance(piece.symbol, other);
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

function meanLoss({ loss, tokens }: Score): number {
  return tokens === 0 ? 0 : loss / tokens;
}

function accuracy({ correct, tokens }: Score): number {
  return tokens === 0 ? 0 : correct / tokens;
}

/** At a learning-rate multiplier of 1. Measured; see docs/decisions/0004-practice-model.md. */
const CHOICE_RATE = 0.6;
const GATE_RATE = 0.15;
/** Lower for rows met again: the experts know them already, and would be trusted too much. */
const GATE_RATE_AGAIN = 0.01;
/** What a row adds to the counts when it is met again: it is known already, and now becomes surer. */
const AGAIN = 0.3;
/** Where the labels say so much of what came, the other experts have nothing to learn. */
const NEGLIGIBLE = 0.02;
const VALIDATIONS = 40;
const VALIDATION_SAMPLE = 24;

/**
 * Trains to the end of the last epoch, or until `signal` aborts, whose reason is then thrown: a statistical model of
 * language, in seconds on one core.
 */
export async function train(
  task: PracticeTask,
  emit: (signal: PracticeSignal) => void,
  signal: AbortSignal,
): Promise<PracticeResult> {
  const run = begin(task, () => emit({ kind: 'alive' }));
  let bytes = run.resumed;
  for (let epoch = run.epoch + 1; epoch <= task.epochs; epoch += 1) {
    const order = permutation(task.train.length, createRandom(mix(task.seed, epoch)));
    for (let from = 0; from < order.length; from += task.batchSize) {
      await yieldToEventLoop();
      signal.throwIfAborted();
      const last = from + task.batchSize >= order.length;
      const metrics = step(run, order, from, epoch);
      if (last) {
        await yieldToEventLoop();
        signal.throwIfAborted();
        bytes = serialise(run.model, { epoch, step: run.step });
        emit({ kind: 'step', metrics });
        emit({ kind: 'epoch', epoch, step: run.step, metrics, model: bytes });
      } else emit({ kind: 'step', metrics });
    }
  }
  return {
    model: bytes ?? serialise(run.model, { epoch: run.epoch, step: run.step }),
    trainedTokens: trainedTokens(task),
  };
}

interface Run {
  readonly task: PracticeTask;
  /** Called for each example that was read: a batch, or the full validation, may take minutes. */
  readonly alive: () => void;
  readonly model: TinyModel;
  readonly resumed: Uint8Array | null;
  readonly epoch: number;
  readonly totalSteps: number;
  readonly sample: readonly TrainingExample[];
  readonly labelTrainer: LabelTrainer | null;
  step: number;
}

function begin(task: PracticeTask, alive: () => void): Run {
  const perEpoch = Math.ceil(task.train.length / task.batchSize);
  const picks = permutation(task.validation.length, createRandom(mix(task.seed, 0x7a11d)));
  const sample = [...picks.subarray(0, VALIDATION_SAMPLE)].flatMap((row) => task.validation[row] ?? []);
  const shared = { task, alive, totalSteps: perEpoch * task.epochs, sample };
  if (task.resumeFrom !== null) {
    const { model, epoch, step } = deserialise(task.resumeFrom);
    return { ...shared, model, labelTrainer: labelTrainerOf(model, task), resumed: task.resumeFrom, epoch, step };
  }
  const statistics = new PromptStatistics();
  for (const { prompt } of task.train) statistics.count(prompt);
  const book = fitPointers(task.train.map(({ prompt, completion }) => ({ prompt: question(prompt), completion })));
  const model = TinyModel.base(book, statistics, fitLabels(task.train, book, task.seed));
  return { ...shared, model, labelTrainer: labelTrainerOf(model, task), resumed: null, epoch: 0, step: 0 };
}

function labelTrainerOf({ labels }: TinyModel, { train: rows, seed }: PracticeTask): LabelTrainer | null {
  return labels === null ? null : new LabelTrainer(labels, rows, seed);
}

/** One batch, `order` from `from`: its loss with the model as it was, the gradients, then the update. */
function step(run: Run, order: Uint32Array, from: number, epoch: number): StepMetrics {
  const { model, task } = run;
  const to = Math.min(from + task.batchSize, order.length);
  const lastOfEpoch = to === order.length;
  const batch = [...order.subarray(from, to)].flatMap((row) => task.train[row] ?? []);
  run.step += 1;
  const every = Math.max(1, Math.floor(run.totalSteps / VALIDATIONS));
  const due = run.step === 1 || run.step % every === 0;
  const before = due && !lastOfEpoch ? scoreAll(run, run.sample) : null;
  const trained = emptyScore();
  for (const row of order.subarray(from, to)) {
    const example = task.train[row];
    if (example === undefined) continue;
    run.alive();
    const cursor = model.startFrom(example.prompt, run.labelTrainer?.start(row) ?? null);
    scoreExample(model, example, trained, (place) => learnAt(model, place, epoch), cursor);
  }
  const rate = task.learningRateMultiplier;
  model.logLinear.apply(CHOICE_RATE * rate);
  model.gate.apply((epoch === 1 ? GATE_RATE : GATE_RATE_AGAIN) * rate);
  run.labelTrainer?.learn(order.subarray(from, to), epoch === 1 ? order.subarray(0, to) : order, run.step, rate);
  const amount = epoch === 1 ? Math.min(1, rate) : (AGAIN * rate) / (epoch - 1);
  for (const example of batch) {
    observe(model, example, amount);
    model.labels?.meet(example.completion, epoch === 1);
  }
  const sampled = lastOfEpoch ? scoreAll(run, run.sample) : before;
  return metricsOf(run, trained, sampled, lastOfEpoch ? scoreAll(run, task.validation) : null);
}

/** The gradients at one place. Trust is judged in the first epoch, while answers are still new to the model. */
function learnAt(model: TinyModel, { cursor, prediction, experts, id, free }: Place, epoch: number): void {
  if (free < NEGLIGIBLE) return;
  const { candidates, chosen, inputs, shares } = prediction;
  model.gate.learn(inputs, shares, experts, free);
  if (candidates === null || candidates.symbols.length < 2) return;
  const place = candidates.symbols.indexOf(id);
  if (place < 0) return;
  if (epoch === 1) {
    const sum = candidates.priors.reduce((total, prior) => total + prior, 1e-12);
    const prior = ((candidates.priors[place] ?? 0) + 1e-12) / sum;
    model.trust.note(candidates.key, Math.log(((chosen[place] ?? 0) + 1e-12) / prior));
  } else if (model.trust.of(candidates.key) < 0.02) return;
  model.logLinear.learn(candidates, chosen, id, cursor.features, free);
}

/** Adds an answer to the counts; a word met for the first time is spelled, then part of the vocabulary. */
function observe(model: TinyModel, example: TrainingExample, amount: number): void {
  const cursor = model.startFrom(example.prompt, null);
  for (const piece of piecesOf(model, example)) {
    let id = idOf(model, piece);
    const known = id >= 0;
    if (!known) {
      id = model.vocabulary.intern(piece.symbol);
      if (piece.source === null) {
        model.chain.observe(cursor.keys, ESCAPE, amount);
        model.spelling.observe(piece.symbol);
      }
    }
    model.chain.observe(cursor.keys, id, amount);
    if (id !== END) cursor.advance(id, piece.tokens, piece.source);
  }
}

function scoreAll({ model, alive }: Run, examples: readonly TrainingExample[]): Score | null {
  if (examples.length === 0) return null;
  const score = emptyScore();
  for (const example of examples) {
    alive();
    scoreExample(model, example, score, null);
  }
  return score;
}

function metricsOf(run: Run, trained: Score, valid: Score | null, full: Score | null): StepMetrics {
  return {
    step: run.step,
    totalSteps: run.totalSteps,
    trainLoss: meanLoss(trained),
    trainTokenAccuracy: accuracy(trained),
    validLoss: valid === null ? null : meanLoss(valid),
    validTokenAccuracy: valid === null ? null : accuracy(valid),
    fullValidLoss: full === null ? null : meanLoss(full),
    fullValidTokenAccuracy: full === null ? null : accuracy(full),
  };
}

/** Every token of every example, once an epoch, as OpenAI bills. */
function trainedTokens(task: PracticeTask): number {
  let tokens = 0;
  for (const { prompt, completion } of task.train) {
    for (const { content } of prompt) tokens += countTokens(content);
    tokens += countTokens(completion);
  }
  return tokens * task.epochs;
}

function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** What `train` serialised, ready to answer. */
export function load(bytes: Uint8Array): PracticeModel {
  const { model } = deserialise(bytes);
  return { generate: (messages, options) => generate(model, messages, options) };
}
