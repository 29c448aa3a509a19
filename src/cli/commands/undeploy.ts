import { startUndeployment } from '../../app/deployment/undeploy.ts';
import { hourlyText, soFarText } from '../../domain/deployment/billing.ts';
import { deploymentName } from '../../domain/deployment/names.ts';
import type { DeploymentRecord, ListedDeployment } from '../../domain/deployment/types.ts';
import type { CommandServices } from '../command-services.ts';
import { type CommandContext, CommandFailure, EXIT, type ExitCode, type UndeployOptions } from '../context.ts';
import { deployProgress, isMeant, openProviderOf, openRecords, printProblem } from '../deployments.ts';
import { follow } from '../follow.ts';

const MINUTE_MS = 60_000;

/** `undeploy MODEL`: takes a deployment away in the provider's order, whoever made it, and waits until it is gone. */
export async function undeploy(context: CommandContext, target: string, options: UndeployOptions): Promise<ExitCode> {
  const { output, ask } = context;
  const known = (await openRecords(context, options)).find((record) => isMeant(record, target)) ?? null;
  await using services = await openProviderOf(context, options, known?.providerId ?? '');
  const record = known ?? (await foreign(context, services, target));
  const { deps, profile } = services;
  const { order, view, usdPerHour } = record;
  const runs = record.billedSince !== null;
  output.line(
    `${order.name} at ${profile.name}: ${view.word || view.stage}${runs ? `, ${hourlyText(usdPerHour)}; ${soFarText(record, deps.clock.now())}` : ''}`,
  );
  if (options.yes !== true) {
    if (ask === null)
      throw new CommandFailure('Nobody is there to agree.', 'It is as it was.', 'Add --yes to agree beforehand.');
    if (!(await ask('Take it away? The tuned model stays.')))
      throw new CommandFailure('It was not taken away.', 'It is as it was.', '');
  }
  const handle = startUndeployment(deps, { profile, record, waitMs: options.wait * MINUTE_MS });
  const snapshot = await follow(context, deps.registry, handle, deployProgress);
  const left = deps.deployments.get(record.key) ?? record;
  output.record('undeployed', { status: snapshot.status, deployment: left, problem: snapshot.problem });
  printProblem(output, snapshot);
  if (snapshot.receipt !== null) output.line(snapshot.receipt.summary);
  return snapshot.status === 'succeeded' ? EXIT.done : EXIT.failure;
}

/** One that is at the provider and was not made here: from now on it is on the books. */
async function foreign(context: CommandContext, services: CommandServices, target: string): Promise<DeploymentRecord> {
  const { deps, profile } = services;
  const provider = await deps.providers.connect(profile.id, { signal: context.signal });
  const service = await provider.deployments?.();
  const listed = (await service?.list({ signal: context.signal })) ?? [];
  const found = listed.find((one) => isMeant(one, target));
  if (found === undefined)
    throw new CommandFailure(
      `No deployment of ${provider.name} is called ${target}.`,
      'Nothing was changed.',
      '`luthier deployments` lists those that Luthier made; with --provider those of others too.',
    );
  return deps.deployments.begin(recordOf(found, { profile, address: provider.address, now: deps.clock.now() }));
}

interface Place {
  readonly profile: CommandServices['profile'];
  readonly address: string;
  readonly now: number;
}

function recordOf({ order, view }: ListedDeployment, { profile, address, now }: Place): DeploymentRecord {
  return {
    key: deploymentName(order.name, String(now)),
    projectId: 'luthier deploy',
    providerId: profile.id,
    address,
    jobId: null,
    order,
    view,
    askedAt: now,
    seenAt: now,
    answered: false,
    leaving: false,
    closed: false,
    usdPerHour: null,
    billedMs: 0,
    billedSince: null,
  };
}
