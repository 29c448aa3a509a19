import { keepLook, placed } from '../../app/deployment/observe.ts';
import { costSoFar, hoursOf, isBilled } from '../../domain/deployment/billing.ts';
import type { DeploymentRecord, ListedDeployment } from '../../domain/deployment/types.ts';
import { ProviderError } from '../../domain/provider/provider.ts';
import { formatUsd } from '../../domain/text/format.ts';
import type { CommandServices } from '../command-services.ts';
import { type CommandContext, type ConnectionOptions, EXIT, type ExitCode } from '../context.ts';
import { openProviderOf, openRecords } from '../deployments.ts';
import { columns } from '../output/text-layout.ts';

const HEADS = ['model', 'deployment', 'provider', 'state', 'hours', 'so far', 'an hour'];

/** `deployments`: those that Luthier made, looked at where they are; with a provider named, those of others there too. */
export async function deployments(context: CommandContext, options: ConnectionOptions): Promise<ExitCode> {
  const { output } = context;
  const named = options.provider !== undefined || options.baseUrl !== undefined;
  const records = await openRecords(context, options);
  const ids = named ? [''] : [...new Set(records.map(({ providerId }) => providerId))];
  const found: Found[] = [];
  for (const id of ids) {
    await using services = await openProviderOf(context, options, id);
    found.push(await atProvider(context, services, { records, others: named }));
  }
  const rows = found.flatMap((one) => one.rows);
  if (rows.length === 0) output.line('Nothing is deployed.');
  else for (const line of columns([HEADS, ...rows], new Set([4, 5, 6]))) output.line(line);
  if (found.some(({ billed }) => billed))
    output.line('`luthier undeploy DEPLOYMENT` takes one away, and ends its bill.');
  return EXIT.done;
}

interface Found {
  readonly rows: readonly string[][];
  /** Whether one of them costs money while it is idle. */
  readonly billed: boolean;
}

async function atProvider(
  context: CommandContext,
  services: CommandServices,
  { records, others }: { readonly records: readonly DeploymentRecord[]; readonly others: boolean },
): Promise<Found> {
  const { output } = context;
  const { profile, deps } = services;
  const own = records.filter(({ providerId }) => providerId === profile.id);
  const seen = await lookAt(context, services, own);
  const now = deps.clock.now();
  for (const record of seen)
    output.record('deployment', { deployment: record, hours: hoursOf(record, now), usd: costSoFar(record, now) });
  const more = others ? await notOurs(context, services, seen) : [];
  for (const other of more) output.record('deployment', { deployment: null, ...other });
  return {
    rows: [
      ...seen.map((record) => rowOf(record, profile.name, now)),
      ...more.map(({ view, order }) => {
        const state = view.word || view.stage;
        return [view.model ?? '', order.name, profile.name, state, '', 'not Luthier’s', ''];
      }),
    ],
    billed: seen.some(isBilled),
  };
}

const rowOf = (record: DeploymentRecord, provider: string, now: number): string[] => [
  record.view.model ?? record.order.tunedModel,
  record.order.name,
  provider,
  record.answered ? 'answers' : record.view.word || record.view.stage,
  hoursOf(record, now).toFixed(1),
  formatUsd(costSoFar(record, now)),
  formatUsd(record.usdPerHour),
];

/** Each as it stands now; one that cannot be asked after as it was last seen, which is said. */
async function lookAt(
  { output, signal }: CommandContext,
  { deps, profile }: CommandServices,
  records: readonly DeploymentRecord[],
): Promise<readonly DeploymentRecord[]> {
  const seen: DeploymentRecord[] = [];
  for (const record of records) {
    try {
      const service = await (await deps.providers.connect(profile.id, { signal })).deployments?.();
      if (service === undefined) continue;
      const view = await service.look(placed(record), { signal });
      seen.push(keepLook(deps, record, view, view.stage === 'absent' ? { closed: true } : {}));
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      output.note(`! ${record.order.name} cannot be asked after, and is shown as it was last seen: ${error.message}`);
      seen.push(record);
    }
  }
  return seen.filter(({ closed }) => !closed);
}

async function notOurs(
  { signal }: CommandContext,
  { deps, profile }: CommandServices,
  own: readonly DeploymentRecord[],
): Promise<readonly ListedDeployment[]> {
  const provider = await deps.providers.connect(profile.id, { signal });
  const service = await provider.deployments?.();
  const listed = (await service?.list({ signal })) ?? [];
  return listed.filter(({ view }) => !own.some((record) => record.view.model === view.model));
}
