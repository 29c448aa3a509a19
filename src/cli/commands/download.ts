import { bytesOf, startDownload, weightsOf } from '../../app/deployment/download.ts';
import type { TunedWeights } from '../../app/runtime/deployment-ports.ts';
import { OperationError } from '../../app/runtime/errors.ts';
import type { DownloadProgress, OperationSnapshot } from '../../app/runtime/operation.ts';
import type { Provider } from '../../app/runtime/ports.ts';
import { servedElsewhere } from '../../domain/deployment/elsewhere.ts';
import { byteSize, plural } from '../../domain/text/format.ts';
import {
  type CommandContext,
  CommandFailure,
  type DeployOptions,
  EXIT,
  type ExitCode,
  UsageError,
} from '../context.ts';
import { openTarget, printProblem } from '../deployments.ts';
import { follow } from '../follow.ts';
import type { Progress } from '../output/output.ts';

/** Options of a deployment, by their fields: with `--download` nothing is deployed. */
const OF_DEPLOYMENT = {
  '--yes': 'yes',
  '--idle-stop': 'idleStop',
  '--accelerator': 'accelerator',
  '--onto': 'onto',
  '--subscription': 'subscription',
  '--resource-group': 'resourceGroup',
  '--account': 'account',
  '--sku': 'sku',
  '--capacity': 'capacity',
  '--undo': 'undo',
} as const;

/** `deploy MODEL_OR_JOB --download DIR`: fetches the model's files, and prints what serves them. */
export async function download(context: CommandContext, target: string, options: DeployOptions): Promise<ExitCode> {
  const { output, signal } = context;
  const { download: folder } = options;
  if (folder === undefined) throw new UsageError('--force replaces files of --download DIR, which is not there');
  const idle = Object.entries(OF_DEPLOYMENT).flatMap(([name, field]) => (options[field] === undefined ? [] : [name]));
  if (idle.length > 0) throw new UsageError(`--download deploys nothing: leave ${idle.join(', ')} out`);
  await using open = await openTarget(context, target, options);
  const { services, provider, job, record, model } = open;
  const weights = await foundAt(provider, { model, folder, force: options.force === true }, signal);
  output.record('files', { provider: provider.name, ...weights });
  output.line(
    `${weights.source} at ${provider.name}: ${plural(weights.files.length, 'file')}, ${byteSize(bytesOf(weights))}`,
  );
  const rank = job?.hyperparameters.loraRank;
  const handle = startDownload(services.deps, {
    projectId: record?.projectId ?? 'luthier deploy',
    providerId: services.profile.id,
    jobId: job?.id ?? target,
    weights,
    rank: typeof rank === 'number' ? rank : null,
    folder,
    replace: options.force === true,
  });
  const snapshot = await follow(context, services.deps.registry, handle, downloadProgress);
  const place = handle.folder();
  const names = weights.files.map(({ name }) => name);
  const served =
    place === null
      ? null
      : servedElsewhere({
          folder: place,
          base: weights.base,
          files: names,
          rank: typeof rank === 'number' ? rank : null,
        });
  output.record('downloaded', {
    status: snapshot.status,
    folder: place,
    files: names,
    commands: served?.commands ?? [],
    problem: snapshot.problem,
  });
  if (served === null) {
    printProblem(output, snapshot);
    return EXIT.failure;
  }
  for (const name of names) output.line(`${place}/${name}`);
  output.line(served.commands.length === 1 ? 'This serves it:' : 'Either of these serves it:');
  for (const command of served.commands) output.line(`  ${command}`);
  if (served.remark !== null) output.line(served.remark);
  return EXIT.done;
}

interface Wanted {
  readonly model: string;
  readonly folder: string;
  readonly force: boolean;
}

/** What there is to download. Throws where files of the folder would be replaced that nobody said may go. */
async function foundAt(
  provider: Provider,
  { model, folder, force }: Wanted,
  signal: AbortSignal,
): Promise<TunedWeights> {
  try {
    const service = await weightsOf(provider);
    const weights = await service.find(model, { signal });
    const taken = force ? [] : await service.taken(weights, folder);
    if (taken.length === 0) return weights;
    throw new CommandFailure(
      `${folder} has ${taken.join(', ')} already.`,
      'Nothing was downloaded.',
      'Add --force to replace them, or name another folder.',
    );
  } catch (error) {
    if (!(error instanceof OperationError) || error.problem === null) throw error;
    const { what, saved, next } = error.problem;
    throw new CommandFailure(what, saved, next);
  }
}

function downloadProgress({ detail, fraction }: OperationSnapshot<DownloadProgress>): Progress {
  const { kind: _, ...fields } = detail;
  const of = detail.total === null ? '' : ` of ${byteSize(detail.total)}`;
  return { label: 'download', fraction, text: `${detail.name}  ${byteSize(detail.received)}${of}`.trim(), fields };
}
