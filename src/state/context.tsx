import { createContext, type ReactNode, useContext } from 'react';
import { useStore } from 'zustand';
import type { AppStore } from './store.ts';
import type { AppState } from './types.ts';
import type { Workbench } from './workbench/types.ts';

interface Shop {
  readonly store: AppStore;
  readonly workbench: Workbench;
}

const ShopContext = createContext<Shop | null>(null);

export interface WorkbenchProviderProps extends Shop {
  readonly children: ReactNode;
}

/** Puts the store and the workbench in reach of every component below. */
export function WorkbenchProvider({ store, workbench, children }: WorkbenchProviderProps): ReactNode {
  return <ShopContext.Provider value={{ store, workbench }}>{children}</ShopContext.Provider>;
}

function useShop(): Shop {
  const shop = useContext(ShopContext);
  if (shop === null) throw new Error('There is no WorkbenchProvider above this component.');
  return shop;
}

/** The part of the state a component looks at. A selector must give the same value for the same state. */
export function useAppState<T>(selector: (state: AppState) => T): T {
  return useStore(useShop().store, selector);
}

export function useWorkbench(): Workbench {
  return useShop().workbench;
}
