import { afterLook, hourlyText, soFarText } from '../../domain/deployment/billing.ts';
import type { DeploymentRecord, DeploymentView } from '../../domain/deployment/types.ts';
import { ProviderError } from '../../domain/provider/provider.ts';
import type { OperationDeps } from '../core/deps.ts';
import type { DeploymentService, PlacedOrder } from '../runtime/deployment-ports.ts';
import { OperationError } from '../runtime/errors.ts';
import type { Clock, Provider } from '../runtime/ports.ts';

export type DeploymentDeps = Pick<
  OperationDeps,
  'registry' | 'providers' | 'deployments' | 'ledger' | 'clock' | 'random'
>;

/** The order with what was seen of it. */
export const placed = ({ order, view }: DeploymentRecord): PlacedOrder => ({ ...order, parts: view.parts });

/** Keeps what a look found. What a person decided meanwhile, in another window or command, stays. */
export function keepLook(
  { deployments, clock }: Pick<DeploymentDeps, 'deployments' | 'clock'>,
  record: DeploymentRecord,
  view: DeploymentView,
  more: Partial<Pick<DeploymentRecord, 'answered' | 'leaving' | 'closed'>> = {},
): DeploymentRecord {
  const latest = deployments.get(record.key) ?? record;
  // What came into being after it was taken away is there all the same.
  const closed = latest.closed && view.stage === 'absent';
  const next = { ...afterLook(latest, view, clock.now()), closed, ...more };
  deployments.save(next);
  return next;
}

/** The deployments of a provider. Throws an OperationError in words where it has none. */
export async function serviceOf(provider: Provider, nothing: string): Promise<DeploymentService> {
  if (provider.deployments === undefined)
    throw new OperationError('failed', {
      what: nothing,
      saved: 'Nothing was made, and nothing is billed.',
      next: '',
    });
  return provider.deployments();
}

/** What is billed on, and the command that ends it; of what is not there, that nothing is. */
export function stillBilled(record: DeploymentRecord, now: number): string {
  const { view, order, usdPerHour, billedSince } = record;
  if (record.closed || view.stage === 'absent') return 'Nothing of it is there, and nothing is billed.';
  const what = `${order.name} is there${view.word === '' ? '' : ` (${view.word})`}`;
  if (billedSince === null) return `${what} and does not run.`;
  return `${what} and costs ${hourlyText(usdPerHour)}: ${soFarText(record, now)}.`;
}

export const stopText = ({ order, providerId }: DeploymentRecord): string =>
  `\`luthier undeploy ${order.name}${providerId === 'base-url' ? ' --base-url …' : ''}\` takes it away, and ends its bill.`;

const FAST_MS = 250;
const SLOW_MS = 15_000;
const GROWTH = 1.6;

/** When to look again: ever later while nothing changes, and no sooner than a refusal asks for. */
export function createLooks(random: () => number): {
  after(news: boolean): number;
  afterFault(error: ProviderError): number;
} {
  let delay = FAST_MS;
  let faults = 0;
  return {
    after(news) {
      faults = 0;
      delay = news ? FAST_MS : Math.round(Math.min(SLOW_MS, delay * GROWTH));
      return delay;
    },
    afterFault({ detail }) {
      faults += 1;
      const most = Math.min(SLOW_MS, FAST_MS * 2 ** faults);
      return Math.max(detail.retryAfterMs ?? 0, FAST_MS / 2 + random() * most);
    },
  };
}

/** A fault that the next look may not meet: calls of deployments may all be made again. */
export const isPassing = (error: unknown): error is ProviderError =>
  error instanceof ProviderError && (error.retryable || (error.mayHaveBeenDone && error.kind !== 'cancelled'));

/** Sleeps no longer than until the end of the wait. */
export const sleepWithin = (clock: Clock, ms: number, until: number, signal: AbortSignal): Promise<void> =>
  clock.sleep(Math.max(1, Math.min(ms, until - clock.now())), signal);
