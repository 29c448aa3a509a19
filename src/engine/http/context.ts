import type { ModelLoader } from '../inference/loader.ts';
import type { EngineModels } from '../inference/types.ts';
import type { Store } from '../storage/store.ts';
import type { Scheduler } from '../training/scheduler.ts';
import type { RateLimiter } from './limits.ts';

/** What the routes work with. */
export interface EngineContext {
  readonly store: Store;
  readonly models: EngineModels;
  readonly loader: ModelLoader;
  readonly scheduler: Scheduler;
  readonly limiter: RateLimiter;
  /** Milliseconds every answer of a model is delayed by. */
  readonly latencyMs: number;
}
