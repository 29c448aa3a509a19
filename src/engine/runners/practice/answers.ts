import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Generated, GenerateOptions, LanguageModel, Prompt } from '../types.ts';
import type { PracticeModel } from './types.ts';

/** Practice models compute on the server's own thread: after so long another request, or a disconnect, gets its turn. */
const SLICE_MS = 8;

/** What a practice model says at most to whoever sets no limit. None of them says as much. */
const USUAL_LIMIT = 4096;

/** A practice model as the engine asks for models: the answers come one after the other, in slices of time. */
export function languageModel(model: PracticeModel, countTokens: (text: string) => number): LanguageModel {
  return {
    generate: (prompt, options, signal) => generate(model, countTokens, prompt, options, signal),
    async close() {},
  };
}

async function* generate(
  model: PracticeModel,
  countTokens: (text: string) => number,
  prompt: Prompt,
  options: GenerateOptions,
  signal: AbortSignal,
): AsyncGenerator<Generated, void, undefined> {
  yield { kind: 'prompt', tokens: promptTokens(prompt, countTokens) };
  const messages = typeof prompt === 'string' ? [{ role: 'user', content: prompt } as const] : prompt;
  const { seeds, maxTokens, wanted, ...sampling } = options;
  const limit = maxTokens ?? USUAL_LIMIT;
  let sliceStart = performance.now();
  for (const [index, seed] of seeds.entries()) {
    let made = 0;
    let cut = false;
    // One token more than allowed is generated, to distinguish an answer that ended from one that was cut.
    for (const token of model.generate(messages, { ...sampling, seed, maxTokens: limit + 1 })) {
      cut = made === limit;
      if (cut) break;
      made += 1;
      yield { kind: 'token', index, token };
      if (!wanted(index)) break;
      if (performance.now() - sliceStart > SLICE_MS) {
        await nextTurn();
        sliceStart = performance.now();
      }
      signal.throwIfAborted();
    }
    yield { kind: 'end', index, reason: cut ? 'length' : 'stop' };
  }
}

/**
 * Tokens of a prompt; those of a conversation with three for the frame of each message, and three that begin the answer
 * (the cookbook's count, over the practice models' own tokens).
 */
function promptTokens(prompt: Prompt, countTokens: (text: string) => number): number {
  if (typeof prompt === 'string') return countTokens(prompt);
  return prompt.reduce((sum, message) => sum + 3 + countTokens(message.content), 3);
}
