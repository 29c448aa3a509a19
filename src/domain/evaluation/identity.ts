import { hash } from 'node:crypto';
import type { ChatMessage, Sampling } from '../chat/types.ts';
import { canonicalJson } from '../json/canonical.ts';
import type { ModelRef } from './types.ts';

/** Predictions are kept among the rows, apart from the project's own, under this name in place of its id. */
export const predictionsOf = (projectId: string): string => `eval:${projectId}`;

/**
 * A prediction's identity: SHA-256 in hex over the canonical JSON of whom it asks what, and how. The same question to
 * the same model is the same prediction in every evaluation of a project, so it is asked once.
 */
export function predictionId(
  { providerId, model }: ModelRef,
  messages: readonly ChatMessage[],
  parameters: Sampling,
): string {
  return hash('sha256', canonicalJson({ providerId, model, messages, parameters }));
}
