import type { CooperativeTask } from '../../domain/common/cooperative.ts';
import { failed, type Outcome, ok } from '../../domain/common/outcome.ts';
import type { Row } from '../../domain/dataset/types.ts';
import type { ModelGrader, Score } from '../../domain/evaluation/graders/grader.ts';
import type { GraderSpec } from '../../domain/evaluation/graders/graders.ts';
import { compileGrader, type ReadyGrader } from '../../domain/evaluation/graders/graders.ts';
import type { EvaluatedItem, Evaluation, EvaluationItem, Prediction } from '../../domain/evaluation/types.ts';
import type { PriceTable } from '../../domain/pricing/prices.ts';
import type { EvaluationStore, RowStore } from '../runtime/ports.ts';
import { isFailedCall, judgements, noVerdict, Questions } from './questions.ts';

/** Every grader of a plan made ready, or what is wrong with the first that cannot be. */
export function compileGraders(specs: readonly GraderSpec[]): Outcome<readonly ReadyGrader[]> {
  const ready: ReadyGrader[] = [];
  for (const spec of specs) {
    const compiled = compileGrader(spec);
    if (!compiled.ok) return failed(compiled.problem);
    ready.push(compiled.value);
  }
  return ok(ready);
}

/** An evaluation's answers with their scores, read from the rows and remembered until a row changes. */
export interface EvaluationReader {
  /** In the order of the source; the same array and the same items until one of them changed. */
  items(): readonly EvaluatedItem[];
  /** The same, an item a part: reading and grading all of them at once takes long. */
  parts(): CooperativeTask<readonly EvaluatedItem[]>;
  /** When the first and the newest of the answers that were read came, in milliseconds since the epoch; null for none. */
  times(): AnswerTimes | null;
  /** Rows that were just written; says whether any is of this evaluation. */
  rowsChanged(rows: readonly Row[]): boolean;
}

export interface AnswerTimes {
  readonly first: number;
  readonly last: number;
}

/** What a grader has to say of an answer: a score, why there is none, or null while it is still to come. */
type Graded = Score | { readonly error: string } | null;

/**
 * Throws nothing: graders that cannot be made ready leave every prediction without scores. `questions` are those of the evaluation, for
 * who has them already.
 */
export function readEvaluation(
  deps: { readonly rows: Pick<RowStore, 'get'>; readonly prices: () => PriceTable },
  evaluation: Evaluation,
  items: readonly EvaluationItem[],
  questions: Questions = new Questions(evaluation, items, deps.prices),
): EvaluationReader {
  const compiled = compileGraders(evaluation.plan.graders);
  const graders = compiled.ok ? compiled.value : [];
  const known: (EvaluatedItem | null)[] = items.map(() => null);
  /** Which items a row has to do with. */
  const owners = new Map<string, Set<number>>();
  /** When each answer came, by the id of its row. */
  const came = new Map<string, number>();
  let read: readonly EvaluatedItem[] | null = null;

  function look(id: string, itemIndex: number): Row | null {
    const own = owners.get(id);
    if (own === undefined) owners.set(id, new Set([itemIndex]));
    else own.add(itemIndex);
    return deps.rows.get(questions.namespace, id);
  }

  function judged(grader: ModelGrader, item: EvaluationItem, itemIndex: number, answer: string): Graded {
    const replies: string[] = [];
    for (const { id } of judgements(grader, item, answer)) {
      const row = look(id, itemIndex);
      if (row === null) return null;
      if (isFailedCall(row) || !grader.isVerdict(row.completion)) {
        return { error: noVerdict(row) };
      }
      replies.push(row.completion);
    }
    return grader.score(replies);
  }

  function grade(grader: ReadyGrader, item: EvaluationItem, itemIndex: number, row: Row): Graded {
    const { completion, thoughts } = row;
    return grader.by === 'rules'
      ? grader.grade(completion, item.target, item.slots ?? {}, thoughts)
      : judged(grader.model, item, itemIndex, completion);
  }

  function predict(item: EvaluationItem, itemIndex: number, modelIndex: number): Prediction | null {
    const question = questions.questionAt(itemIndex, modelIndex);
    const model = questions.models[modelIndex];
    const row = question === null ? null : look(question.id, itemIndex);
    if (question !== null && row === null) came.delete(question.id);
    if (model === undefined || row === null) return null;
    came.set(row.id, row.updatedAt);
    const plain = { ...factsOf(row), itemId: item.id, model };
    if (isFailedCall(row)) return { ...plain, status: 'failed', error: row.error, scores: [] };
    const scores: Score[] = [];
    for (const grader of graders) {
      const graded = grade(grader, item, itemIndex, row);
      if (graded === null) return null;
      if ('error' in graded) return { ...plain, status: 'failed', error: graded.error, scores: [] };
      scores.push(graded);
    }
    return { ...plain, status: 'done', error: row.error, scores };
  }

  function evaluated(item: EvaluationItem, itemIndex: number): EvaluatedItem {
    const before = known[itemIndex];
    if (before !== null && before !== undefined) return before;
    const predictions = questions.models.map((_, modelIndex) => predict(item, itemIndex, modelIndex));
    const now = { item, predictions };
    known[itemIndex] = now;
    return now;
  }

  function all(): readonly EvaluatedItem[] {
    read ??= items.map(evaluated);
    return read;
  }

  return {
    items: all,
    *parts() {
      for (const [itemIndex, item] of items.entries()) {
        evaluated(item, itemIndex);
        yield;
      }
      // Rows may have changed in between: those are read again.
      return all();
    },
    times() {
      if (came.size === 0) return null;
      let [first, last] = [Number.POSITIVE_INFINITY, 0];
      for (const at of came.values()) {
        first = Math.min(first, at);
        last = Math.max(last, at);
      }
      return { first, last };
    },
    rowsChanged(rows) {
      let any = false;
      for (const row of rows) {
        if (row.projectId !== questions.namespace) continue;
        for (const itemIndex of owners.get(row.id) ?? []) {
          known[itemIndex] = null;
          any = true;
        }
      }
      if (any) read = null;
      return any;
    },
  };
}

/** The readers of the evaluations that were looked at, so that what was read and graded is kept. */
export interface EvaluationReaders {
  /** Every item with what is answered so far, in the order of its source; empty for an evaluation that is gone. */
  items(evaluationId: string): readonly EvaluatedItem[];
  /** Rows that were just written; says whether any is of an evaluation that was looked at. */
  rowsChanged(rows: readonly Row[]): boolean;
  forget(evaluationId: string): void;
  /** Another process may have written rows of any of them. */
  forgetAll(): void;
}

export function createEvaluationReaders(
  deps: Parameters<typeof readEvaluation>[0],
  evaluations: Pick<EvaluationStore, 'get' | 'items'>,
): EvaluationReaders {
  const readers = new Map<string, EvaluationReader>();

  function readerOf(id: string): EvaluationReader | null {
    const known = readers.get(id);
    if (known !== undefined) return known;
    const evaluation = evaluations.get(id);
    if (evaluation === null) return null;
    const reader = readEvaluation(deps, evaluation, evaluations.items(id));
    readers.set(id, reader);
    return reader;
  }

  return {
    items: (id) => readerOf(id)?.items() ?? [],
    rowsChanged: (rows) => [...readers.values()].filter((reader) => reader.rowsChanged(rows)).length > 0,
    forget: (id) => readers.delete(id),
    forgetAll: () => readers.clear(),
  };
}

const factsOf = (row: Row) => ({
  text: row.completion,
  ...(row.thoughts === undefined ? {} : { thoughts: row.thoughts }),
  finishReason: row.finishReason,
  promptTokens: row.usage?.promptTokens ?? null,
  completionTokens: row.usage?.completionTokens ?? null,
  costUsd: row.costUsd,
  ...(row.latencyMs === undefined ? {} : { latencyMs: row.latencyMs }),
});
