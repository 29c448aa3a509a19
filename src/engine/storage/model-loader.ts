import { join } from 'node:path';
import { modelNotFound } from '../http/error.ts';
import type { Catalog } from '../runners/catalog.ts';
import type { LanguageModel } from '../runners/types.ts';
import type { Store } from './store.ts';

/** Open tuned models, least recently used out first. */
const KEPT_MODELS = 4;

export interface ModelLoader {
  /** The model of that name, ready to answer. Throws the 404 for one that is not there. */
  get(id: string): Promise<LanguageModel>;
  forget(id: string): void;
}

/** `closing` aborts when nobody will ask any more: what is being opened then need not be. */
export function createLoader(store: Store, catalog: Catalog, closing: AbortSignal): ModelLoader {
  const open = new Map<string, Promise<LanguageModel>>();

  const drop = (id: string): void => {
    const model = open.get(id);
    open.delete(id);
    void model?.then((each) => each.close()).catch(() => {});
  };

  const openTuned = async (id: string): Promise<LanguageModel> => {
    const row = store.models.get(id);
    const entry = row && (await catalog.find(row.base));
    if (!row || !entry) throw modelNotFound(id);
    const { base, revision, blob } = row;
    return entry.runner.open({ base, revision, path: join(store.folders.models, blob) }, closing);
  };

  /** The one that is open, or a new one, which is then the most recently used. */
  const kept = (id: string, opened: () => Promise<LanguageModel>): Promise<LanguageModel> => {
    const model = open.get(id) ?? opened();
    open.delete(id);
    open.set(id, model);
    model.catch(() => open.get(id) === model && open.delete(id));
    return model;
  };

  return {
    async get(id) {
      const entry = await catalog.find(id);
      if (entry) return kept(id, () => entry.runner.open({ base: id, path: null, revision: null }, closing));
      // Another engine of this home may have deleted it, so what is in memory is not enough.
      if (store.models.get(id) === null) {
        drop(id);
        throw modelNotFound(id);
      }
      const model = kept(id, () => openTuned(id));
      const tuned = [...open.keys()].filter((name) => name.startsWith('ft:'));
      for (const oldest of tuned.slice(0, -KEPT_MODELS)) drop(oldest);
      return model;
    },
    forget: drop,
  };
}
