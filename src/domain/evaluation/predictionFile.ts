import { nameGrader } from './graders.ts';
import type { EvaluatedItem, Evaluation, Prediction } from './types.ts';

/** An evaluation with what was answered. */
export interface Answers {
  readonly evaluation: Evaluation;
  readonly items: readonly EvaluatedItem[];
}

/**
 * One JSON object a line, each with its line end: item, model, prompt, target, answer, scores, tokens and cost. What
 * is still to come has no line.
 */
export function* predictionLines({ evaluation, items }: Answers): Generator<string, void, undefined> {
  const graders = evaluation.plan.graders.map(nameGrader);
  for (const { item, prediction } of answered(items)) {
    const { model, status, text, finishReason, promptTokens, completionTokens, costUsd, error } = prediction;
    const scores = prediction.scores.map((score, index) => ({ grader: graders[index] ?? '', ...score }));
    yield `${JSON.stringify({
      ...{ item: item.id, row: item.rowId, line: item.line, provider: model.providerId, model: model.model },
      ...{ status, prompt: item.prompt, target: item.target, answer: text, scores },
      ...{ finish_reason: finishReason, prompt_tokens: promptTokens, completion_tokens: completionTokens },
      ...{ cost_usd: costUsd, error, slices: item.slices },
    })}\n`;
  }
}

/** The same as a table (RFC 4180, lines ending in CRLF): a line for each prediction, two columns for each grader. */
export function* predictionTable({ evaluation, items }: Answers): Generator<string, void, undefined> {
  const slices = [...new Set(items.flatMap(({ item }) => Object.keys(item.slices)))];
  const graders = evaluation.plan.graders.map(nameGrader);
  yield tableLine([
    ...['item', 'line', 'provider', 'model', 'status', 'prompt', 'target', 'answer'],
    ...graders.flatMap((name) => [`score: ${name}`, `passed: ${name}`]),
    ...['finish_reason', 'prompt_tokens', 'completion_tokens', 'cost_usd', 'error'],
    ...slices.map((name) => `slice: ${name}`),
  ]);
  for (const { item, prediction } of answered(items)) {
    const { model, status, text, finishReason, promptTokens, completionTokens, costUsd, error } = prediction;
    yield tableLine([
      ...[item.id, item.line, model.providerId, model.model, status, promptText(item.prompt), item.target, text],
      ...graders.flatMap((_, index) => scoreCells(prediction.scores[index])),
      ...[finishReason, promptTokens, completionTokens, costUsd, error],
      ...slices.map((name) => item.slices[name] ?? null),
    ]);
  }
}

function* answered(items: readonly EvaluatedItem[]) {
  for (const { item, predictions } of items) {
    for (const prediction of predictions) if (prediction !== null) yield { item, prediction };
  }
}

/** A failed call was not graded, so its cells are empty, which is not 0. */
const scoreCells = (score: Prediction['scores'][number] | undefined): readonly (string | number | null)[] =>
  score === undefined ? [null, null] : [score.value, score.passed ? 'yes' : 'no'];

const promptText = (prompt: EvaluatedItem['item']['prompt']): string =>
  prompt.map(({ role, content }) => `${role}: ${content}`).join('\n\n');

const tableLine = (cells: readonly (string | number | null)[]): string => `${cells.map(tableCell).join(',')}\r\n`;

function tableCell(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
