import type { PlannedWork } from '../buying/types.ts';
import type { RowStore } from '../ports.ts';
import { isAnswered, isJudged } from './answers.ts';
import type { Question, Questions } from './questions.ts';

type Rows = Pick<RowStore, 'get'>;

/** The predictions of an evaluation as calls; a call that failed before is made again, no other is made twice. */
export function* predictionWork(rows: Rows, questions: Questions): Generator<PlannedWork, void, undefined> {
  for (const { question } of questions.all()) {
    const old = rows.get(questions.namespace, question.id);
    yield isAnswered(old) ? { id: question.id, reused: true } : workOf(questions, question, old);
  }
}

/** What judges are asked of the answers that are there by now. */
export function* judgeWork(rows: Rows, questions: Questions): Generator<PlannedWork, void, undefined> {
  for (const question of judgeQuestions(rows, questions)) {
    const old = rows.get(questions.namespace, question.id);
    yield isJudged(old) ? { id: question.id, reused: true } : workOf(questions, question, old);
  }
}

/** Each question to a judge once: equal answers to an item are judged together. */
export function* judgeQuestions(rows: Rows, questions: Questions): Generator<Question, void, undefined> {
  if (questions.judges.length === 0) return;
  const seen = new Set<string>();
  for (const { question, item } of questions.all()) {
    const answer = rows.get(questions.namespace, question.id);
    if (!isAnswered(answer)) continue;
    for (const judge of questions.judges) {
      for (const asked of questions.judged(judge, item, answer.completion)) {
        if (seen.has(asked.id)) continue;
        seen.add(asked.id);
        yield asked;
      }
    }
  }
}

const workOf = ({ namespace }: Questions, question: Question, old: ReturnType<Rows['get']>): PlannedWork => ({
  ...question,
  projectId: namespace,
  cell: {},
  old,
});
