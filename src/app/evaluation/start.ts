import type { Problem } from '../../domain/common/outcome.ts';
import type { Row } from '../../domain/dataset/types.ts';
import { hasAnswers } from '../../domain/evaluation/items.ts';
import type { EvaluatedItem, Evaluation, EvaluationItem } from '../../domain/evaluation/types.ts';
import { dispatcherOf, type SendingDeps } from '../batches/sending.ts';
import type { RunHandle } from '../completions/live-requests.ts';
import { RequestRun, type RequestRunDeps, startRequests } from '../completions/request-run.ts';
import { type PlannedRequest, reusedRequest, type WhenCapped } from '../completions/requests.ts';
import { OperationError } from '../runtime/errors.ts';
import type { EvaluateProgress, OperationStatus } from '../runtime/operation.ts';
import type { RowStore } from '../runtime/ports.ts';
import { isAnswered, isJudged, type JudgeQuestion, noVerdict, type Question, Questions } from './questions.ts';
import { compileGraders } from './results.ts';

type Rows = Pick<RowStore, 'get'>;

/** The predictions of an evaluation as calls; a call that failed before is made again, no other is made twice. */
function* predictionWork(rows: Rows, questions: Questions): Generator<PlannedRequest, void, undefined> {
  for (const { question } of questions.all()) {
    const old = rows.get(questions.namespace, question.id);
    yield isAnswered(old) ? reusedRequest(old, question.target) : workOf(questions, question, old, isAnswered);
  }
}

/** The questions to judges on the answers that are there by now. */
function* judgeWork(rows: Rows, questions: Questions): Generator<PlannedRequest, void, undefined> {
  for (const question of judgeQuestions(rows, questions)) {
    const old = rows.get(questions.namespace, question.id);
    const isThere = (row: Row | null) => isJudged(question, row);
    yield isThere(old) ? { id: question.id, reused: true } : workOf(questions, question, old, isThere);
  }
}

/** Each question to a judge once: equal answers to an item are judged together. */
function* judgeQuestions(rows: Rows, questions: Questions): Generator<JudgeQuestion, void, undefined> {
  if (questions.judges.length === 0) return;
  const seen = new Set<string>();
  for (const { question, item } of questions.all()) {
    const answer = rows.get(questions.namespace, question.id);
    if (!isAnswered(answer)) continue;
    for (const judge of questions.judges) {
      for (const toJudge of questions.judged(judge, item, answer.completion)) {
        if (seen.has(toJudge.id)) continue;
        seen.add(toJudge.id);
        yield toJudge;
      }
    }
  }
}

const workOf = (
  { namespace }: Questions,
  question: Question,
  old: Row | null,
  isThere: (row: Row | null) => boolean,
): PlannedRequest => ({
  ...question,
  projectId: namespace,
  cell: {},
  old,
  isThere,
});

export type EvaluateDeps = RequestRunDeps & SendingDeps;
export type EvaluateHandle = RunHandle<EvaluateProgress>;

export interface EvaluateRequest {
  readonly evaluation: Evaluation;
  readonly items: readonly EvaluationItem[];
  /** What a run does at its cap: `wait` for a higher one (the default), or `end`. */
  readonly whenCapped?: WhenCapped;
  /** Whose spending it is, where that is not the project its answers are kept in. */
  readonly account?: string;
  /** US$ this run alone may spend. */
  readonly capRunUsd?: number;
  /** Its questions, for who has them already. */
  readonly questions?: Questions;
  /** Told of rows once they are on disk. */
  readonly stored?: (rows: readonly Row[]) => void;
}

/**
 * Asks every model what is not answered yet, then the judges, as one operation under one cap. Begun again it goes on:
 * answers that are there are kept, failed calls are made again.
 */
export function startEvaluate(deps: EvaluateDeps, request: EvaluateRequest): EvaluateHandle {
  const { evaluation, items, whenCapped, account, capRunUsd, stored } = request;
  const { id: evaluationId, projectId, plan } = evaluation;
  const questions = request.questions ?? new Questions(evaluation, items, deps.prices);
  const judged = judgeTotal(deps, questions);
  const run = new RequestRun<EvaluateProgress>(deps, {
    targets: questions.targets,
    phases: [
      () => predictionWork(deps.rows, questions),
      () => {
        judged.settle();
        return judgeWork(deps.rows, questions);
      },
    ],
    total: () => questions.predictions + judged.total(),
    detailOf: (progress) => ({ kind: 'evaluate', evaluationId, ...progress }),
    done: ['answer received', 'answers received'],
    failure: () => failureOf(deps.rows, questions),
    concurrency: plan.concurrency,
    spending: {
      projectId: account ?? projectId,
      work: 'evaluation',
      capUsd: plan.capUsd,
      capRunUsd: capRunUsd ?? null,
    },
    rowsOf: questions.namespace,
    whenCapped: whenCapped ?? 'wait',
    stored,
    dispatcher: dispatcherOf(deps, plan),
  });
  return startRequests(deps.registry, run, {
    projectId,
    title: `Evaluate ${evaluation.name}`,
    before() {
      const broken = compileGraders(plan.graders);
      if (!broken.ok) throw new OperationError('failed', broken.problem);
    },
  });
}

/** Why nothing was measured: every call failed, or was judged by nobody. Null as soon as one answer is found graded. */
function failureOf(rows: Rows, questions: Questions): Problem | null {
  const rowOf = (id: string) => rows.get(questions.namespace, id);
  let why = '';
  let answered = false;
  for (const { question, item } of questions.all()) {
    const answer = rowOf(question.id);
    const error = answer?.error ?? '';
    if (!isAnswered(answer)) {
      why ||= error;
      continue;
    }
    const asked = questions.judges.flatMap((judge) => questions.judged(judge, item, answer.completion));
    const unjudged = asked.find((one) => !isJudged(one, rowOf(one.id)));
    if (unjudged === undefined) return null;
    const reply = rowOf(unjudged.id);
    if (!answered && reply !== null) why = noVerdict(reply);
    answered = true;
  }
  const what = answered ? 'No answer was judged.' : 'No model answered any item.';
  return {
    what: `${what}${why === '' ? '' : ` The first failure: ${why}`}`,
    saved: 'What was received is on disk; nothing of it could be graded.',
    next: 'Mend what the failure names, and start again: only what failed is sent.',
  };
}

/** Whether an evaluation that ended so is a run of its own: all of it, or one that failed without an answer. Others go on. */
export const isToTrack = (status: OperationStatus, items: readonly EvaluatedItem[]): boolean =>
  status === 'succeeded' || (status === 'failed' && !hasAnswers(items));

/** How much there is to judge: each judge's questions an answer until the answers are there, then what they really take. */
function judgeTotal(deps: Pick<EvaluateDeps, 'rows'>, questions: Questions) {
  const anAnswer = questions.judges.reduce((sum, { grader }) => sum + grader.questions, 0);
  let known: number | null = null;
  return {
    total: () => known ?? questions.predictions * anAnswer,
    settle() {
      known = 0;
      for (const _ of judgeQuestions(deps.rows, questions)) known += 1;
    },
  };
}
