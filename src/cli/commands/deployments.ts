import { keepLook, placed } from '../../app/deployment/observe.ts';
import { costSoFar, hoursOf, isBilled } from '../../domain/deployment/billing.ts';
import type { DeploymentRecord, ListedDeployment } from '../../domain/deployment/types.ts';
import { ProviderError } from '../../domain/provider/provider.ts';
import { formatUsd } from '../../domain/text/format.ts';
import type { CommandServices } from '../command-services.ts';
import { type CommandContext, type ConnectionOptions, EXIT, type ExitCode, UsageError } from '../context.ts';
import { openProviderOf, openRecords } from '../deployments.ts';
import { columns } from '../output/text-layout.ts';

const HEADS = ['model', 'deployment', 'provider', 'state', 'hours', 'so far', 'an hour'];

/**
 * `deployments`: those that Luthier made, looked at where they are; with a provider named, those of others there too. A provider that
 * cannot be asked hides no other: what is there is shown as it was last seen. It fails where none could be asked.
 */
export async function deployments(context: CommandContext, options: ConnectionOptions): Promise<ExitCode> {
  const { output } = context;
  const named = options.provider !== undefined || options.baseUrl !== undefined;
  const records = await openRecords(context, options);
  const ids = named ? [''] : [...new Set(records.map(({ providerId }) => providerId))];
  const found: Found[] = [];
  for (const id of ids) found.push(await atOne(context, options, { id, records, others: named }));
  const rows = found.flatMap((one) => one.rows);
  const failures = found.flatMap(({ failure }) => failure ?? []);
  if (rows.length > 0) for (const line of columns([HEADS, ...rows], new Set([4, 5, 6]))) output.line(line);
  else if (failures.length === 0) output.line('Nothing is deployed.');
  for (const failure of failures) output.note(`! ${failure}`);
  if (found.some(({ billed }) => billed))
    output.line('`luthier undeploy DEPLOYMENT` takes one away, and ends its bill.');
  return found.length > 0 && failures.length === found.length ? EXIT.failure : EXIT.done;
}

interface Found {
  readonly rows: readonly string[][];
  /** Whether one of them costs money while it is idle. */
  readonly billed: boolean;
  /** Why the provider, which is named, could not be asked; null where it was. */
  readonly failure: string | null;
}

interface Sought {
  /** Of the provider; empty for the one that the options name. */
  readonly id: string;
  readonly records: readonly DeploymentRecord[];
  readonly others: boolean;
}

async function atOne(context: CommandContext, options: ConnectionOptions, sought: Sought): Promise<Found> {
  const { id, records } = sought;
  try {
    await using services = await openProviderOf(context, options, id);
    return await atProvider(context, services, sought);
  } catch (error) {
    // A provider that a deployment was made at may be gone from the settings.
    if (!(error instanceof UsageError) || sought.others) throw error;
    const own = records.filter(({ providerId }) => providerId === id);
    const now = Date.now();
    for (const record of own) tell(context, { record, stale: true }, now);
    const where = id === 'base-url' ? (own[0]?.address ?? id) : id;
    return {
      rows: own.map((record) => rowOf({ record, stale: true }, where, now)),
      billed: own.some(isBilled),
      failure: `${where} could not be asked: ${error.message}`,
    };
  }
}

async function atProvider(
  context: CommandContext,
  services: CommandServices,
  { records, others }: Sought,
): Promise<Found> {
  const { output } = context;
  const { profile, deps } = services;
  const { seen, why } = await lookAt(
    context,
    services,
    records.filter(({ providerId }) => providerId === profile.id),
  );
  const now = deps.clock.now();
  for (const one of seen) tell(context, one, now);
  const more = others && why === null ? await notOurs(context, services, seen) : { listed: [], why };
  for (const other of more.listed) output.record('deployment', { deployment: null, ...other });
  const cause = why ?? more.why;
  if (cause !== null) output.record('unreachable', { provider: profile.id, message: cause });
  return {
    rows: [
      ...seen.map((one) => rowOf(one, profile.name, now)),
      ...more.listed.map(({ view, order }) => {
        const state = view.word || view.stage;
        return [view.model ?? '', order.name, profile.name, state, '', 'not Luthier’s', ''];
      }),
    ],
    billed: seen.some(({ record }) => isBilled(record)),
    failure: cause === null ? null : `${profile.name} could not be asked: ${cause}`,
  };
}

interface Seen {
  readonly record: DeploymentRecord;
  /** Whether it is as it was last seen, because it could not be looked at. */
  readonly stale: boolean;
}

const tell = ({ output }: CommandContext, { record, stale }: Seen, now: number): void =>
  output.record('deployment', { deployment: record, stale, hours: hoursOf(record, now), usd: costSoFar(record, now) });

const rowOf = ({ record, stale }: Seen, provider: string, now: number): string[] => [
  record.view.model ?? record.order.tunedModel,
  record.order.name,
  provider,
  `${record.answered ? 'answers' : record.view.word || record.view.stage}${stale ? ', as last seen' : ''}`,
  hoursOf(record, now).toFixed(1),
  formatUsd(costSoFar(record, now)),
  formatUsd(record.usdPerHour),
];

/** Each as it stands now; where it cannot be asked after, as it was last seen, and why. */
async function lookAt(
  { signal }: CommandContext,
  { deps, profile }: CommandServices,
  records: readonly DeploymentRecord[],
): Promise<{ readonly seen: readonly Seen[]; readonly why: string | null }> {
  const seen: Seen[] = [];
  let why: string | null = null;
  for (const record of records) {
    try {
      const service = await (await deps.providers.connect(profile.id, { signal })).deployments?.();
      if (service === undefined) continue;
      const view = await service.look(placed(record), { signal });
      seen.push({
        record: keepLook(deps, record, view, view.stage === 'absent' ? { closed: true } : {}),
        stale: false,
      });
    } catch (error) {
      if (!(error instanceof ProviderError) || signal.aborted) throw error;
      why = error.message;
      seen.push({ record, stale: true });
    }
  }
  return { seen: seen.filter(({ record }) => !record.closed), why };
}

async function notOurs(
  { signal }: CommandContext,
  { deps, profile }: CommandServices,
  own: readonly Seen[],
): Promise<{ readonly listed: readonly ListedDeployment[]; readonly why: string | null }> {
  try {
    const provider = await deps.providers.connect(profile.id, { signal });
    const service = await provider.deployments?.();
    const listed = (await service?.list({ signal })) ?? [];
    return {
      listed: listed.filter(({ view }) => !own.some(({ record }) => record.view.model === view.model)),
      why: null,
    };
  } catch (error) {
    if (!(error instanceof ProviderError) || signal.aborted) throw error;
    return { listed: [], why: error.message };
  }
}
