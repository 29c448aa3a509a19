import { open } from 'node:fs/promises';
import { LogReader } from './blockReader.ts';
import { BLOCK_BYTES } from './blocks.ts';
import type { Origin } from './contents.ts';
import { decodeRecord } from './decode.ts';
import { JsonTree } from './json.ts';
import type { LogRecord, RunFields } from './records.ts';

/** What the first records of a log tell. */
export interface LogFacts {
  readonly origin: Origin;
  readonly run: RunFields;
}

/** Bytes after which a log that has not named its run is no longer read. */
const MOST_BYTES = 4 * 1024 * 1024;

/** Reads a log as far as its run record; null where there is none, or no log that can be read. */
export async function readFirst(path: string): Promise<LogFacts | null> {
  const file = await open(path, 'r').catch(() => null);
  if (file === null) return null;
  try {
    const [reader, piece] = [new LogReader(), Buffer.alloc(BLOCK_BYTES)];
    let producer = '';
    for (let read = 0; read < MOST_BYTES; ) {
      const { bytesRead } = await file.read(piece, 0, piece.length);
      read += bytesRead;
      const records = bytesRead === 0 ? reader.end() : reader.push(piece.subarray(0, bytesRead));
      for (const record of records.map(({ bytes }) => decoded(bytes))) {
        if (record?.kind === 'header') producer = record.producer;
        if (record?.kind === 'run') return { origin: originOf(producer, record.run), run: record.run };
      }
      if (bytesRead === 0 || reader.cut !== null) return null;
    }
    return null;
  } finally {
    await file.close();
  }
}

function decoded(bytes: Uint8Array): LogRecord | null {
  try {
    return decodeRecord(bytes);
  } catch {
    return null;
  }
}

function originOf(producer: string, run: RunFields): Origin {
  const tree = new JsonTree();
  for (const item of run.config) if (item.path[0] === '_wandb') tree.set(item);
  const { _wandb: own = null } = tree.value();
  const version = typeof own === 'object' && own !== null && 'cli_version' in own ? own.cli_version : '';
  return { producer, cliVersion: typeof version === 'string' ? version : '', host: run.host };
}
