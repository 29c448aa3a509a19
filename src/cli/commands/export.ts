import { basename, extname, join } from 'node:path';
import { readImportLine } from '../../domain/dataset/example-lines.ts';
import { type FilledSide, type HubSide, hubFolder, sideOf, trainerLines } from '../../domain/dataset/hub-folder.ts';
import { keysIn } from '../../domain/provider/keys.ts';
import { plural } from '../../domain/text/format.ts';
import { createKeyMask, type KeyMask } from '../../domain/text/key-mask.ts';
import {
  type CommandContext,
  CommandFailure,
  EXIT,
  type ExitCode,
  type ExportOptions,
  UsageError,
} from '../context.ts';
import { messagesParquet, openFileSystem } from '../named-files.ts';
import { settleOutputs } from '../outputs.ts';

const WORK = 'dataset-folder';

/** `export F.jsonl --out DIR`: a folder as the Hugging Face Hub has datasets, which trainers read as it is. */
export async function exportDataset(context: CommandContext, file: string, options: ExportOptions): Promise<ExitCode> {
  const { output, env } = context;
  if (options.license !== undefined && !/^[a-z0-9][a-z0-9.-]*$/.test(options.license))
    throw new UsageError('--license is an id of the Hub, such as mit, apache-2.0 or cc-by-4.0');
  const documents = openFileSystem(context);
  const keys = createKeyMask(keysIn(env));
  const read = async (path: string, side: HubSide['name']): Promise<FilledSide> =>
    sideOf(side, await chatLines(path, keys, documents.readLines(path)));
  const train = await read(file, 'train');
  const sides = options.validation === undefined ? [train] : [train, await read(options.validation, 'validation')];
  const name = options.name ?? basename(file, extname(file));
  const { dataset, texts, tables } = hubFolder(name, options.license ?? null, sides);
  const { plain } = dataset;
  const at = (path: string): string => join(options.out, path);
  const outputs = [...texts, ...tables].map(([path]) => at(path));
  const inputs = [file, ...(options.validation === undefined ? [] : [options.validation])];
  const replace = await settleOutputs(context, documents, { work: WORK, inputs, outputs }, options.force);
  const written: string[] = [];
  for (const [path, text] of texts) written.push(await documents.writeText(at(path), text, { work: WORK, replace }));
  for (const [path, rows] of tables)
    written.push(await documents.writeText(at(path), await messagesParquet(rows), { work: WORK, replace }));
  const trainers = trainerLines(dataset, options.out.replace(/\/+$/, ''));
  output.record('exported', {
    files: written,
    rows: sides.map(({ name: side, rows }) => [side, rows]),
    plain,
    trainers,
  });
  for (const side of sides) output.line(`${side.name}: ${plural(side.rows, 'row')}`);
  for (const path of written) output.line(path);
  if (!plain) output.note('! Some rows hold more than texts, so there is no Parquet: the card names the JSONL files.');
  if (keys.count > 0) output.note(`!${keys.told()}`);
  for (const { trainer, lines } of trainers)
    for (const line of [`${trainer}:`, ...lines.map((one) => `  ${one}`)]) output.line(line);
  return EXIT.done;
}

async function chatLines(path: string, keys: KeyMask, read: AsyncIterable<string>): Promise<readonly string[]> {
  const lines: string[] = [];
  let number = 0;
  for await (const raw of read) {
    number += 1;
    if (raw.trim() === '') continue;
    const { example, findings } = readImportLine(keys.mask(raw), number);
    if (example === null) throw unreadable(path, number, findings[0]?.message);
    const messages = [...example.prompt, { role: 'assistant', content: example.completion }];
    lines.push(`${example.whole ?? JSON.stringify({ messages })}\n`);
  }
  if (lines.length > 0) return lines;
  throw new CommandFailure(`${path} has no lines.`, 'Nothing was written.', 'Name a file of chat JSONL.');
}

const unreadable = (path: string, line: number, message = 'it is no chat'): CommandFailure =>
  new CommandFailure(
    `${path}, line ${line}: ${message}`,
    'Nothing was written.',
    `\`luthier check ${path}\` names every such line; preference pairs go to \`luthier train --method dpo\` alone.`,
  );
