import type { PriceTable } from '../domain/pricing/types.ts';
import type { OperationRegistry } from './channel/types.ts';
import type { Clock, JobStore, Providers, RowStore, TokenCounter } from './ports.ts';

/** What operations are handed; each takes only the members it uses. */
export interface OperationDeps {
  readonly registry: OperationRegistry;
  readonly providers: Providers;
  readonly rows: RowStore;
  readonly jobs: JobStore;
  readonly tokens: TokenCounter;
  readonly clock: Clock;
  /** In [0, 1): jitter of back-off. */
  readonly random: () => number;
  /** Read at each use, so that a person may change the table while the app runs. */
  readonly prices: () => PriceTable;
}
