import { vllmRank } from '../../../../domain/deployment/elsewhere.ts';
import { BASE_NAME, MAX_ADAPTERS, type VllmServer } from './server.ts';
import { refusalOf } from './stream.ts';

/** vLLM does not take an adapter; the message is its own. */
export class AdapterRefused extends Error {}

/** Adapters on one server: each is loaded when it is first asked, and has a name that was drawn for it. */
export interface Adapters {
  /** Calls `work` with the name to ask for; null for the base itself. Throws AdapterRefused. */
  hold(adapter: string | null): Promise<HeldAdapter>;
  /** Unloads one that nobody asks; otherwise it goes when it is the longest unused of too many. */
  unload(adapter: string): void;
}

export interface HeldAdapter {
  readonly name: string;
  free(): void;
}

interface Loaded {
  readonly name: string;
  readonly loading: Promise<void>;
  users: number;
}

export function createAdapters(server: VllmServer): Adapters {
  /** Longest unused first. */
  const loaded = new Map<string, Loaded>();
  let drawn = 0;

  const load = async (name: string, path: string): Promise<void> => {
    const answer = await server.post('/v1/load_lora_adapter', { lora_name: name, lora_path: path });
    if (!answer.ok) throw new AdapterRefused((await refusalOf(answer)).message);
    await answer.text();
  };

  const drop = (path: string, { name, loading }: Loaded): void => {
    loaded.delete(path);
    const unloading = async (): Promise<void> => {
      await loading;
      await (await server.post('/v1/unload_lora_adapter', { lora_name: name })).text();
    };
    // What cannot be unloaded goes with the server.
    unloading().catch(() => {});
  };

  const begin = (path: string): Loaded => {
    for (const [other, one] of loaded) if (loaded.size >= MAX_ADAPTERS && one.users === 0) drop(other, one);
    drawn += 1;
    const name = `adapter-${drawn}`;
    return { name, loading: load(name, path), users: 0 };
  };

  return {
    async hold(path) {
      if (path === null) return { name: BASE_NAME, free: () => {} };
      const one = loaded.get(path) ?? begin(path);
      loaded.delete(path);
      loaded.set(path, one);
      one.users += 1;
      const free = (): void => {
        one.users -= 1;
      };
      try {
        await one.loading;
      } catch (error) {
        if (loaded.get(path) === one) loaded.delete(path);
        throw error;
      }
      return { name: one.name, free };
    },
    unload(path) {
      const one = loaded.get(path);
      if (one !== undefined && one.users === 0) drop(path, one);
    },
  };
}

/** The smallest `--max-lora-rank` that takes both. */
export const rankForBoth = (rank: number, other: number): number => vllmRank(Math.max(rank, other));
