import type { BatchView } from '../../domain/batches/view.ts';
import type { UntimedAnswer } from '../../domain/chat/types.ts';
import type { ChatService, Clock } from '../runtime/ports.ts';
import type { SpendingCap } from '../runtime/spending-ports.ts';
import type { Budget, CostEstimator } from './budget.ts';
import type { Paces } from './call-lane.ts';
import type { ProgressMeter } from './progress-meter.ts';
import type { Account, Purchases } from './purchases.ts';
import type { PricedRequest, ReusedRequest } from './requests.ts';
import type { LaneWait } from './traffic.ts';

/** The requests of a run, read from the start; what is there already is told. */
export type ReadRequests = (reused: (request: ReusedRequest) => void) => AsyncIterable<PricedRequest>;

/** What sends the requests of a run: call by call, or by the file. */
export interface Dispatcher {
  /** Calls under way, or requests in batches. */
  readonly running: number;
  /** Resolves when all work is done; rejects with what stopped the run. */
  run(read: ReadRequests): Promise<void>;
  pause(): void;
  resume(): void;
  /** Ends the run: nothing more starts. */
  stop(error: unknown): void;
  /** After a change of cap or concurrency: tries what waited. */
  reconsider(): void;
  /** What stands still, the longest wait first. */
  waits(): readonly LaneWait[];
  /** Batches at providers, oldest first; none where calls are made one by one. */
  batches(): readonly BatchView[];
}

/** What a run hands to what sends its requests. */
export interface DispatchParts {
  readonly chatOf: (providerId: string) => ChatService;
  readonly clock: Clock;
  readonly random: () => number;
  readonly budget: Budget;
  readonly estimator: CostEstimator;
  readonly paces: Paces;
  readonly purchases: Purchases;
  readonly meter: ProgressMeter;
  readonly signal: AbortSignal;
  /** An answer is there, before its row is. */
  readonly received: (work: PricedRequest, answer: UntimedAnswer) => void;
  /** A call may be billed although no answer came of it. */
  readonly unanswered: () => void;
  /** Something worth showing changed. */
  readonly changed: () => void;
  /** The cap lets no further call start and none is running; false when it does again. */
  readonly capped: (blocked: boolean) => void;
  /** Why a run ends whose server lets nothing pass for longer than anyone waits. */
  readonly closed: (wait: LaneWait) => Error;
  /** So many rows wait for calls of others that are filling them. */
  readonly held: (rows: number) => void;
  /** A batch at a provider is to fill a row, so it is left to that. */
  readonly batched: () => void;
  /** What is there already, and needs no request. */
  readonly reused: (request: ReusedRequest) => void;
  readonly account: Account;
  /** The project its answers are rows of. */
  readonly rowsOf: string;
  readonly cap: () => SpendingCap;
  /** Whether the project or this run has a cap now. */
  readonly isCapped: () => boolean;
  /** Keys of other hosts that were masked in what is sent. */
  readonly masked: (keys: number) => void;
}
