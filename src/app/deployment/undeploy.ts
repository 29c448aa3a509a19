import { soFarText } from '../../domain/deployment/billing.ts';
import { nothingToDeploy } from '../../domain/deployment/names.ts';
import type { DeploymentRecord } from '../../domain/deployment/types.ts';
import type { DeploymentService } from '../runtime/deployment-ports.ts';
import { OperationError, problemOf } from '../runtime/errors.ts';
import type { DeployProgress, OperationContext, OperationHandle, OperationResult } from '../runtime/operation.ts';
import type { Deploying } from './deploy.ts';
import {
  createLooks,
  type DeploymentDeps,
  isPassing,
  keepLook,
  placed,
  serviceOf,
  sleepWithin,
  stillBilled,
  stopText,
} from './observe.ts';

export interface UndeployRequest {
  readonly profile: Deploying;
  readonly record: DeploymentRecord;
  /** Milliseconds after which it is given up. */
  readonly waitMs: number;
  readonly onChange?: (record: DeploymentRecord) => void;
}

/** Takes a deployment away, step by step in the provider's order, until nothing of it is there. */
export function startUndeployment(deps: DeploymentDeps, request: UndeployRequest): OperationHandle<DeployProgress> {
  const { record, profile } = request;
  const { tunedModel } = record.order;
  return deps.registry.start<DeployProgress>({
    projectId: record.projectId,
    title: `Undeploy ${tunedModel}`,
    detail: {
      kind: 'deploy',
      key: record.key,
      model: tunedModel,
      doing: 'asks the provider',
      word: '',
      callable: null,
    },
    async run(context) {
      const provider = await deps.providers.connect(profile.id, { signal: context.signal });
      const service = await serviceOf(provider, nothingToDeploy(profile));
      return untilGone(deps, service, request, context);
    },
  });
}

async function untilGone(
  deps: DeploymentDeps,
  service: DeploymentService,
  { record: first, waitMs, onChange }: UndeployRequest,
  context: OperationContext<DeployProgress>,
): Promise<OperationResult> {
  const { clock } = deps;
  const { signal } = context;
  const until = clock.now() + waitMs;
  const looks = createLooks(deps.random);
  // Written down first: whoever is waiting for it to answer makes nothing more of it.
  let record: DeploymentRecord = { ...first, leaving: true };
  deps.deployments.save(record);
  const step = async (): Promise<number> => {
    const { word } = record.view;
    const view = await service.remove(placed(record), { signal });
    record = keepLook(deps, record, view, { leaving: true, closed: view.stage === 'absent' });
    onChange?.(record);
    const { key, order } = record;
    const detail = { kind: 'deploy', key, model: order.tunedModel, word: view.word, callable: null } as const;
    context.report({ ...detail, doing: 'takes it away' }, null);
    return looks.after(view.word !== word);
  };
  try {
    for (;;) {
      signal.throwIfAborted();
      const delay = await step().catch((error: unknown) => {
        if (signal.aborted || !isPassing(error)) throw error;
        return looks.afterFault(error);
      });
      if (record.closed)
        return { summary: `${record.order.name} is gone: ${soFarText(record, clock.now())}.`, costUsd: null };
      if (clock.now() + 1 >= until) throw stillThere(record);
      await sleepWithin(clock, delay, until, signal);
    }
  } catch (error) {
    const { what, next } = problemOf(error, '');
    throw new OperationError(signal.aborted ? 'cancelled' : 'failed', {
      what: signal.aborted ? 'Stopped before it was gone.' : what,
      saved: stillBilled(record, clock.now()),
      next: signal.aborted ? stopText(record) : `${next} ${stopText(record)}`.trim(),
    });
  }
}

const stillThere = ({ order, view }: DeploymentRecord): OperationError =>
  new OperationError('failed', {
    what: `${order.name} is still there; the provider calls it ${view.word}.`,
    saved: '',
    next: '',
  });
