import type { ChatMessage, Sampling } from '../../domain/chat/types.ts';
import type { Row } from '../../domain/dataset/types.ts';
import {
  JUDGE_SAMPLING,
  type JudgeOrder,
  type JudgeSpec,
  judgeMessages,
  readVerdict,
} from '../../domain/evaluation/graders/judge.ts';
import { predictionId, predictionsProjectId } from '../../domain/evaluation/items.ts';
import type { Evaluation, EvaluationItem, ModelRef } from '../../domain/evaluation/types.ts';
import { chatCost } from '../../domain/pricing/cost.ts';
import type { PriceTable } from '../../domain/pricing/prices.ts';
import type { RequestTarget } from '../completions/requests.ts';

/**
 * Whether a call gave no answer: it failed, or the provider would not have the question, which is nothing the model
 * said. An answer that was cut, empty or declined is an answer.
 */
export const isFailedCall = (row: Row): boolean =>
  row.status === 'failed' || (row.status === 'refused' && row.usage === null && row.finishReason === null);

/** A prediction that need not be asked for again. */
export const isAnswered = (row: Row | null): row is Row => row !== null && !isFailedCall(row);

/** A judgement that need not be asked for again: one that says something. */
export const isJudged = (row: Row | null): row is Row =>
  isAnswered(row) && readVerdict(row.completion, 'answer-first') !== null;

/** A call an evaluation makes, whether it is still to be made or not. */
export interface Question {
  readonly id: string;
  readonly target: RequestTarget;
  readonly messages: readonly ChatMessage[];
}

export interface Judge {
  readonly spec: JudgeSpec;
  readonly target: RequestTarget;
}

const ORDERS: readonly JudgeOrder[] = ['answer-first', 'target-first'];

export interface JudgeQuestion extends Question {
  readonly order: JudgeOrder;
}

/** Everything an evaluation asks: each model each item, then each judge each answer, in both orders. */
export class Questions {
  /** Where the answers are kept among the rows. */
  readonly namespace: string;
  readonly items: readonly EvaluationItem[];
  readonly models: readonly ModelRef[];
  readonly judges: readonly Judge[];
  readonly targets: readonly RequestTarget[];
  private readonly modelTargets: readonly RequestTarget[];
  private readonly sampling: Sampling;
  /** Ids of the predictions as they are first needed: the models of the first item, then of the second. */
  private readonly ids: string[] = [];
  private unique: number | null = null;

  constructor({ projectId, plan }: Evaluation, items: readonly EvaluationItem[], prices: PriceTable) {
    const targetOf = ({ providerId, model }: ModelRef, parameters: Sampling): RequestTarget => ({
      providerId,
      shape: { model, ...parameters },
      costOf: (usage) => chatCost(usage, model, prices),
    });
    this.namespace = predictionsProjectId(projectId);
    this.items = items;
    this.models = plan.models;
    this.modelTargets = plan.models.map((model) => targetOf(model, plan.sampling));
    this.judges = plan.graders
      .filter((spec) => spec.kind === 'judge')
      .map((spec) => ({ spec, target: targetOf(spec, JUDGE_SAMPLING) }));
    this.targets = [...this.modelTargets, ...this.judges.map(({ target }) => target)];
    this.sampling = plan.sampling;
  }

  /** How many predictions are to be had; equal questions are one. */
  get predictions(): number {
    this.unique ??= Array.from(this.all()).length;
    return this.unique;
  }

  /** The question to the n-th model for the n-th item; null past the end of either. */
  questionAt(itemIndex: number, modelIndex: number): Question | null {
    const item = this.items[itemIndex];
    const target = this.modelTargets[modelIndex];
    const model = this.models[modelIndex];
    if (item === undefined || target === undefined || model === undefined) return null;
    const place = itemIndex * this.models.length + modelIndex;
    const id = this.ids[place] ?? predictionId(model, item.prompt, this.sampling);
    this.ids[place] = id;
    return { id, target, messages: item.prompt };
  }

  /** Every prediction's question once, item by item, so that models can be compared from the start. */
  *all(): Generator<{ readonly question: Question; readonly item: EvaluationItem }, void, undefined> {
    const seen = new Set<string>();
    for (const [itemIndex, item] of this.items.entries()) {
      for (const modelIndex of this.models.keys()) {
        const question = this.questionAt(itemIndex, modelIndex);
        if (question === null || seen.has(question.id)) continue;
        seen.add(question.id);
        yield { question, item };
      }
    }
  }

  /** What a judge is asked of an answer: the same twice, with the places of answer and target exchanged. */
  judged({ spec, target }: Judge, item: EvaluationItem, answer: string): readonly JudgeQuestion[] {
    return ORDERS.map((order) => {
      const messages = judgeMessages(spec.rubric, item, answer, order);
      return { id: predictionId(spec, messages, JUDGE_SAMPLING), target, messages, order };
    });
  }
}
