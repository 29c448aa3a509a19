import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { exampleId } from '../domain/dataset/identity.ts';
import { splitRows } from '../domain/dataset/split.ts';
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

/** The file's lines on two sides. A line goes by its own text, so the same line is on the same side in every split. */
export async function splitFile(path: string, share: number, seed: number): Promise<TrainingFiles> {
  const lines = (await readFile(path, 'utf8')).split(/\r?\n/).filter((line) => line.trim() !== '');
  const named = lines.map((line) => ({ id: exampleId([{ role: 'user', content: line }]), line: `${line}\n` }));
  const { train, validation } = splitRows(named, share, seed);
  const side = (rows: typeof train, name: string): TrainingFile =>
    fileOf(
      basename(path).replace(/(\.\w+)?$/, `-${name}$1`),
      rows.map(({ line }) => line),
    );
  return {
    training: side(train, 'train'),
    validation: validation.length === 0 ? null : side(validation, 'validation'),
  };
}
