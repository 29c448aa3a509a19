/**
 * Field numbers of W&B's protobuf messages, from wandb/proto/wandb_internal.proto and wandb_base.proto (0.30). Only
 * those that are written or read; the others are passed over, as protobuf means it.
 */

/** `Record`: what a log is a sequence of. Exactly one of the messages is set. */
export const RECORD = {
  num: 1,
  history: 2,
  summary: 3,
  config: 5,
  files: 6,
  stats: 7,
  artifact: 8,
  /** The console. `output` (4) is in the protocol too, but `wandb sync` and leet pass it over. */
  outputRaw: 13,
  run: 17,
  exit: 18,
  header: 21,
  info: 200,
} as const;

/** `_RecordInfo`: the stream is the run's id. */
export const INFO = { streamId: 1 } as const;

/** `HeaderRecord` and the `VersionInfo` in it. */
export const HEADER = { versionInfo: 1 } as const;
export const VERSION_INFO = { producer: 1, minConsumer: 2 } as const;

export const RUN = {
  runId: 1,
  entity: 2,
  project: 3,
  config: 4,
  jobType: 7,
  displayName: 8,
  tags: 10,
  host: 13,
  startTime: 17,
} as const;

/** google.protobuf.Timestamp. */
export const TIMESTAMP = { seconds: 1, nanos: 2 } as const;

/** `ConfigRecord` and `SummaryRecord` alike. */
export const UPDATE = { update: 1, remove: 2 } as const;

/** `HistoryItem`, `ConfigItem`, `SummaryItem` and `StatsItem` alike: a key or a path of keys, and JSON. */
export const ITEM = { key: 1, nestedKey: 2, valueJson: 16 } as const;

export const HISTORY = { item: 1, step: 2 } as const;
/** `HistoryStep`. */
export const STEP = { num: 1 } as const;

export const STATS = { timestamp: 2, item: 3 } as const;

/** `OutputRawRecord`; its type is 0 for stderr and 1 for stdout. */
export const OUTPUT_RAW = { outputType: 1, timestamp: 2, line: 3 } as const;
export const STDOUT = 1;

/** `FilesRecord` and `FilesItem`. */
export const FILES = { files: 1 } as const;
export const FILE = { path: 1 } as const;

export const ARTIFACT = {
  runId: 1,
  project: 2,
  entity: 3,
  type: 4,
  name: 5,
  digest: 6,
  description: 7,
  metadata: 8,
  /** Not put out by the run that names it: W&B draws no edge from the run to it. */
  userCreated: 9,
  useAfterCommit: 10,
  aliases: 11,
  manifest: 12,
  finalize: 14,
  clientId: 15,
  sequenceClientId: 16,
  /** Since 0.29; older clients pass it over. */
  digestAlgorithm: 20,
} as const;

/** `ArtifactManifest`. */
export const MANIFEST = { version: 1, storagePolicy: 2, storagePolicyConfig: 3, contents: 4 } as const;
/** `StoragePolicyConfigItem`. */
export const POLICY_ITEM = { key: 1, valueJson: 2 } as const;
/** `ArtifactManifestEntry`. */
export const ENTRY = { path: 1, digest: 2, size: 4, localPath: 6 } as const;

/** `RunExitRecord`; `runtime` is in whole seconds. */
export const EXIT = { exitCode: 1, runtime: 2 } as const;
