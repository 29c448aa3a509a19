import type { Usage } from '../../domain/chat/types.ts';
import type { Problem } from '../../domain/common/outcome.ts';
import { afterLook } from '../../domain/deployment/billing.ts';
import { deploymentName, nothingToDeploy } from '../../domain/deployment/names.ts';
import type { DeploymentPlan, DeploymentRecord, DeploymentView } from '../../domain/deployment/types.ts';
import { ProviderError, type ProviderProfile } from '../../domain/provider/provider.ts';
import { sanitizeLine } from '../../domain/text/sanitize.ts';
import { paidChat } from '../core/paid-call.ts';
import type { DeploymentService, DeploymentWish } from '../runtime/deployment-ports.ts';
import { errorText, OperationError, problemOf } from '../runtime/errors.ts';
import type { DeployProgress, OperationContext, OperationHandle, OperationResult } from '../runtime/operation.ts';
import type { CallOptions, Provider } from '../runtime/ports.ts';
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

export type Deploying = Pick<ProviderProfile, 'id' | 'name' | 'kind' | 'jobDialect'>;

/** A tuned model with what would serve it, as a person is shown it before they agree. */
export interface PlannedDeployment {
  readonly plan: DeploymentPlan;
  /** One of the same model that is open already: it is gone on with, and nothing made twice. Null for a new one. */
  readonly before: DeploymentRecord | null;
}

/** Finds out what a deployment would be; makes nothing. Throws ProviderError, and OperationError where nothing is deployed. */
export async function planDeployment(
  { providers, deployments }: Pick<DeploymentDeps, 'providers' | 'deployments'>,
  profile: Deploying,
  wish: DeploymentWish,
  options?: CallOptions,
): Promise<PlannedDeployment> {
  const provider = await providers.connect(profile.id, options);
  const service = await serviceOf(provider, nothingToDeploy(profile));
  const plan = await service.plan(wish, options);
  const { address } = provider;
  const before = deployments
    .list({ open: true })
    .find((one) => one.address === address && one.order.source === plan.source);
  return { plan, before: before ?? null };
}

export interface DeployRequest {
  readonly projectId: string;
  readonly profile: Deploying;
  readonly jobId: string | null;
  readonly wish: DeploymentWish;
  readonly plan: DeploymentPlan;
  /** Milliseconds after which a deployment that does not answer is given up. */
  readonly waitMs: number;
  /** US$; null when the price is unknown. */
  readonly costOf: (usage: Usage, model: string) => number | null;
  /** Something of it is newly on disk. */
  readonly onChange?: (record: DeploymentRecord) => void;
}

export interface DeployHandle extends OperationHandle<DeployProgress> {
  /** As it is on disk; null before it is written down. */
  record(): DeploymentRecord | null;
}

type Context = OperationContext<DeployProgress>;

const NOTHING: DeploymentView = { stage: 'absent', word: '', message: '', model: null, parts: {} };

/**
 * Deploys a tuned model and waits until it gave a first real answer. It is written down before the provider is asked, and
 * whatever is there of it already is gone on with. Ends as failed where the provider refuses, gives it up, or the wait is over, and then
 * says what is billed on.
 */
export function startDeployment(deps: DeploymentDeps, request: DeployRequest): DeployHandle {
  let key: string | null = null;
  const model = request.plan.tunedModel;
  const handle = deps.registry.start<DeployProgress>({
    projectId: request.projectId,
    title: `Deploy ${model}`,
    detail: { kind: 'deploy', key: '', model, doing: 'asks the provider', word: '', callable: null },
    async run(context) {
      const provider = await deps.providers.connect(request.profile.id, { signal: context.signal });
      const service = await serviceOf(provider, nothingToDeploy(request.profile));
      const begun = deps.deployments.begin(newRecord(deps, request, provider, context.id));
      key = begun.key;
      request.onChange?.(begun);
      const record = begun.key === context.id ? begun : await takenUp(deps, service, begun, context.signal);
      return await untilAnswered(deps, { provider, service, request, record }, context);
    },
  });
  return { ...handle, record: () => (key === null ? null : deps.deployments.get(key)) };
}

function newRecord(
  { clock }: DeploymentDeps,
  { projectId, profile, jobId, plan, wish }: DeployRequest,
  { address }: Provider,
  key: string,
): DeploymentRecord {
  const now = clock.now();
  const { source, tunedModel, setup, usdPerHour } = plan;
  return {
    key,
    projectId,
    providerId: profile.id,
    address,
    jobId,
    order: { name: deploymentName(tunedModel, key), source, tunedModel, setup, choices: wish.choices },
    view: NOTHING,
    askedAt: now,
    seenAt: now,
    answered: false,
    leaving: false,
    closed: false,
    usdPerHour,
    billedMs: 0,
    billedSince: null,
  };
}

/** One that was asked for before. Where nothing of it is there after all, its time begins now. */
async function takenUp(
  deps: DeploymentDeps,
  service: DeploymentService,
  record: DeploymentRecord,
  signal: AbortSignal,
): Promise<DeploymentRecord> {
  const view = await service.look(placed(record), { signal });
  if (view.stage !== 'absent') return keepLook(deps, record, view, { leaving: false });
  const now = deps.clock.now();
  const again = { ...afterLook(record, view, now), askedAt: now, leaving: false };
  deps.deployments.save(again);
  return again;
}

interface Running {
  readonly provider: Provider;
  readonly service: DeploymentService;
  readonly request: DeployRequest;
  readonly record: DeploymentRecord;
}

async function untilAnswered(deps: DeploymentDeps, running: Running, context: Context): Promise<OperationResult> {
  const { clock } = deps;
  const { signal } = context;
  const { waitMs } = running.request;
  const until = clock.now() + waitMs;
  const looks = createLooks(deps.random);
  let { record } = running;
  try {
    for (;;) {
      signal.throwIfAborted();
      const turn = await oneTurn(deps, { ...running, record }, context);
      ({ record } = turn);
      if (turn.summary !== null) return { summary: turn.summary, costUsd: null };
      if (clock.now() + 1 >= until) throw tooSlow(record, waitMs);
      const delay = turn.fault === null ? looks.after(turn.news) : looks.afterFault(turn.fault);
      await sleepWithin(clock, delay, until, signal);
    }
  } catch (error) {
    throw await withTheBill(deps, running.service, record, { error, aborted: signal.aborted });
  }
}

interface Turn {
  readonly record: DeploymentRecord;
  /** Whether the provider's word for it is another. */
  readonly news: boolean;
  /** What it answers by; null while it does not. */
  readonly summary: string | null;
  /** What went wrong and may go well the next time. */
  readonly fault: ProviderError | null;
}

/** Makes what is missing, and asks it something once it is said to be ready. */
async function oneTurn(deps: DeploymentDeps, running: Running, context: Context): Promise<Turn> {
  const { provider, service, request, record } = running;
  if (deps.deployments.get(record.key)?.leaving === true) throw takenAway(record);
  let seen = record;
  const report = (doing: string): void => {
    const { view, order, key, answered } = seen;
    const callable = answered ? view.model : null;
    context.report({ kind: 'deploy', key, model: order.tunedModel, doing, word: view.word, callable }, null);
  };
  const keep = (view: DeploymentView, more: { readonly answered?: boolean } = {}): void => {
    seen = keepLook(deps, seen, view, more);
    request.onChange?.(seen);
  };
  try {
    const view = await service.advance(placed(record), { signal: context.signal, onStep: report });
    keep(view);
    if (view.stage === 'failed') throw gaveUp(seen);
    const waits = view.stage === 'ready' ? await firstAnswer(deps, running, seen, context) : 'waits until it is ready';
    if (waits === null) keep(view, { answered: true });
    context.warn(null);
    report(waits ?? 'answers');
    const news = view.word !== record.view.word;
    return { record: seen, news, summary: waits === null ? `${view.model} answers.` : null, fault: null };
  } catch (error) {
    if (!isPassing(error) || context.signal.aborted) throw error;
    context.warn(passing(provider, error));
    return { record: seen, news: false, summary: null, fault: error };
  }
}

const passing = (provider: Provider, error: ProviderError): Problem => ({
  what: `${provider.name} did not do what it was asked: ${errorText(error)}`,
  saved: 'What is there of it is known by its name.',
  next: 'Nothing to do: Luthier asks again.',
});

/** Words of a server whose deployment is up and does not answer yet, under whatever status. */
const NOT_YET = /not ?(?:yet )?ready|scaling_?up|routing_error|no healthy|warming|being (?:created|deployed|loaded)/i;

/** Sends one small call. Null when it was answered; else in words what is waited for. Throws what waiting does not mend. */
async function firstAnswer(
  { ledger }: DeploymentDeps,
  { provider, request }: Running,
  record: DeploymentRecord,
  context: Context,
): Promise<string | null> {
  const { model } = record.view;
  if (model === null) return 'waits for its name';
  const chat = paidChat(ledger, {
    projectId: record.projectId,
    kind: 'test',
    operationId: context.id,
    provider,
    costOf: request.costOf,
  });
  try {
    const messages = [{ role: 'user' as const, content: 'Say hello.' }];
    await chat.complete({ model, messages, maxTokens: 16 }, { signal: context.signal });
    return null;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    const { kind, detail, message } = error;
    // Until it is routed some say that there is no such model.
    const waits = kind === 'server' || kind === 'not-found' || NOT_YET.test(`${detail.code ?? ''} ${message}`);
    if (!waits) throw error;
    return `waits for its first answer: ${sanitizeLine(detail.code || message)}`;
  }
}

const gaveUp = ({ view, order }: DeploymentRecord): OperationError =>
  new OperationError('failed', {
    what: `The deployment ${order.name} failed${view.message === '' ? '' : `: ${sanitizeLine(view.message)}`} (${view.word}).`,
    saved: '',
    next: '',
  });

const tooSlow = ({ view, order }: DeploymentRecord, waitMs: number): OperationError =>
  new OperationError('failed', {
    what: `${order.name} did not answer within ${Math.max(1, Math.round(waitMs / 60_000))} min; the provider calls it ${view.word || 'nothing'}.`,
    saved: '',
    next: 'The same command goes on waiting.',
  });

const takenAway = ({ order }: DeploymentRecord): OperationError =>
  new OperationError('cancelled', {
    what: `${order.name} is being taken away, from another window or command.`,
    saved: '',
    next: '',
  });

/** Why it ended, and what is billed on: the provider is asked how it stands, so that nothing half-made is kept quiet. */
async function withTheBill(
  deps: DeploymentDeps,
  service: DeploymentService,
  record: DeploymentRecord,
  { error, aborted }: { readonly error: unknown; readonly aborted: boolean },
): Promise<OperationError> {
  const why = problemOf(error, '');
  const status = error instanceof OperationError ? error.status : aborted ? 'cancelled' : 'failed';
  const what = aborted ? 'Stopped before it answered.' : why.what;
  const known = deps.deployments.get(record.key) ?? record;
  if (known.leaving || known.closed) return new OperationError(status, { what, saved: '', next: why.next });
  try {
    const view = await service.look(placed(known));
    const now = keepLook(deps, known, view, view.stage === 'absent' ? { closed: true } : {});
    const open = !now.closed;
    const next = [why.next, ...(open ? [stopText(now)] : [])].filter(Boolean).join(' ');
    return new OperationError(status, { what, saved: stillBilled(now, deps.clock.now()), next });
  } catch (fault) {
    return new OperationError(status, {
      what,
      saved: `Whether something of ${known.order.name} is there, and billed, cannot be read: ${errorText(fault)}`,
      next: `Look with \`luthier deployments\`. ${stopText(known)}`,
    });
  }
}
