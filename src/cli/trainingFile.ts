import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { exampleId } from '../domain/dataset/identity.ts';
import { splitRows } from '../domain/dataset/split.ts';
import { canonicalJson } from '../domain/json/canonical.ts';
import { isRecord } from '../domain/json/record.ts';
import { fileOf, type TrainingFile, type TrainingFiles } from '../operations/dataset/trainingFiles.ts';
import { UsageError } from './exit.ts';

/** A file on disk as one to upload: streamed, never held whole. */
export async function fileOnDisk(path: string): Promise<TrainingFile> {
  const { size } = await stat(path).catch(() => {
    throw new UsageError(`there is no file at ${path}`);
  });
  let examples = 0;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    if (line.trim() !== '') examples += 1;
  }
  return { filename: basename(path), examples, bytes: size, body: () => createReadStream(path) };
}

/**
 * The file's lines on two sides. A line goes by its own text, and a preference line by its prompt, so that what is
 * equal is on the same side in every split, and no prompt is on both.
 */
export async function splitFile(path: string, share: number, seed: number): Promise<TrainingFiles> {
  const lines = (await readFile(path, 'utf8')).split(/\r?\n/).filter((line) => line.trim() !== '');
  const named = Array.from(Map.groupBy(lines, placeOf), ([place, equal]) => ({
    id: exampleId([{ role: 'user', content: place }]),
    lines: equal.map((line) => `${line}\n`),
  }));
  const { train, validation } = splitRows(named, share, seed);
  const side = (rows: typeof train, name: string): TrainingFile =>
    fileOf(
      basename(path).replace(/(\.\w+)?$/, `-${name}$1`),
      rows.flatMap((row) => row.lines),
    );
  return {
    training: side(train, 'train'),
    validation: validation.length === 0 ? null : side(validation, 'validation'),
  };
}

function placeOf(line: string): string {
  if (!line.includes('"preferred_output"')) return line;
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) && isRecord(value.input) ? canonicalJson(value.input.messages) : line;
  } catch {
    return line;
  }
}
