import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** Bytes of one name in a path that every file system takes, with room for what is added to it. */
const MOST_NAME_BYTES = 180;
/** W&B's limit for the name of an artifact. */
const MOST_ARTIFACT_CHARACTERS = 128;

/** `offline-run-YYYYMMDD_HHMMSS-<id>` with the local time, as W&B has it; `startedAt` in milliseconds since the epoch. */
export function folderName(startedAt: number, id: string): string {
  const time = new Date(startedAt);
  const two = (part: number): string => String(part).padStart(2, '0');
  const day = `${time.getFullYear()}${two(time.getMonth() + 1)}${two(time.getDate())}`;
  return `offline-run-${day}_${two(time.getHours())}${two(time.getMinutes())}${two(time.getSeconds())}-${id}`;
}

/** The id of the run whose folder has this name; null for any other folder. */
export function idOfFolder(name: string): string | null {
  return /^offline-run-\d{8}_\d{6}-(.+)$/.exec(name)?.[1] ?? null;
}

/** What Luthier's logs begin the name of their writer with. W&B's own client gives its version alone. */
const PRODUCER = 'luthier ';

export const producerOf = (version: string): string => `${PRODUCER}${version}`;

export const isOwnProducer = (producer: string): boolean => producer.startsWith(PRODUCER);

export const logName = (id: string): string => `run-${id}.wandb`;

/** W&B's sign, beside a log, that all of it was sent. */
export const markerName = (id: string): string => `${logName(id)}.synced`;

/** Whether a path that a log names stays in the run's folder. A log may be somebody else's, and what it names is sent. */
export const staysInside = (path: string): boolean =>
  path !== '' && !/^[/\\]|^[a-z]:|\0/i.test(path) && !path.split(/[/\\]/).includes('..');

/** A path within an artifact: relative, with forward slashes, and nowhere above; W&B's own way with `.` and `..`. */
export function logicalPath(path: string): string {
  const names = path.split('/').filter((name) => name !== '');
  return names.map((name) => (name === '.' || name === '..' ? name.replaceAll('.', '_') : name)).join('/') || '_';
}

/** The same as a path of files, each name such that Windows and macOS take it too. */
export function filePath(path: string): string {
  return logicalPath(path.replaceAll('\\', '/')).split('/').map(fileName).join('/');
}

function fileName(name: string): string {
  const plain = name.replace(/[<>:"|?*\x00-\x1f]/g, '_').replace(/[. ]$/, '_');
  if (Buffer.byteLength(plain) <= MOST_NAME_BYTES) return plain;
  const mark = createHash('sha256').update(name).digest('hex').slice(0, 8);
  const cut = Buffer.from(plain).subarray(0, MOST_NAME_BYTES).toString('utf8');
  return `${cut.replace(/\uFFFD$/, '')}~${mark}`;
}

/**
 * Of the artifact that holds a table logged to a run. W&B drops what a name may not have and adds a checksum where it
 * dropped something, so that two keys do not become one (`sanitize_artifact_name`).
 */
export function tableArtifactName(runId: string, key: string): string {
  const name = `run-${runId}-${key}`;
  const plain = name.replace(/[^a-zA-Z0-9_\-.]+/g, '');
  if (plain === name && name.length <= MOST_ARTIFACT_CHARACTERS) return name;
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(name));
  const suffix = `-${sum.toString('base64url')}`;
  return `${plain.slice(0, MOST_ARTIFACT_CHARACTERS - suffix.length)}${suffix}`;
}
