import type { DeployProgress, OperationSnapshot } from '../app/runtime/operation.ts';
import type { Provider } from '../app/runtime/ports.ts';
import type { DeploymentRecord, ListedDeployment } from '../domain/deployment/types.ts';
import { ProviderError } from '../domain/provider/provider.ts';
import type { JobRecord, TuningJob } from '../domain/training/types.ts';
import { namedFolder } from './adapter-folder.ts';
import { type CommandServices, openCommandServices } from './command-services.ts';
import { resolveConnection } from './connect.ts';
import { type CommandContext, type ConnectionOptions, UsageError } from './context.ts';
import type { Output, Progress } from './output/output.ts';

/** A provider with the services of a command, and the model or job that the command was given. */
export interface OpenTarget extends AsyncDisposable {
  readonly services: CommandServices;
  readonly provider: Provider;
  /** Null where no job of it is known. */
  readonly job: TuningJob | null;
  readonly record: JobRecord | null;
  /** As it was named. */
  readonly model: string;
}

/** Where a command looks that was given no provider: this machine's own database, which knows where a job ran. */
export async function openTarget(
  context: CommandContext,
  target: string,
  options: ConnectionOptions,
): Promise<OpenTarget> {
  const named = options.provider !== undefined || options.baseUrl !== undefined;
  const record = await knownJob(context, target, options);
  if (!named && record === null)
    throw new UsageError(`no job or tuned model of this machine is called ${target}: name its --provider`);
  const connection = resolveConnection(context, named ? options : { ...options, provider: record?.providerId ?? '' });
  const services = openCommandServices(connection);
  const provider = await connection.providers.connect(connection.profile.id, { signal: context.signal });
  const own = record !== null && record.providerId === provider.id ? record : null;
  const isFolder = connection.profile.kind === 'compatible' && namedFolder(target) !== null;
  const job = isFolder ? null : await jobAt(provider, own?.job.id ?? target, context.signal);
  if (own !== null && job !== null) services.deps.jobs.save({ ...own, job });
  return {
    services,
    provider,
    job,
    record: own,
    model: job?.fineTunedModel ?? target,
    [Symbol.asyncDispose]: () => services[Symbol.asyncDispose](),
  };
}

async function knownJob(
  context: CommandContext,
  target: string,
  options: ConnectionOptions,
): Promise<JobRecord | null> {
  await using services = openCommandServices(resolveConnection(context, options));
  const found = services.records.find(target) ?? services.records.ofModel(target);
  if (found?.providerId !== 'base-url' || options.baseUrl !== undefined) return found;
  throw new UsageError(
    `${target} was tuned at an address that no provider of the settings has: name it with --base-url`,
  );
}

/** A job as it stands; null where the name is of none. */
async function jobAt(provider: Provider, name: string, signal: AbortSignal): Promise<TuningJob | null> {
  try {
    return await provider.jobs.retrieve(name, { signal });
  } catch (error) {
    if (error instanceof ProviderError && error.kind === 'not-found') return null;
    throw error;
  }
}

/** Opens what is needed to look at a deployment that was made, wherever that was. */
export async function openProviderOf(
  context: CommandContext,
  options: ConnectionOptions,
  providerId: string,
): Promise<CommandServices> {
  const named = options.provider !== undefined || options.baseUrl !== undefined;
  return openCommandServices(resolveConnection(context, named ? options : { ...options, provider: providerId }));
}

/** Whether a person who says `name` means this deployment. */
export function isMeant({ order, view }: Pick<ListedDeployment, 'order' | 'view'>, name: string): boolean {
  return [order.name, order.source, order.tunedModel, view.model].includes(name);
}

export function deployProgress({ detail, fraction }: OperationSnapshot<DeployProgress>): Progress {
  const { kind: _, ...fields } = detail;
  const text = detail.word === '' ? detail.doing : `${detail.doing} (${detail.word})`;
  return { label: 'deploy', fraction, text, fields };
}

/** Says what became of an operation, in three parts where it did not end well. */
export function printProblem(output: Output, { problem }: Pick<OperationSnapshot, 'problem'>): void {
  if (problem === null) return;
  output.note(`✗ ${problem.what}`);
  const more = `${problem.saved} ${problem.next}`.trim();
  if (more !== '') output.note(`  ${more}`);
}

/** What is open on this machine's books. */
export async function openRecords(
  context: CommandContext,
  options: ConnectionOptions,
): Promise<readonly DeploymentRecord[]> {
  await using services = openCommandServices(resolveConnection(context, options));
  return services.deps.deployments.list({ open: true });
}
