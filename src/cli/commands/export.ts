import { basename, extname, join } from 'node:path';
import { readImportLine } from '../../domain/dataset/example-lines.ts';
import { type HubFolder, type HubSide, hubFolder, sideOf, trainerLines } from '../../domain/dataset/hub-folder.ts';
import { pairSideOf, pairsFolder, pairTrainers } from '../../domain/dataset/hub-pairs.ts';
import { parseTrainingLine } from '../../domain/dataset/line/preference.ts';
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
import { conversationsParquet, openFileSystem } from '../named-files.ts';
import { settleOutputs } from '../outputs.ts';

const WORK = 'dataset-folder';

/** `export F.jsonl --out DIR`: a folder as the Hugging Face Hub has datasets, which trainers read as it is. */
export async function exportDataset(context: CommandContext, file: string, options: ExportOptions): Promise<ExitCode> {
  const { output, env } = context;
  if (options.license !== undefined && !/^[a-z0-9][a-z0-9.-]*$/.test(options.license))
    throw new UsageError('--license is an id of the Hub, such as mit, apache-2.0 or cc-by-4.0');
  const documents = openFileSystem(context);
  const keys = createKeyMask(keysIn(env));
  const train = await readSide(file, keys, documents.readLines(file), null);
  const { pairs } = train;
  const read: Read[] = [['train', train.lines]];
  if (options.validation !== undefined) {
    const held = await readSide(options.validation, keys, documents.readLines(options.validation), pairs);
    read.push(['validation', held.lines]);
  }
  const name = options.name ?? basename(file, extname(file));
  const license = options.license ?? null;
  const { dataset, texts, tables } = folderOf(name, license, read, pairs);
  const { plain, sides } = dataset;
  const at = (path: string): string => join(options.out, path);
  const outputs = [...texts, ...tables].map(([path]) => at(path));
  const inputs = [file, ...(options.validation === undefined ? [] : [options.validation])];
  const replace = await settleOutputs(context, documents, { work: WORK, inputs, outputs }, options.force);
  const written: string[] = [];
  for (const [path, text] of texts) written.push(await documents.writeText(at(path), text, { work: WORK, replace }));
  for (const [path, columns] of tables)
    written.push(await documents.writeText(at(path), await conversationsParquet(columns), { work: WORK, replace }));
  const out = options.out.replace(/\/+$/, '');
  const trainers = pairs ? pairTrainers(dataset, out) : trainerLines(dataset, out);
  output.record('exported', {
    files: written,
    rows: sides.map(({ name: side, rows }) => [side, rows]),
    plain,
    trainers,
  });
  for (const side of sides) output.line(`${side.name}: ${plural(side.rows, pairs ? 'pair' : 'row')}`);
  for (const path of written) output.line(path);
  if (!plain) output.note('! Some rows hold more than texts, so there is no Parquet: the card names the JSONL files.');
  if (keys.count > 0) output.note(`!${keys.told()}`);
  for (const { trainer, lines } of trainers)
    for (const line of [`${trainer}:`, ...lines.map((one) => `  ${one}`)]) output.line(line);
  return EXIT.done;
}

function folderOf(name: string, license: string | null, read: readonly Read[], pairs: boolean): HubFolder {
  if (pairs)
    return pairsFolder(
      name,
      license,
      read.map(([side, lines]) => pairSideOf(side, lines)),
    );
  return hubFolder(
    name,
    license,
    read.map(([side, lines]) => sideOf(side, lines)),
  );
}

type Read = readonly [side: HubSide['name'], lines: readonly string[]];

interface ReadSide {
  readonly pairs: boolean;
  readonly lines: readonly string[];
}

/** Chat lines or preference lines, as the first line is, or as `pairs` says: a folder holds one kind. */
async function readSide(
  path: string,
  keys: KeyMask,
  read: AsyncIterable<string>,
  pairs: boolean | null,
): Promise<ReadSide> {
  const lines: string[] = [];
  let kind = pairs;
  let number = 0;
  for await (const raw of read) {
    number += 1;
    if (raw.trim() === '') continue;
    const text = keys.mask(raw);
    kind ??= parseTrainingLine(text, number).kind === 'preference';
    lines.push(kind ? pairLine(path, text, number) : chatLine(path, text, number));
  }
  if (lines.length > 0) return { pairs: kind === true, lines };
  throw new CommandFailure(`${path} has no lines.`, 'Nothing was written.', 'Name a file of chat or preference JSONL.');
}

function chatLine(path: string, text: string, number: number): string {
  const { example, findings } = readImportLine(text, number);
  if (example === null) throw unreadable(path, number, findings[0]?.message);
  const messages = [...example.prompt, { role: 'assistant', content: example.completion }];
  return `${example.whole ?? JSON.stringify({ messages })}\n`;
}

function pairLine(path: string, text: string, number: number): string {
  const { kind, findings } = parseTrainingLine(text, number);
  const wrong =
    kind === 'preference' ? findings.find(({ severity }) => severity === 'error')?.message : 'it is no preference pair';
  if (wrong !== undefined) throw unreadable(path, number, wrong);
  return `${text.trimEnd()}\n`;
}

const unreadable = (path: string, line: number, message = 'it is no chat'): CommandFailure =>
  new CommandFailure(
    `${path}, line ${line}: ${message}`,
    'Nothing was written.',
    `\`luthier check ${path}\` names every such line; chat lines and preference pairs each want a folder of their own.`,
  );
