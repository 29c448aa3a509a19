import { createStore, type StoreApi } from 'zustand/vanilla';
import type { AppState } from './types.ts';

export type AppStore = StoreApi<AppState>;

/** The one store. Only the workbench writes to it; operations reach it throttled, at most every 50 ms. */
export function createAppStore(initial: AppState): AppStore {
  return createStore<AppState>(() => initial);
}
