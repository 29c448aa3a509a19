import { closeSync, openSync, readSync } from 'node:fs';
import type { Origin } from './contents.ts';
import { decodeRecord } from './decode.ts';
import { JsonTree } from './json.ts';
import { BLOCK_BYTES, LogReader } from './log-blocks.ts';
import { isOwnProducer } from './names.ts';
import type { RunFields } from './records.ts';

/** What the first records of a log say. */
export interface LogFacts {
  readonly origin: Origin;
  readonly run: RunFields;
}

/** Bytes after which a log that has not named its run is no longer read. */
const MOST_BYTES = 4 * 2 ** 20;

/**
 * Reads a log as far as its run record, mostly within its first block; null where there is none, or no log that
 * can be read. At once, as a screen asks while it draws.
 */
export function readFirst(path: string): LogFacts | null {
  try {
    const file = openSync(path, 'r');
    try {
      return factsIn(file);
    } finally {
      closeSync(file);
    }
  } catch {
    return null;
  }
}

/** Whether another program than Luthier wrote the log; a log that is not there yet, or broken, is nobody's. */
export function isForeign(path: string): boolean {
  const facts = readFirst(path);
  return facts !== null && !isOwnProducer(facts.origin.producer);
}

/** Throws for what cannot be read, and for a record that is none. */
function factsIn(file: number): LogFacts | null {
  const [reader, piece] = [new LogReader(), Buffer.alloc(BLOCK_BYTES)];
  let producer = '';
  for (let read = 0; read < MOST_BYTES; ) {
    const bytes = readSync(file, piece, 0, piece.length, null);
    read += bytes;
    for (const record of bytes === 0 ? reader.end() : reader.push(piece.subarray(0, bytes))) {
      const decoded = decodeRecord(record.bytes);
      if (decoded?.kind === 'header') producer = decoded.producer;
      if (decoded?.kind === 'run') return { origin: originOf(producer, decoded.run), run: decoded.run };
    }
    if (bytes === 0 || reader.cut !== null) return null;
  }
  return null;
}

function originOf(producer: string, run: RunFields): Origin {
  const tree = new JsonTree();
  for (const item of run.config) if (item.path[0] === '_wandb') tree.set(item);
  const { _wandb: own = null } = tree.value();
  const version = typeof own === 'object' && own !== null && 'cli_version' in own ? own.cli_version : '';
  return { producer, cliVersion: typeof version === 'string' ? version : '', host: run.host };
}
