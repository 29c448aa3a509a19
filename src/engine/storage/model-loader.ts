import { join } from 'node:path';
import { modelNotFound } from '../http/error.ts';
import type { EngineModels, LanguageModel } from '../runners/types.ts';
import { readBlob } from './blobs.ts';
import type { Store } from './store.ts';

/** Loaded tuned models kept in memory, least recently used out first. */
const KEPT_MODELS = 4;

export interface ModelLoader {
  /** The model of that name, ready to answer. Throws the 404 for one that is not there. */
  get(id: string): Promise<LanguageModel>;
  forget(id: string): void;
}

export function createLoader(store: Store, models: EngineModels): ModelLoader {
  const bases = new Map<string, LanguageModel>();
  const tuned = new Map<string, Promise<LanguageModel>>();

  const loadTuned = async (id: string): Promise<LanguageModel> => {
    const row = store.models.get(id);
    const runner = row && models.runners.find((candidate) => candidate.baseModels.includes(row.base));
    if (!row || !runner) throw modelNotFound(id);
    return runner.load(await readBlob(join(store.folders.models, row.blob)));
  };

  return {
    async get(id) {
      const base = models.baseModels.find((model) => model.id === id);
      if (base) {
        const loaded = bases.get(id) ?? base.load();
        bases.set(id, loaded);
        return loaded;
      }
      // Another engine of this home may have deleted it, so what is in memory is not enough.
      if (store.models.get(id) === null) {
        tuned.delete(id);
        throw modelNotFound(id);
      }
      const loading = tuned.get(id) ?? loadTuned(id);
      tuned.delete(id);
      tuned.set(id, loading);
      for (const oldest of [...tuned.keys()].slice(0, -KEPT_MODELS)) tuned.delete(oldest);
      loading.catch(() => tuned.delete(id));
      return loading;
    },
    forget: (id) => {
      tuned.delete(id);
    },
  };
}
