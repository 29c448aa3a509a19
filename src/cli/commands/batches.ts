import { owedBatches, startCollect } from '../../app/batches/collect.ts';
import { type BatchRecord, isOpen } from '../../domain/batches/record.ts';
import { batchText } from '../../domain/batches/view.ts';
import { SPENDING_KINDS } from '../../domain/pricing/spending.ts';
import { count, formatUsd, plural } from '../../domain/text/format.ts';
import { type CommandServices, openCommandServices } from '../command-services.ts';
import { resolveConnection } from '../connect.ts';
import { type BatchesOptions, type CommandContext, EXIT, type ExitCode, UsageError } from '../context.ts';
import { batchProgress, follow, printBatchResult } from '../follow.ts';
import { columns } from '../output/text-layout.ts';

const HEADS = ['batch', 'for', 'model', 'provider', 'requests', 'cost', 'state'];
const SHOWN = 20;

/** `batches`: those of this machine, newest first, as last seen; with `--wait` the open ones are seen to their end, with `--cancel` one is cancelled. */
export async function batches(context: CommandContext, options: BatchesOptions): Promise<ExitCode> {
  await using services = openCommandServices(resolveConnection(context, options));
  if (options.cancel !== undefined) return cancel(context, services, options.cancel);
  const code = options.wait === true ? await wait(context, services) : EXIT.done;
  const records = services.deps.batches.store.list(options.limit ?? SHOWN);
  print(context, records, services.deps.clock.now());
  return code;
}

function print({ output }: CommandContext, records: readonly BatchRecord[], now: number): void {
  for (const record of records) output.record('batch', { ...record });
  if (output.json) return;
  if (records.length === 0) {
    output.line('There are no batches. `luthier generate --batch` and `luthier eval --batch` make some.');
    return;
  }
  const rows = records.map((record) => [
    record.remote?.id ?? record.key,
    SPENDING_KINDS[record.kind],
    record.asked.model,
    record.host,
    count(record.requests),
    formatUsd(record.outcome.usd),
    batchText(record, now),
  ]);
  for (const line of columns([HEADS, ...rows], new Set([4, 5]))) output.line(line);
  const open = records.filter(isOpen).length;
  if (open > 0) output.line(`${plural(open, 'batch is', 'batches are')} open: --wait keeps their answers.`);
}

async function wait(context: CommandContext, { deps, profile }: CommandServices): Promise<ExitCode> {
  let code: ExitCode = EXIT.done;
  for (const owed of owedBatches(deps, { providerId: profile.id })) {
    const snapshot = await follow(context, deps.registry, startCollect(deps, owed), batchProgress('batches', 'rows'));
    printBatchResult(context.output, snapshot);
    if (snapshot.status !== 'succeeded') code = EXIT.failure;
    if (context.signal.aborted) break;
  }
  return code;
}

async function cancel(
  { output, signal }: CommandContext,
  { deps, profile }: CommandServices,
  named: string,
): Promise<ExitCode> {
  const found = deps.batches.store.open().find(({ key, remote }) => key === named || remote?.id === named);
  if (found === undefined) throw new UsageError(`there is no open batch ${named}; \`luthier batches\` lists them`);
  if (found.remote === null)
    throw new UsageError(`${named} is not at its provider yet; the run that writes it ends it`);
  if (found.providerId !== profile.id)
    throw new UsageError(`${named} is at ${found.host}: name it with --provider or --base-url`);
  const service = await (await deps.providers.connect(profile.id, { signal })).batches?.();
  const remote = await service?.cancel(found.remote.id, { signal });
  if (remote === undefined) throw new UsageError(`${found.host} has no batches that Luthier knows`);
  deps.batches.store.save({ ...found, remote });
  output.record('batch', { ...found, remote });
  output.line(`${found.remote.id}: ${remote.word}. \`luthier batches --wait\` keeps what it answered.`);
  return EXIT.done;
}
