import type { ChatMessage, RawRequest, Sampling } from '../../domain/chat/types.ts';
import type { Row } from '../../domain/dataset/types.ts';
import { questionOf } from '../../domain/dataset/whole-lines.ts';
import { type ModelGrader, shortened } from '../../domain/evaluation/graders/grader.ts';
import { modelGrader } from '../../domain/evaluation/graders/graders.ts';
import { predictionId, predictionsProjectId } from '../../domain/evaluation/items.ts';
import type { Evaluation, EvaluationItem } from '../../domain/evaluation/types.ts';
import { chatCost } from '../../domain/pricing/cost.ts';
import type { PriceTable } from '../../domain/pricing/prices.ts';
import type { ModelRef } from '../../domain/provider/models.ts';
import { sentAt } from '../batches/sending.ts';
import type { RequestTarget } from '../completions/requests.ts';

/**
 * Whether a call gave no answer: it failed, or the provider would not have the question, which is nothing the model
 * said. An answer that was cut, empty or declined is an answer.
 */
export const isFailedCall = (row: Row): boolean =>
  row.status === 'failed' || (row.status === 'refused' && row.usage === null && row.finishReason === null);

/** A prediction that need not be requested again. */
export const isAnswered = (row: Row | null): row is Row => row !== null && !isFailedCall(row);

/** A call an evaluation makes, whether it is still to be made or not. */
export interface Question {
  readonly id: string;
  readonly target: RequestTarget;
  readonly messages: readonly ChatMessage[];
  /** Sent in their place, where those do not say it all. */
  readonly raw?: RawRequest | null;
}

/** A grader that asks a model. */
export interface Judge {
  readonly grader: ModelGrader;
  readonly target: RequestTarget;
}

export interface JudgeQuestion extends Question {
  readonly judge: Judge;
}

/** A judgement that need not be requested again: one that says something. */
export const isJudged = ({ judge }: JudgeQuestion, row: Row | null): row is Row =>
  isAnswered(row) && judge.grader.isVerdict(row.completion);

/** Why a reply of a judge grades nothing: its call failed, it was cut, or what it said is no verdict. */
export function noVerdict({ error, completion, finishReason }: Row): string {
  const none = 'The judge gave no verdict';
  if (error !== null && error !== '') return `${none}. ${error}`;
  if (finishReason === 'length') return `${none}: it was cut at its most tokens.`;
  return completion.trim() === '' ? `${none}: its reply is empty.` : `${none}. It said ${shortened(completion)}.`;
}

/** The questions on an answer to a model that grades, each with its id. */
export function judgements(grader: ModelGrader, item: EvaluationItem, answer: string) {
  const { model, sampling } = grader;
  return grader.ask(item, answer).map((messages) => ({ id: predictionId(model, messages, sampling), messages }));
}

/** Everything an evaluation asks: each model each item, then each judge each answer. */
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
  private readonly raws = new Map<number, RawRequest>();

  constructor(
    { projectId, plan }: Evaluation,
    items: readonly EvaluationItem[],
    prices: (providerId: string) => PriceTable,
  ) {
    const targetOf = (
      kind: RequestTarget['kind'],
      { providerId, model }: ModelRef,
      parameters: Sampling,
    ): RequestTarget => {
      // Once for all answers: the table is read from disk.
      const table = prices(providerId);
      const costOf: RequestTarget['costOf'] = (usage) => chatCost(usage, model, table);
      return sentAt({ kind, providerId, shape: { model, ...parameters }, costOf }, plan);
    };
    this.namespace = predictionsProjectId(projectId);
    this.items = items;
    this.models = plan.models;
    this.modelTargets = plan.models.map((model) => targetOf('evaluate', model, plan.sampling));
    this.judges = plan.graders
      .map((spec) => modelGrader(spec))
      .filter((grader) => grader !== null)
      .map((grader) => ({ grader, target: targetOf('judge', grader.model, grader.sampling) }));
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
    const raw = this.rawOf(item, itemIndex);
    const id = this.ids[place] ?? predictionId(model, raw ?? item.prompt, this.sampling);
    this.ids[place] = id;
    return { id, target, messages: item.prompt, raw };
  }

  private rawOf({ whole }: EvaluationItem, itemIndex: number): RawRequest | null {
    if (whole === undefined) return null;
    const raw = this.raws.get(itemIndex) ?? questionOf(whole)?.raw ?? null;
    if (raw !== null) this.raws.set(itemIndex, raw);
    return raw;
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

  /** The questions on an answer to a judge. */
  judged(judge: Judge, item: EvaluationItem, answer: string): readonly JudgeQuestion[] {
    const { grader, target } = judge;
    return judgements(grader, item, answer).map(({ id, messages }) => ({ id, target, messages, judge }));
  }
}
