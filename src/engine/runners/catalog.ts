import type { BaseModel, Runner } from './types.ts';

/** A base model and who runs it. */
export interface CatalogEntry {
  readonly base: BaseModel;
  readonly runner: Runner;
}

/** The base models of all runners, as they are now. */
export interface Catalog {
  list(): Promise<readonly BaseModel[]>;
  /** Null where no runner has a model of that name. */
  find(id: string): Promise<CatalogEntry | null>;
}

/** Of two models with one name the first counts. */
export function createCatalog(runners: readonly Runner[]): Catalog {
  const entries = async (): Promise<readonly CatalogEntry[]> => {
    const lists = await Promise.all(
      runners.map(async (runner) => (await runner.models()).map((base) => ({ base, runner }))),
    );
    const all = lists.flat();
    return all.filter(({ base }, place) => all.findIndex((other) => other.base.id === base.id) === place);
  };
  return {
    list: async () => (await entries()).map(({ base }) => base),
    find: async (id) => (await entries()).find(({ base }) => base.id === id) ?? null,
  };
}
