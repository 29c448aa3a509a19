import type { ChatMessage } from '../../../domain/chat/types.ts';
import { Cursor, LEVELS } from './cursor.ts';
import type { PointerBook } from './encoder.ts';
import type { PromptStatistics } from './features.ts';
import { Gate, gateInputs, Trust } from './gate.ts';
import type { LabelAnswer } from './label-answer.ts';
import type { LabelExpert } from './label-expert.ts';
import { type Candidates, LogLinear } from './log-linear.ts';
import { Backoff, type CountTable, SparseVector } from './ngram.ts';
import type { Piece } from './pointers.ts';
import { BASE_SYMBOLS, END, ESCAPE, RESERVED, Spelling, Vocabulary } from './vocabulary.ts';

/** Measured on held-out rows; see docs/decisions/0004-practice-model.md. */
const DISCOUNTS = [0.75, 0.9, 0.9, 0.85, 0.8, 0.75, 0.7];
/** The log-linear expert chooses among what followed the longest known context up to three words. */
const CHOICE_LEVEL = 4;
const LOWEST_CHOICE_LEVEL = 1;
const MAX_CHOICES = 256;
const ESCAPE_FLOOR = 0.3;
/** A copy expert with less of a say than this is not asked for its guesses; its share of the loss is kept. */
const NEGLIGIBLE = 0.002;

export interface ModelParts {
  readonly vocabulary: Vocabulary;
  readonly book: PointerBook;
  readonly statistics: PromptStatistics;
  readonly counts?: CountTable;
  readonly spellings?: CountTable;
  readonly logLinear?: LogLinear;
  readonly gate?: Gate;
  readonly trust?: Trust;
  readonly labels?: LabelExpert | null;
}

/** Everything that is said about the next symbol at one place, before it is known. */
export interface Prediction {
  /** The n-gram's shares above its lowest level, and what is left for that. */
  readonly chain: SparseVector;
  readonly left: number;
  readonly candidates: Candidates | null;
  readonly chosen: Float64Array;
  readonly inputs: Float64Array;
  /** The gate's shares: n-gram, log-linear, copy. The labels stand above them, see `LabelAnswer`. */
  readonly shares: Float64Array;
}

export class TinyModel {
  readonly vocabulary: Vocabulary;
  readonly book: PointerBook;
  readonly statistics: PromptStatistics;
  readonly chain: Backoff;
  readonly spelling: Spelling;
  readonly logLinear: LogLinear;
  readonly gate: Gate;
  readonly trust: Trust;
  /** Null when the answers of the training set are texts. */
  readonly labels: LabelExpert | null;
  /** One vector serves every prediction, so a prediction is good only until the next. */
  private readonly scratch = new SparseVector();

  constructor(parts: ModelParts) {
    this.vocabulary = parts.vocabulary;
    this.book = parts.book;
    this.statistics = parts.statistics;
    this.chain = new Backoff(DISCOUNTS.slice(0, LEVELS), parts.counts);
    this.spelling = new Spelling(parts.spellings);
    this.logLinear = parts.logLinear ?? new LogLinear();
    this.gate = parts.gate ?? new Gate();
    this.trust = parts.trust ?? new Trust();
    this.labels = parts.labels ?? null;
  }

  /** The base: it knows common words and marks, and nothing of any task. */
  static base(book: PointerBook, statistics: PromptStatistics, labels: LabelExpert | null): TinyModel {
    return new TinyModel({ vocabulary: new Vocabulary([...RESERVED, ...BASE_SYMBOLS]), book, statistics, labels });
  }

  /** Before an answer. */
  start(prompt: readonly ChatMessage[]): Cursor {
    return this.startFrom(prompt, this.labels?.start(this.labels.features.vector(prompt)) ?? null);
  }

  /** Before an answer whose labels are known already, or of no use. */
  startFrom(prompt: readonly ChatMessage[], labels: LabelAnswer | null): Cursor {
    return new Cursor(prompt, this.book, this.statistics, labels);
  }

  /** The n-gram's share of one symbol. */
  chainProbability(cursor: Cursor, id: number): number {
    return this.chain.probability(cursor.keys, id, this.floor(id));
  }

  predict(cursor: Cursor): Prediction {
    const chain = this.scratch;
    chain.clear();
    const left = this.chain.accumulate(cursor.keys, 0, chain);
    const candidates = this.candidates(cursor, chain);
    const chosen = candidates === null ? new Float64Array(0) : this.logLinear.predict(candidates, cursor.features);
    const matched = this.chain.matched(cursor.keys);
    const top = matched > 0 ? this.chain.table.context(cursor.keys[matched - 1] ?? 0) : -1;
    const inputs = gateInputs(
      top < 0 ? 0 : (this.chain.table.total[top] ?? 0),
      matched / LEVELS,
      cursor.copy.run,
      cursor.features.known,
      chosen.length,
      candidates === null ? 0 : this.trust.of(candidates.key),
    );
    const shares = this.gate.shares(inputs, [true, candidates !== null, !cursor.copy.empty]);
    return { chain, left, candidates, chosen, inputs, shares };
  }

  /** The three experts' probabilities of a piece; one whose symbol is unknown (`id` -1) is escaped to and spelled. */
  expertProbabilities(cursor: Cursor, prediction: Prediction, { symbol, tokens }: Piece, id: number): Float64Array {
    const place = id < 0 ? -1 : (prediction.candidates?.symbols.indexOf(id) ?? -1);
    const spelled = id < 0 ? Math.exp(this.spelling.logProbability(tokens.join(''))) : 1;
    return Float64Array.of(
      this.chainProbability(cursor, id < 0 ? ESCAPE : id) * spelled,
      place < 0 ? 0 : (prediction.chosen[place] ?? 0),
      cursor.copy.empty ? 0 : cursor.copy.probability(symbol),
    );
  }

  /** The three experts' mixture: what is said of a piece when the answer is not a label. */
  freeProbability({ shares }: Prediction, experts: Float64Array): number {
    let p = 0;
    for (let i = 0; i < experts.length; i += 1) p += (shares[i] ?? 0) * (experts[i] ?? 0);
    return p;
  }

  /**
   * Adds the other experts to the prediction's vector, which then holds the mixture of everything but the n-gram's
   * lowest level, in its order of magnitude; answers the words of the prompt that the vocabulary lacks.
   */
  blend(cursor: Cursor, { chain, candidates, chosen, shares }: Prediction): Map<string, number> {
    const [chainShare = 1, choiceShare = 0, copyShare = 0] = shares;
    for (let i = 0; i < chosen.length; i += 1) {
      chain.add(candidates?.symbols[i] ?? 0, (choiceShare / chainShare) * (chosen[i] ?? 0));
    }
    const unknown = new Map<string, number>();
    const add = (symbol: string, weight: number): void => {
      const id = symbol === '' ? END : this.vocabulary.find(symbol);
      if (id >= 0) chain.add(id, weight);
      else unknown.set(symbol, (unknown.get(symbol) ?? 0) + weight);
    };
    if (copyShare >= NEGLIGIBLE) {
      for (const { token, share } of cursor.copy.guesses()) add(token, (copyShare / chainShare) * share);
    }
    const { labels } = cursor;
    if (labels !== null && labels.weight > 0) {
      const odds = labels.weight / (1 - labels.weight);
      for (const [symbol, share] of labels.symbols()) add(symbol, (odds * share) / chainShare);
    }
    return unknown;
  }

  private candidates(cursor: Cursor, chain: SparseVector): Candidates | null {
    const { table } = this.chain;
    for (let level = CHOICE_LEVEL; level >= LOWEST_CHOICE_LEVEL; level -= 1) {
      const key = cursor.keys[level] ?? 0;
      const context = table.context(key);
      if (context < 0) continue;
      const symbols: number[] = [];
      const priors: number[] = [];
      for (
        let entry = table.head[context] ?? -1;
        entry >= 0 && symbols.length < MAX_CHOICES;
        entry = table.entryNext[entry] ?? -1
      ) {
        const symbol = table.entrySymbol[entry] ?? 0;
        if (symbol === ESCAPE) continue;
        symbols.push(symbol);
        priors.push(chain.get(symbol));
      }
      return symbols.length === 0 ? null : { key, symbols, priors };
    }
    return null;
  }

  private floor(id: number): number {
    return id === ESCAPE ? ESCAPE_FLOOR : (1 - ESCAPE_FLOOR) / this.vocabulary.size;
  }
}
