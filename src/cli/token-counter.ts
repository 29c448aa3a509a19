import { createTokenCounter } from '../services/tokens/counter.ts';

/** Counts off the main loop, for commands that keep nothing; its `close` ends the worker. */
export const openTokenCounter = (): ReturnType<typeof createTokenCounter> => createTokenCounter();
