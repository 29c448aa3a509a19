import { createReadStream } from 'node:fs';
import { TrackingError } from '../../../domain/tracking/types.ts';
import type { RunLog } from '../../../domain/wandb/run-log.ts';
import { type FoundRecord, type LogCut, LogReader } from './blockReader.ts';
import { RunCollector } from './collect.ts';
import { decodeRecord } from './decode.ts';

/** Read in one go: the event loop turns in between. */
const PIECE_BYTES = 64 * 1024;

/**
 * Reads the log of an offline run, ours or one of W&B's client. A log that is cut or damaged is read up to there, and
 * `cut` tells where. Throws TrackingError (`broken-log`) for a file that is not there, cannot be read, is no W&B log, or
 * ends before it says which run it is of.
 */
export async function readRunLog(path: string): Promise<RunLog> {
  const [reader, collector] = [new LogReader(), new RunCollector()];
  let cut: LogCut | null = null;
  try {
    for await (const piece of createReadStream(path, { highWaterMark: PIECE_BYTES })) {
      cut = taken(collector, reader.push(piece)) ?? reader.cut;
      if (cut !== null) break;
    }
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    throw brokenLog(`The log ${path} cannot be read${why}.`);
  }
  cut ??= taken(collector, reader.end()) ?? reader.cut;
  if (cut?.kind === 'header') throw brokenLog(`${path} is no W&B log.`);
  const log = collector.finish(cut === null ? null : { at: cut.at, why: cut.why });
  if (log === null) throw brokenLog(`The log ${path} ends before it says which run it is of.`);
  return log;
}

/** Null, or where and why a record was none. */
function taken(collector: RunCollector, records: readonly FoundRecord[]): LogCut | null {
  for (const { at, bytes } of records) {
    try {
      const record = decodeRecord(bytes);
      if (record !== null) collector.take(record);
    } catch {
      return { kind: 'content', at, why: 'A record is not what W&B writes.' };
    }
  }
  return null;
}

const brokenLog = (message: string): TrackingError =>
  new TrackingError('broken-log', message, 'Sync the run again: its log is then written anew.');
