import { randomInt } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { ChatMessage } from '../../domain/chat/types.ts';
import type { GeneratedToken, LanguageModel } from '../runners/types.ts';
import { createStopFilter } from './stops.ts';

/** Models generate on the server's own thread: after so long another request, or a disconnect, gets its turn. */
const SLICE_MS = 8;

export interface AnswerOptions {
  readonly maxTokens: number;
  readonly stop: readonly string[];
  readonly temperature: number;
  readonly topP: number;
  readonly seed: number;
  readonly topLogprobs: number;
}

export type AnswerPiece =
  | { readonly kind: 'tokens'; readonly tokens: readonly GeneratedToken[] }
  /** `generated` counts every token the model made, those of a stop string too. */
  | { readonly kind: 'end'; readonly finishReason: 'stop' | 'length'; readonly generated: number };

/** Answers piece by piece. Throws the signal's reason when it aborts. */
export async function* answer(
  model: LanguageModel,
  messages: readonly ChatMessage[],
  options: AnswerOptions,
  signal: AbortSignal,
): AsyncGenerator<AnswerPiece, void, undefined> {
  const filter = createStopFilter(options.stop);
  let generated = 0;
  let cut = false;
  let sliceStart = performance.now();
  // One token more than allowed is asked for, to tell an answer that ended from one that was cut.
  for (const token of model.generate(messages, { ...options, maxTokens: options.maxTokens + 1 })) {
    if (generated === options.maxTokens) {
      cut = true;
      break;
    }
    generated += 1;
    const tokens = filter.push(token);
    if (tokens.length > 0) yield { kind: 'tokens', tokens };
    if (filter.stopped) break;
    if (performance.now() - sliceStart > SLICE_MS) {
      await setImmediate();
      sliceStart = performance.now();
    }
    signal.throwIfAborted();
  }
  const rest = filter.rest();
  if (rest.length > 0) yield { kind: 'tokens', tokens: rest };
  yield { kind: 'end', finishReason: cut ? 'length' : 'stop', generated };
}

export interface WholeAnswer {
  readonly text: string;
  readonly tokens: readonly GeneratedToken[];
  readonly finishReason: 'stop' | 'length';
  readonly generated: number;
}

export async function wholeAnswer(pieces: AsyncIterable<AnswerPiece>): Promise<WholeAnswer> {
  const tokens: GeneratedToken[] = [];
  for await (const piece of pieces) {
    if (piece.kind === 'end') {
      const { finishReason, generated } = piece;
      return { text: tokens.map((token) => token.text).join(''), tokens, finishReason, generated };
    }
    tokens.push(...piece.tokens);
  }
  throw new Error('The answer had no end.');
}

/** The seed of one of several answers; without a seed every call draws its own. */
export const answerSeed = (seed: number | null | undefined, index: number): number =>
  seed === null || seed === undefined ? randomInt(2 ** 31) : (Math.trunc(seed) + index) % 2 ** 31;
