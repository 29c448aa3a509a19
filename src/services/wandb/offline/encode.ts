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
  INFO,
  ITEM,
  MANIFEST,
  MessageWriter,
  OUTPUT_RAW,
  POLICY_ITEM,
  RECORD,
  RUN,
  STATS,
  STDOUT,
  STEP,
  TIMESTAMP,
  UPDATE,
  VERSION_INFO,
} from './wire.ts';

/** The oldest server that can take the data, as W&B's own client (0.30) says. */
const MIN_CONSUMER = '0.70.0';
const STORAGE_POLICY = 'wandb-storage-policy-v1';

/** What all records of a log share. */
export interface Stream {
  readonly runId: string;
  readonly mask: (text: string) => string;
}

/** Makes of each record what stands in the log; `num` counts from 1. One buffer serves all records of a log. */
export function recordEncoder({ runId, mask }: Stream): (num: number, record: LogRecord) => Uint8Array {
  const out = new MessageWriter(mask);
  return (num, record) => {
    out.integer(RECORD.num, num);
    writeContent(out, runId, record);
    out.message(RECORD.info, () => out.text(INFO.streamId, runId));
    return out.finish();
  };
}

/** A record has one content, under the field of its kind. */
function writeContent(out: MessageWriter, runId: string, record: LogRecord): void {
  const field = record.kind === 'output' ? RECORD.outputRaw : RECORD[record.kind];
  out.message(field, () => writeBody(out, runId, record));
}

function writeBody(out: MessageWriter, runId: string, record: LogRecord): void {
  switch (record.kind) {
    case 'header':
      writeHeader(out, record.producer);
      break;
    case 'run':
      writeRun(out, record.run);
      break;
    case 'config':
    case 'summary':
      for (const item of record.update) writeItem(out, UPDATE.update, item);
      for (const item of record.remove) writeItem(out, UPDATE.remove, item);
      break;
    case 'history':
      for (const item of record.items) writeNested(out, HISTORY.item, item);
      out.message(HISTORY.step, () => out.integer(STEP.num, record.step));
      break;
    case 'stats':
      writeTime(out, STATS.timestamp, record.at);
      for (const item of record.items) writeItem(out, STATS.item, item);
      break;
    case 'output':
      writeOutput(out, record);
      break;
    case 'files':
      for (const path of record.paths) out.message(FILES.files, () => out.text(FILE.path, path));
      break;
    case 'artifact':
      out.text(ARTIFACT.runId, runId);
      out.text(ARTIFACT.project, record.project);
      out.text(ARTIFACT.entity, record.entity);
      writeArtifact(out, record.artifact);
      break;
    case 'exit':
      out.integer(EXIT.exitCode, record.exitCode);
      out.integer(EXIT.runtime, record.runtime);
      break;
  }
}

function writeOutput(out: MessageWriter, { stream, at, text }: Extract<LogRecord, { kind: 'output' }>): void {
  out.integer(OUTPUT_RAW.outputType, stream === 'stdout' ? STDOUT : 0);
  if (at !== null) writeTime(out, OUTPUT_RAW.timestamp, at);
  out.text(OUTPUT_RAW.line, text);
}

function writeHeader(out: MessageWriter, producer: string): void {
  out.message(HEADER.versionInfo, () => {
    out.text(VERSION_INFO.producer, producer);
    out.text(VERSION_INFO.minConsumer, MIN_CONSUMER);
  });
}

function writeRun(out: MessageWriter, run: RunFields): void {
  out.text(RUN.runId, run.id);
  out.text(RUN.entity, run.entity);
  out.text(RUN.project, run.project);
  out.message(RUN.config, () => {
    for (const item of run.config) writeItem(out, UPDATE.update, item);
  });
  out.text(RUN.jobType, run.jobType);
  out.text(RUN.displayName, run.displayName);
  out.texts(RUN.tags, run.tags);
  out.text(RUN.host, run.host);
  writeTime(out, RUN.startTime, run.startedAt);
}

function writeArtifact(out: MessageWriter, artifact: LoggedArtifact): void {
  out.text(ARTIFACT.type, artifact.type);
  out.text(ARTIFACT.name, artifact.name);
  out.text(ARTIFACT.digest, artifact.digest);
  out.text(ARTIFACT.description, artifact.description);
  out.text(ARTIFACT.metadata, artifact.metadata === '{}' ? '' : artifact.metadata);
  // What a run takes in it did not put out, as W&B's own `use_artifact` has it.
  out.flag(ARTIFACT.userCreated, artifact.useAfterCommit);
  out.flag(ARTIFACT.useAfterCommit, artifact.useAfterCommit);
  out.texts(ARTIFACT.aliases, artifact.aliases);
  out.message(ARTIFACT.manifest, () => {
    out.integer(MANIFEST.version, 1);
    out.text(MANIFEST.storagePolicy, STORAGE_POLICY);
    out.message(MANIFEST.storagePolicyConfig, () => {
      out.text(POLICY_ITEM.key, 'storageLayout');
      out.text(POLICY_ITEM.valueJson, '"V2"');
    });
    for (const { path, digest, bytes, localPath } of artifact.entries) {
      out.message(MANIFEST.contents, () => {
        out.text(ENTRY.path, path);
        out.text(ENTRY.digest, digest);
        out.integer(ENTRY.size, bytes);
        out.text(ENTRY.localPath, localPath);
      });
    }
  });
  out.flag(ARTIFACT.finalize, true);
  out.text(ARTIFACT.clientId, artifact.clientId);
  out.text(ARTIFACT.sequenceClientId, artifact.sequenceClientId);
  out.text(ARTIFACT.digestAlgorithm, 'MANIFEST_MD5');
}

/** W&B's client uses the plain key where there is one, except in history. */
function writeItem(out: MessageWriter, field: number, item: Item): void {
  const [key, ...deeper] = item.path;
  if (key === undefined || key === '' || deeper.length > 0) {
    writeNested(out, field, item);
    return;
  }
  out.message(field, () => {
    out.text(ITEM.key, key);
    out.text(ITEM.valueJson, item.json);
  });
}

function writeNested(out: MessageWriter, field: number, item: Item): void {
  out.message(field, () => {
    out.texts(ITEM.nestedKey, item.path);
    out.text(ITEM.valueJson, item.json);
  });
}

function writeTime(out: MessageWriter, field: number, ms: number): void {
  const seconds = Math.floor(ms / 1000);
  out.message(field, () => {
    out.integer(TIMESTAMP.seconds, seconds);
    out.integer(TIMESTAMP.nanos, Math.round((ms - seconds * 1000) * 1e6));
  });
}
