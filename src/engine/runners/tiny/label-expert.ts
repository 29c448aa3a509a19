import { createRandom, randomInt } from '../../../domain/common/random.ts';
import { mix } from '../hash.ts';
import { tokenize } from '../text.ts';
import type { TrainingExample } from '../types.ts';
import { question } from './cursor.ts';
import { encode, type PointerBook } from './encoder.ts';
import { LabelAnswer } from './label-answer.ts';
import { LabelClassifier } from './label-classifier.ts';
import { LabelFeatures, type LabelVector } from './label-features.ts';
import { chooseSettings } from './label-selection.ts';

/** Longer answers are texts, however often they repeat. In UTF-16 units. */
const LONGEST_LABEL = 200;
const MOST_LABELS = 1000;
/** With fewer rows than this share answered by a label, the file is one of texts. */
const LABELLED_SHARE = 0.2;
/** Of all weights together: 8 MB, whatever the number of labels. */
const MOST_WEIGHTS = 1 << 21;

/**
 * Answers that repeat, such as "Yes" or "card_arrival", each taken as one decision: a class of a linear classifier. One
 * more class stands for every other answer, where there are any. A label can be given from when its first row was learned.
 */
export class LabelExpert {
  readonly labels: readonly string[];
  readonly features: LabelFeatures;
  readonly classifier: LabelClassifier;
  /** 1 for each class whose first row was learned. */
  readonly met: Uint8Array;
  /** Rows of the first epoch so far, and those of them whose class was new: what Good (1953) tells new answers from. */
  rows: number;
  fresh: number;
  private readonly classes: ReadonlyMap<string, number>;
  private readonly spelled: readonly (readonly string[])[];

  constructor(
    labels: readonly string[],
    features: LabelFeatures,
    classifier: LabelClassifier,
    met = new Uint8Array(classifier.classes),
    rows = 0,
    fresh = 0,
  ) {
    this.labels = labels;
    this.features = features;
    this.classifier = classifier;
    this.met = met;
    this.rows = rows;
    this.fresh = fresh;
    this.classes = new Map(labels.map((label, i) => [label, i]));
    this.spelled = labels.map((label) => [...tokenize(label), '']);
  }

  /** Whether a whole answer is a label, and so is read token by token, never as copies of the prompt. */
  has(completion: string): boolean {
    return this.classes.has(completion);
  }

  /** The class of an answer. */
  classOf(completion: string): number {
    return this.classes.get(completion) ?? this.labels.length;
  }

  /** Before an answer; null while no label is known. */
  start(vector: LabelVector): LabelAnswer | null {
    if (this.met.indexOf(1) < 0) return null;
    const shares = this.classifier.probabilities(vector, (c) => this.met[c] === 1);
    const known = 1 - (this.fresh + 0.5) / (this.rows + 1);
    return new LabelAnswer(this.spelled, shares.subarray(0, this.labels.length), known);
  }

  /** A row was learned; `first` in the first epoch, when it tells how often an answer is new. */
  meet(completion: string, first: boolean): void {
    const label = this.classOf(completion);
    if (first) {
      this.rows += 1;
      if (this.met[label] === 0) this.fresh += 1;
    }
    this.met[label] = 1;
  }
}

/** The labels of a training set and what tells them apart; null when its answers are texts, or all the same. */
export function fitLabels(rows: readonly TrainingExample[], book: PointerBook, seed: number): LabelExpert | null {
  const labels = findLabels(rows, book);
  if (labels === null) return null;
  const known = new Set(labels);
  const classes = labels.length + (rows.every(({ completion }) => known.has(completion)) ? 0 : 1);
  const features = LabelFeatures.fit(
    rows.map(({ prompt }) => prompt),
    Math.floor(MOST_WEIGHTS / classes),
  );
  const numbers = new Map(labels.map((label, i) => [label, i]));
  const examples = rows.map(({ prompt, completion }) => ({
    vector: features.vector(prompt),
    label: numbers.get(completion) ?? labels.length,
  }));
  const settings = chooseSettings(examples, features.size, classes, seed);
  return new LabelExpert(labels, features, LabelClassifier.untrained(features.size, rows.length, classes, settings));
}

/** Short answers that come at least twice and are not copied from their prompts, in order of their first rows. */
function findLabels(rows: readonly TrainingExample[], book: PointerBook): string[] | null {
  const uses = new Map<string, { rows: number; copied: number }>();
  for (const { prompt, completion } of rows) {
    if (completion === '' || completion.length > LONGEST_LABEL) continue;
    const use = uses.get(completion) ?? { rows: 0, copied: 0 };
    use.rows += 1;
    const copied = (book.accepted?.size ?? 0) > 0 && isCopied(completion, question(prompt), book);
    if (copied) use.copied += 1;
    uses.set(completion, use);
  }
  const kept = [...uses].filter(([, use]) => use.rows > 1 && use.copied * 2 <= use.rows);
  const covered = kept.reduce((sum, [, use]) => sum + use.rows, 0);
  if (kept.length < 2 || kept.length > MOST_LABELS || covered < rows.length * LABELLED_SHARE) return null;
  return kept.map(([label]) => label);
}

function isCopied(completion: string, prompt: string, book: PointerBook): boolean {
  return encode(completion, prompt, book).some(({ source }) => source !== null);
}

/**
 * How often a row is visited each epoch at a learning rate of 1, itself and as one of those met before: eight times when
 * rows are many, and up to forty when they are few and one pass says little.
 */
const FEWEST_VISITS = 8;
const MOST_VISITS = 40;
const VISITS_AN_EPOCH = 12_000;

/** Teaches a label expert; holds the training rows as vectors. */
export class LabelTrainer {
  private readonly expert: LabelExpert;
  private readonly vectors: readonly LabelVector[];
  private readonly labels: readonly number[];
  private readonly seed: number;
  private readonly visits: number;

  constructor(expert: LabelExpert, rows: readonly TrainingExample[], seed: number) {
    this.expert = expert;
    this.vectors = rows.map(({ prompt }) => expert.features.vector(prompt));
    this.labels = rows.map(({ completion }) => expert.classOf(completion));
    this.seed = seed;
    this.visits = Math.max(FEWEST_VISITS, Math.min(MOST_VISITS, Math.round(VISITS_AN_EPOCH / rows.length)));
  }

  /** Before the answer of a training row. */
  start(row: number): LabelAnswer | null {
    const vector = this.vectors[row];
    return vector === undefined ? null : this.expert.start(vector);
  }

  /**
   * Visits the rows of a batch, and after each some of the rows met so far at random (experience replay, Lin 1992), so
   * that one epoch comes near the optimum. `met` are the rows met, the batch among them.
   */
  learn(batch: Uint32Array, met: Uint32Array, step: number, rate: number): void {
    const wanted = Math.min(2 * MOST_VISITS, this.visits * rate);
    const visits = Math.max(1, Math.round(wanted));
    const stride = Math.min(1, wanted / visits);
    const stream = createRandom(mix(mix(this.seed, 0x1abe1), step));
    for (const row of batch) {
      this.visit(row, stride);
      for (let i = 1; i < visits; i += 1) this.visit(met[randomInt(stream, met.length)] ?? row, stride);
    }
  }

  private visit(row: number, stride: number): void {
    const vector = this.vectors[row];
    if (vector !== undefined) this.expert.classifier.visit(row, vector, this.labels[row] ?? 0, stride);
  }
}
