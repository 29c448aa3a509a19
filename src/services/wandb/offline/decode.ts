import type { LoggedArtifact } from '../../../domain/wandb/run-log.ts';
import type { Item, LogRecord, RunFields } from './records.ts';
import {
  ARTIFACT,
  ENTRY,
  EXIT,
  FILE,
  FILES,
  HEADER,
  HISTORY,
  ITEM,
  MANIFEST,
  MessageReader,
  OUTPUT_RAW,
  RECORD,
  RUN,
  STATS,
  STDOUT,
  STEP,
  TIMESTAMP,
  UPDATE,
  VERSION_INFO,
} from './wire.ts';

type Decoder = (message: MessageReader) => LogRecord;

/** By field of `Record`. */
const DECODERS: ReadonlyMap<number, Decoder> = new Map<number, Decoder>([
  [RECORD.history, decodeHistory],
  [RECORD.summary, (message) => ({ kind: 'summary', ...decodeUpdate(message) })],
  [RECORD.config, (message) => ({ kind: 'config', ...decodeUpdate(message) })],
  [
    RECORD.files,
    (message) => ({ kind: 'files', paths: message.messages(FILES.files).map((file) => file.text(FILE.path)) }),
  ],
  [RECORD.stats, decodeStats],
  [RECORD.artifact, decodeArtifact],
  [RECORD.outputRaw, decodeOutput],
  [RECORD.run, (message) => ({ kind: 'run', run: decodeRun(message) })],
  [
    RECORD.exit,
    (message) => ({ kind: 'exit', exitCode: message.integer(EXIT.exitCode), runtime: message.integer(EXIT.runtime) }),
  ],
  [
    RECORD.header,
    (message) => ({ kind: 'header', producer: message.message(HEADER.versionInfo)?.text(VERSION_INFO.producer) ?? '' }),
  ],
]);

/** Null for a record of a kind that is of no use here. Throws for bytes that are no message. */
export function decodeRecord(bytes: Uint8Array): LogRecord | null {
  const record = MessageReader.of(bytes);
  for (const field of record.numbers()) {
    const decode = DECODERS.get(field);
    const message = decode === undefined ? null : record.message(field);
    if (decode !== undefined && message !== null) return decode(message);
  }
  return null;
}

function decodeHistory(message: MessageReader): LogRecord {
  return {
    kind: 'history',
    step: message.message(HISTORY.step)?.integer(STEP.num) ?? 0,
    items: decodeItems(message, HISTORY.item),
  };
}

function decodeStats(message: MessageReader): LogRecord {
  return { kind: 'stats', at: timeOf(message, STATS.timestamp) ?? 0, items: decodeItems(message, STATS.item) };
}

function decodeOutput(message: MessageReader): LogRecord {
  return {
    kind: 'output',
    stream: message.integer(OUTPUT_RAW.outputType) === STDOUT ? 'stdout' : 'stderr',
    at: timeOf(message, OUTPUT_RAW.timestamp),
    text: message.text(OUTPUT_RAW.line),
  };
}

function decodeRun(message: MessageReader): RunFields {
  const config = message.message(RUN.config);
  return {
    id: message.text(RUN.runId),
    entity: message.text(RUN.entity),
    project: message.text(RUN.project),
    displayName: message.text(RUN.displayName),
    jobType: message.text(RUN.jobType),
    tags: message.texts(RUN.tags),
    host: message.text(RUN.host),
    startedAt: timeOf(message, RUN.startTime) ?? 0,
    config: config === null ? [] : decodeItems(config, UPDATE.update),
  };
}

function decodeArtifact(message: MessageReader): LogRecord {
  const artifact: LoggedArtifact = {
    name: message.text(ARTIFACT.name),
    type: message.text(ARTIFACT.type),
    digest: message.text(ARTIFACT.digest),
    description: message.text(ARTIFACT.description),
    metadata: message.text(ARTIFACT.metadata) || '{}',
    aliases: message.texts(ARTIFACT.aliases),
    useAfterCommit: message.integer(ARTIFACT.useAfterCommit) !== 0,
    clientId: message.text(ARTIFACT.clientId),
    sequenceClientId: message.text(ARTIFACT.sequenceClientId),
    entries: (message.message(ARTIFACT.manifest)?.messages(MANIFEST.contents) ?? []).map((entry) => ({
      path: entry.text(ENTRY.path),
      digest: entry.text(ENTRY.digest),
      bytes: entry.integer(ENTRY.size),
      localPath: entry.text(ENTRY.localPath),
    })),
  };
  return {
    kind: 'artifact',
    entity: message.text(ARTIFACT.entity),
    project: message.text(ARTIFACT.project),
    artifact,
  };
}

function decodeUpdate(message: MessageReader): { readonly update: readonly Item[]; readonly remove: readonly Item[] } {
  return { update: decodeItems(message, UPDATE.update), remove: decodeItems(message, UPDATE.remove) };
}

function decodeItems(message: MessageReader, field: number): readonly Item[] {
  return message.messages(field).map((item) => {
    const nested = item.texts(ITEM.nestedKey);
    return { path: nested.length > 0 ? nested : [item.text(ITEM.key)], json: item.text(ITEM.valueJson) };
  });
}

/** Milliseconds since the epoch; null where there is no time. */
function timeOf(message: MessageReader, field: number): number | null {
  const time = message.message(field);
  if (time === null) return null;
  return time.integer(TIMESTAMP.seconds) * 1000 + Math.round(time.integer(TIMESTAMP.nanos) / 1e6);
}
