import { byteSize, dateAndTime } from '../../domain/text/format.ts';
import { openProvider } from '../connect.ts';
import { type CommandContext, type DeletingOptions, EXIT, type ExitCode, UsageError } from '../context.ts';
import { columns } from '../output/text-layout.ts';

/** `files [list|delete ID]`. A file is deleted for good, so a person is asked, or has said --yes. */
export async function files(
  context: CommandContext,
  action: string,
  id: string | undefined,
  options: DeletingOptions,
): Promise<ExitCode> {
  if (action === 'delete' && id === undefined) throw new UsageError('files delete needs the id of a file');
  if (action === 'list' && id !== undefined) throw new UsageError('files list takes no id');
  if (id !== undefined && !(await agreed(context, id, options))) return EXIT.failure;
  const { output, signal } = context;
  const provider = await openProvider(context, options);
  const service = provider.files;
  if (id !== undefined) {
    await service.remove(id, { signal });
    output.record('file-deleted', { id });
    output.line(`Deleted ${id}`);
    return EXIT.done;
  }
  const list = await service.list({ signal });
  for (const file of list) output.record('file', { file });
  if (list.length === 0) output.line('No files.');
  else {
    const rows = list.map((file) => [
      file.id,
      file.purpose,
      byteSize(file.bytes),
      dateAndTime(file.createdAt),
      file.filename,
    ]);
    const table = columns([['file', 'purpose', 'size', 'created', 'name'], ...rows], new Set([2]));
    for (const line of table) output.line(line);
  }
  return EXIT.done;
}

async function agreed({ ask, output }: CommandContext, id: string, { yes }: DeletingOptions): Promise<boolean> {
  if (yes === true) return true;
  if (ask === null) throw new UsageError(`files delete cannot be undone: --yes deletes ${id}`);
  if (await ask(`Delete ${id} at the provider? It cannot be undone.`)) return true;
  output.note('Nothing was deleted.');
  return false;
}
