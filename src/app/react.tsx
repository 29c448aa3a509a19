import { createContext, type ReactNode, useContext } from 'react';
import { useStore } from 'zustand';
import type { AppState, AppStore } from './core/state.ts';
import type { Workbench } from './workbench.ts';

interface AppContextValue {
  readonly store: AppStore;
  readonly workbench: Workbench;
}

const AppContext = createContext<AppContextValue | null>(null);

export interface WorkbenchProviderProps extends AppContextValue {
  readonly children: ReactNode;
}

/** Puts the store and the workbench in reach of every component below. */
export function WorkbenchProvider({ store, workbench, children }: WorkbenchProviderProps): ReactNode {
  return <AppContext.Provider value={{ store, workbench }}>{children}</AppContext.Provider>;
}

function useAppContext(): AppContextValue {
  const shop = useContext(AppContext);
  if (shop === null) throw new Error('There is no WorkbenchProvider above this component.');
  return shop;
}

/** The part of the state a component looks at. A selector must give the same value for the same state. */
export function useAppState<T>(selector: (state: AppState) => T): T {
  return useStore(useAppContext().store, selector);
}

export function useWorkbench(): Workbench {
  return useAppContext().workbench;
}
