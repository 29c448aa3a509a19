import type { Row } from '../../domain/dataset/types.ts';
import { combineVerdicts, readVerdict, type Verdict } from '../../domain/evaluation/judge.ts';
import type { Parts } from '../../domain/evaluation/statistics/parts.ts';
import type { EvaluatedItem, Evaluation, EvaluationItem, Prediction, Score } from '../../domain/evaluation/types.ts';
import type { PriceTable } from '../../domain/pricing/types.ts';
import type { RowStore } from '../ports.ts';
import { isFailedCall } from './answers.ts';
import { compileGraders, type ReadyGrader } from './grading.ts';
import { Questions } from './questions.ts';

/** An evaluation's answers with their scores, read from the rows and remembered until a row changes. */
export interface EvaluationReader {
  /** In the order of the source; the same array and the same items until one of them changed. */
  items(): readonly EvaluatedItem[];
  /** The same, an item a part: reading and grading all of them at once takes long. */
  parts(): Parts<readonly EvaluatedItem[]>;
  /** When the first and the newest of the answers that were read came, in milliseconds since the epoch; null for none. */
  times(): AnswerTimes | null;
  /** Rows that were just written; says whether any is of this evaluation. */
  heard(rows: readonly Row[]): boolean;
}

export interface AnswerTimes {
  readonly first: number;
  readonly last: number;
}

/** What a grader has to say of an answer: a score, why there is none, or null while it is still to come. */
type Graded = Score | { readonly error: string } | null;

/** Throws nothing: graders that cannot be made ready leave every prediction without scores. */
export function readEvaluation(
  deps: { readonly rows: Pick<RowStore, 'get'>; readonly prices: () => PriceTable },
  evaluation: Evaluation,
  items: readonly EvaluationItem[],
): EvaluationReader {
  const questions = new Questions(evaluation, items, deps.prices());
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

  function judged(item: EvaluationItem, itemIndex: number, answer: string, judgeIndex: number): Graded {
    const judge = questions.judges[judgeIndex];
    if (judge === undefined) return null;
    const verdicts: Verdict[] = [];
    for (const question of questions.judged(judge, item, answer)) {
      const row = look(question.id, itemIndex);
      if (row === null) return null;
      const verdict = isFailedCall(row) ? null : readVerdict(row.completion, question.order);
      if (verdict === null) return { error: `The judge gave no verdict. ${row.error ?? ''}`.trim() };
      verdicts.push(verdict);
    }
    return combineVerdicts(verdicts[0] ?? null, verdicts[1] ?? null);
  }

  function grade(grader: ReadyGrader, item: EvaluationItem, itemIndex: number, answer: string): Graded {
    return grader.kind === 'local' ? grader.grade(answer, item.target) : judged(item, itemIndex, answer, grader.index);
  }

  function predict(item: EvaluationItem, itemIndex: number, modelIndex: number): Prediction | null {
    const question = questions.asked(itemIndex, modelIndex);
    const model = questions.models[modelIndex];
    const row = question === null ? null : look(question.id, itemIndex);
    if (question !== null && row === null) came.delete(question.id);
    if (model === undefined || row === null) return null;
    came.set(row.id, row.updatedAt);
    const plain = { ...factsOf(row), itemId: item.id, model };
    if (isFailedCall(row)) return { ...plain, status: 'failed', error: row.error, scores: [] };
    const scores: Score[] = [];
    for (const grader of graders) {
      const graded = grade(grader, item, itemIndex, row.completion);
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
    heard(rows) {
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

const factsOf = (row: Row) => ({
  text: row.completion,
  finishReason: row.finishReason,
  promptTokens: row.usage?.promptTokens ?? null,
  completionTokens: row.usage?.completionTokens ?? null,
  costUsd: row.costUsd,
});
