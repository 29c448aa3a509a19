import {
  type ChatDialect,
  CURRENT_DIALECT,
  joined,
  readDialect,
  type SavedDialect,
  savedDialect,
} from './chat-dialect.ts';

/** What models refused in other runs. */
export interface DialectMemory {
  find(model: string): SavedDialect | null;
  save(model: string, dialect: SavedDialect): void;
}

const FORGETS: DialectMemory = { find: () => null, save: () => undefined };

/** What is known of the models of one provider: what each refuses, found out here or in other runs. */
export interface KnownDialects {
  known(model: string): ChatDialect;
  /** What a model refuses beside what is known. */
  learn(model: string, dialect: ChatDialect): void;
}

/** Models that nothing is known of are asked in `first`. */
export function createDialects(memory: DialectMemory = FORGETS, first: ChatDialect = CURRENT_DIALECT): KnownDialects {
  const dialects = new Map<string, ChatDialect>();
  const known = (model: string): ChatDialect => {
    const before = dialects.get(model);
    if (before !== undefined) return before;
    const saved = memory.find(model);
    const dialect = saved === null ? first : readDialect(saved);
    dialects.set(model, dialect);
    return dialect;
  };
  return {
    known,
    learn(model, dialect) {
      const before = known(model);
      const learned = joined(before, dialect);
      // Each of fifty thousand rows of a batch may say the same.
      if (learned.maxTokens === before.maxTokens && learned.without.size === before.without.size) return;
      dialects.set(model, learned);
      memory.save(model, savedDialect(learned));
    },
  };
}
