import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Evaluation, EvaluationItem } from '../../domain/evaluation/types.ts';
import { UNBOUNDED_ANSWER } from '../../domain/pricing/spending.ts';
import { countChats, countedMessages, type RequestTarget } from '../completions/requests.ts';
import type { OperationDeps } from '../core/deps.ts';
import type { CallOptions } from '../runtime/ports.ts';
import { isAnswered, isJudged, type Question, Questions } from './questions.ts';

/** What an evaluation would ask and cost. */
export interface EvaluationQuote {
  readonly items: number;
  readonly calls: number;
  /** Answers that are there already and are not requested again. */
  readonly reused: number;
  readonly promptTokens: number;
  /** US$ at most; null when a price is unknown. */
  readonly upToUsd: number | null;
  /** What a person should know of how the items were read, each in a sentence. */
  readonly notes?: readonly string[];
}

interface Call extends Pick<Question, 'target' | 'messages' | 'raw'> {
  /** Tokens of an answer that is still to come and will be part of the prompt. */
  readonly more: number;
}

/** Questions looked up, or counted, before the event loop gets a turn. */
const AT_ONCE = 200;

/**
 * Counts what an evaluation would still send, from the local store and tokeniser alone. Every answer is taken to be as
 * long as allowed, to a judge too that will read it.
 */
export async function quoteEvaluation(
  deps: Pick<OperationDeps, 'rows' | 'tokens' | 'prices'>,
  evaluation: Evaluation,
  items: readonly EvaluationItem[],
  options: CallOptions = {},
): Promise<EvaluationQuote> {
  const questions = new Questions(evaluation, items, deps.prices);
  const { calls, reused } = await lookUp(
    deps.rows,
    questions,
    evaluation.plan.sampling.maxTokens ?? UNBOUNDED_ANSWER,
    options,
  );
  let promptTokens = 0;
  let upToUsd: number | null = 0;
  for (const [target, own] of Map.groupBy(calls, (call) => call.target)) {
    const prompt = await countAll(deps, target, own, options);
    const completionTokens = own.length * (target.shape.maxTokens ?? UNBOUNDED_ANSWER);
    const cost = target.costOf({ promptTokens: prompt, completionTokens, cachedTokens: 0 });
    promptTokens += prompt;
    upToUsd = upToUsd === null || cost === null ? null : upToUsd + cost;
  }
  return { items: items.length, calls: calls.length, reused, promptTokens, upToUsd };
}

async function lookUp(
  rows: Pick<OperationDeps['rows'], 'get'>,
  questions: Questions,
  longest: number,
  { signal }: CallOptions,
) {
  const calls = new Map<string, Call>();
  const there = new Set<string>();
  let lookedUp = 0;
  for (const { question, item } of questions.all()) {
    lookedUp += 1;
    if (lookedUp % AT_ONCE === 0) await nextTurn();
    signal?.throwIfAborted();
    const row = rows.get(questions.namespace, question.id);
    const answer = isAnswered(row) ? row.completion : null;
    if (answer === null) calls.set(question.id, { ...question, more: 0 });
    else there.add(question.id);
    for (const toJudge of questions.judges.flatMap((judge) => questions.judged(judge, item, answer ?? ''))) {
      // Of an answer that is still to come the question is not known, only that there will be one.
      if (answer === null) calls.set(`${question.id} ${toJudge.id}`, { ...toJudge, more: longest });
      else if (isJudged(toJudge, rows.get(questions.namespace, toJudge.id))) there.add(toJudge.id);
      else calls.set(toJudge.id, { ...toJudge, more: 0 });
    }
  }
  return { calls: [...calls.values()], reused: there.size };
}

async function countAll(
  { tokens }: Pick<OperationDeps, 'tokens'>,
  target: RequestTarget,
  calls: readonly Call[],
  options: CallOptions,
): Promise<number> {
  let total = 0;
  for (let from = 0; from < calls.length; from += AT_ONCE) {
    const batch = calls.slice(from, from + AT_ONCE);
    const chats = batch.map(countedMessages);
    for (const count of await countChats(tokens, target.shape.model, chats, options)) total += count;
    for (const { more } of batch) total += more;
    options.signal?.throwIfAborted();
  }
  return total;
}
