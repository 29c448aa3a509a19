import { type PlannedDeployment, planDeployment, startDeployment } from '../../app/deployment/deploy.ts';
import { startUndeployment } from '../../app/deployment/undeploy.ts';
import type { DeploymentWish } from '../../app/runtime/deployment-ports.ts';
import { OperationError } from '../../app/runtime/errors.ts';
import { hourlyText, soFarText } from '../../domain/deployment/billing.ts';
import type { DeploymentChoices, DeploymentRecord } from '../../domain/deployment/types.ts';
import { chatCost } from '../../domain/pricing/cost.ts';
import { dateAndTime, shellWord } from '../../domain/text/format.ts';
import { adapterParts } from '../adapter-folder.ts';
import type { CommandServices } from '../command-services.ts';
import {
  type CommandContext,
  CommandFailure,
  type DeployOptions,
  EXIT,
  type ExitCode,
  UsageError,
} from '../context.ts';
import { deployProgress, openTarget, printProblem } from '../deployments.ts';
import { follow } from '../follow.ts';
import type { Output } from '../output/output.ts';

const MINUTE_MS = 60_000;
/** Where deployments stand whose job belongs to no project of this machine. */
const APART = 'luthier deploy';

/** `deploy MODEL_OR_JOB`: says what it costs, asks, makes what is missing, and waits for the first real answer. */
export async function deploy(context: CommandContext, target: string, options: DeployOptions): Promise<ExitCode> {
  const { output } = context;
  await using open = await openTarget(context, target, options);
  const { services, job, record, model, provider } = open;
  const { deps, profile } = services;
  const choices = {
    idleStopMinutes: options.idleStop ?? null,
    accelerator: options.accelerator ?? null,
    onto: options.onto ?? null,
    ...(await ownChoices(context, options, { profile, target, isJob: job !== null })),
  };
  const { wish, planned } = await plan(context, services, { job, model, choices });
  sayPlan(output, provider.name, planned);
  await agree(context, planned, options);
  const handle = startDeployment(deps, {
    projectId: record?.projectId ?? APART,
    profile,
    jobId: job?.id ?? null,
    wish,
    plan: planned.plan,
    waitMs: options.wait * MINUTE_MS,
    costOf: (usage, of) => chatCost(usage, of, deps.prices()),
  });
  const snapshot = await follow(context, deps.registry, handle, deployProgress);
  const made = handle.record();
  output.record('deployed', {
    status: snapshot.status,
    model: snapshot.status === 'succeeded' ? (made?.view.model ?? null) : null,
    deployment: made,
    problem: snapshot.problem,
  });
  if (snapshot.status === 'succeeded' && made !== null) {
    sayDone(output, made, profile.id);
    return EXIT.done;
  }
  printProblem(output, snapshot);
  if (made !== null && !made.closed && !context.signal.aborted) await undo(context, services, made, options);
  return EXIT.failure;
}

interface Asked {
  readonly profile: CommandServices['profile'];
  readonly target: string;
  readonly isJob: boolean;
}

/** What one provider alone asks for: Azure its resource, vLLM the adapter's folder. Throws UsageError where it would be dropped. */
async function ownChoices(
  context: CommandContext,
  { subscription, resourceGroup, account, sku, capacity }: DeployOptions,
  { profile: { name, kind, jobDialect }, target, isJob }: Asked,
): Promise<Pick<DeploymentChoices, 'own'>> {
  const given = { subscription, resourceGroup, account, sku, capacity: capacity?.toString() };
  const own = Object.entries(given).flatMap(([part, value]) => (value === undefined ? [] : [[part, value] as const]));
  if (own.length > 0 && jobDialect !== 'azure')
    throw new UsageError(
      `--subscription, --resource-group, --account, --sku and --capacity are of Azure, and ${name} is not`,
    );
  if (own.length > 0) return { own: Object.fromEntries(own) };
  const folder = kind === 'compatible' && !isJob ? await adapterParts(context, target) : null;
  return folder === null ? {} : { own: folder };
}

interface Planned {
  readonly wish: DeploymentWish;
  readonly planned: PlannedDeployment;
}

/** The plan; where the provider stops nothing by itself, a person who is there may have it do so. */
async function plan(context: CommandContext, services: CommandServices, wish: DeploymentWish): Promise<Planned> {
  const { ask, signal } = context;
  const planOf = async (wanted: DeploymentWish): Promise<Planned> => {
    try {
      return { wish: wanted, planned: await planDeployment(services.deps, services.profile, wanted, { signal }) };
    } catch (error) {
      if (!(error instanceof OperationError) || error.problem === null) throw error;
      const { what, saved, next } = error.problem;
      throw new CommandFailure(what, saved, next);
    }
  };
  const first = await planOf(wish);
  const { offersIdleStop } = first.planned.plan;
  if (ask === null || offersIdleStop === null || first.planned.before !== null) return first;
  const wanted = await ask(`Have it stop by itself after ${offersIdleStop} minutes without a call?`);
  return wanted ? planOf({ ...wish, choices: { ...wish.choices, idleStopMinutes: offersIdleStop } }) : first;
}

function sayPlan(output: Output, provider: string, { plan: found, before }: PlannedDeployment): void {
  output.record('plan', { provider, ...found, before });
  output.line(`${found.tunedModel} at ${provider}${found.hardware === '' ? '' : `, ${found.hardware}`}`);
  output.line(`It costs ${hourlyText(found.usdPerHour)}.`);
  for (const note of found.notes) output.line(note);
  if (before !== null)
    output.line(
      `It was asked for at ${dateAndTime(before.askedAt / 1000)} as ${before.order.name}: this goes on with that, and makes no other.`,
    );
}

/** Throws where nobody agrees to what begins to cost. What runs already was agreed to. */
async function agree({ ask }: CommandContext, { before }: PlannedDeployment, { yes }: DeployOptions): Promise<void> {
  const runs = before !== null && !before.leaving && before.billedSince !== null;
  if (yes === true || runs) return;
  if (ask === null)
    throw new CommandFailure(
      'Nobody is there to agree to what it costs.',
      'Nothing was made.',
      'Add --yes to agree beforehand.',
    );
  if (!(await ask('Deploy it?')))
    throw new CommandFailure('It was not deployed: nobody agreed to it.', 'Nothing was made.', '');
}

function sayDone(output: Output, { view, order, usdPerHour }: DeploymentRecord, provider: string): void {
  const model = view.model ?? '';
  output.line(`Model ${model}`);
  output.line(`luthier chat --provider ${shellWord(provider)} --model ${shellWord(model)} "…"`);
  if (usdPerHour !== 0) output.line(`It costs ${hourlyText(usdPerHour)} until \`luthier undeploy ${order.name}\`.`);
}

/** Takes away what is half-made, where a person wants that. */
async function undo(
  context: CommandContext,
  { deps, profile }: CommandServices,
  record: DeploymentRecord,
  { undo: wanted, wait }: DeployOptions,
): Promise<void> {
  const { ask, output } = context;
  if (wanted !== true && (ask === null || !(await ask('Take away what is there of it?')))) return;
  const handle = startUndeployment(deps, { profile, record, waitMs: wait * MINUTE_MS });
  const snapshot = await follow(context, deps.registry, handle, deployProgress);
  const left = deps.deployments.get(record.key) ?? record;
  output.record('undeployed', { status: snapshot.status, deployment: left, problem: snapshot.problem });
  printProblem(output, snapshot);
  if (snapshot.receipt !== null) output.line(snapshot.receipt.summary);
  else output.note(soFarText(left, deps.clock.now()));
}
