import { createTokenCounter, type TokenOptions } from './counter.ts';

/** Characters that are counted within some milliseconds. */
const FEW_CHARACTERS = 64 * 1024;

/**
 * The same, with few texts counted in the thread that asks: for commands, which have no keys to wait for. A thread takes 60 ms of processor
 * and some 10 MB to begin, and a message there and back for every prompt.
 */
export function createCounterHere(elsewhere = createTokenCounter()): ReturnType<typeof createTokenCounter> {
  return {
    ...elsewhere,
    async count(model: string, texts: readonly string[], options: TokenOptions = {}): Promise<readonly number[]> {
      const characters = texts.reduce((sum, { length }) => sum + length, 0);
      if (characters > FEW_CHARACTERS) return elsewhere.count(model, texts, options);
      options.signal?.throwIfAborted();
      // Loaded where something is counted: most models have no price, and need no count.
      const { countTexts } = await import('./counting.ts');
      return countTexts(model, texts);
    },
  };
}
