/** Lets what concerns one thing happen one after the other, in the order it was asked for. */
export interface Turns {
  /** Runs `work` once all that was asked for before under the key has ended, however it ended. */
  take<T>(key: string, work: () => Promise<T>): Promise<T>;
}

export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>();
  return {
    async take(key, work) {
      const mine = (last.get(key) ?? Promise.resolve()).then(work);
      const ended = mine.catch(() => undefined);
      last.set(key, ended);
      try {
        return await mine;
      } finally {
        if (last.get(key) === ended) last.delete(key);
      }
    },
  };
}
