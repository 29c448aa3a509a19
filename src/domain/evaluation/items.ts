import { hash } from 'node:crypto';
import type { ChatMessage, RawRequest, Sampling } from '../chat/types.ts';
import { canonicalJson } from '../common/json.ts';
import type { ModelRef } from '../provider/models.ts';
import type { EvaluatedItem, EvaluationItem } from './types.ts';

/** Predictions are kept among the rows, apart from the project's own, under this name in place of its id. */
export const predictionsProjectId = (projectId: string): string => `eval:${projectId}`;

/**
 * A prediction's identity: SHA-256 in hex over the canonical JSON of model, messages and parameters. The same request
 * is the same prediction in every evaluation of a project, so it is sent once.
 */
export function predictionId(
  { providerId, model }: ModelRef,
  asked: readonly ChatMessage[] | RawRequest,
  parameters: Sampling,
): string {
  const sent = 'fields' in asked ? { messages: asked.messages, ...asked.fields } : { messages: asked };
  return hash('sha256', canonicalJson({ providerId, model, ...sent, parameters }));
}

/** An item's messages as one text, each after its role: how files and tables show a prompt. */
export const promptText = ({ prompt }: EvaluationItem): string =>
  prompt.map(({ role, content }) => `${role}: ${content}`).join('\n');

/**
 * The value of an item under one key of its slices; null where it has none. Keys are columns of other people's files:
 * one called `constructor` must not find what every object has.
 */
export function sliceOf({ slices }: EvaluationItem, name: string): string | null {
  return Object.hasOwn(slices, name) ? (slices[name] ?? null) : null;
}

/** Whether every model has answered every item, or failed to. */
export const isWhole = (items: readonly EvaluatedItem[]): boolean =>
  items.every(({ predictions }) => predictions.every((prediction) => prediction !== null));

/** Whether any model has answered any item. */
export const hasAnswers = (items: readonly EvaluatedItem[]): boolean =>
  items.some(({ predictions }) => predictions.some((prediction) => prediction?.status === 'done'));

/** Every key the items have among their slices, in the order they come. */
export const sliceNames = (items: readonly EvaluatedItem[]): readonly string[] => [
  ...new Set(items.flatMap(({ item }) => Object.keys(item.slices))),
];

/**
 * What an evaluation begins with. The longest answer is part of a prediction's identity, so another default would send
 * again whatever is answered under this one; the command has always allowed a longer answer than the screen.
 */
export const EVALUATION_DEFAULTS = {
  temperature: 0,
  maxTokens: { screen: 256, command: 512 },
} as const;
