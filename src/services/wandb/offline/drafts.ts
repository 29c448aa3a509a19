import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { contentDigest } from '../../../domain/wandb/run-log.ts';

/** Milliseconds of work in one go: the keyboard is read on the same thread. */
const SLICE_MS = 8;

/** Lets the event loop turn when a slice of work is over, and stops the work when the signal says so. */
export interface Pace {
  due(): boolean;
  /** Throws the signal's reason. */
  rest(): Promise<void>;
}

function createPace(signal: AbortSignal | undefined): Pace {
  let since = performance.now();
  return {
    due: () => performance.now() - since > SLICE_MS,
    async rest() {
      await nextTurn();
      signal?.throwIfAborted();
      since = performance.now();
    },
  };
}

/** A file that is written and not yet where it belongs. */
export interface Draft {
  readonly path: string;
  readonly bytes: number;
  /** See `contentDigest`. */
  readonly digest: string;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** Drafts of one write, in a folder of their own beside what they replace. */
export interface Drafts {
  write(chunks: Iterable<string | Uint8Array>): Promise<Draft>;
  /** Puts a draft where it belongs, in place of what is there. */
  place(draft: Draft, target: string): Promise<void>;
  /** Takes away what was not placed. */
  clear(): Promise<void>;
}

const PREFIX = '.writing-';
/** Bytes gathered before they are written: few system calls, little memory. */
const BUFFER = 64 * 1024;
/** Bytes of a chunk that are hashed and written in one go; the event loop turns in between. */
const MOST_AT_ONCE = 256 * 1024;
/** After this a folder of drafts is one that a killed process left. */
const STALE_MS = 3_600_000;

/** Makes the folder. Everything is private to its owner. */
export async function beginDrafts(folder: string, signal: AbortSignal | undefined): Promise<Drafts> {
  await clearStale(folder);
  const place = join(folder, `${PREFIX}${process.pid}-${randomBytes(6).toString('hex')}`);
  await mkdir(place, { recursive: true, mode: 0o700 });
  let count = 0;
  return {
    write: (chunks) => {
      count += 1;
      return writeDraft(join(place, String(count)), chunks, signal);
    },
    place: async (draft, target) => {
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      await rename(draft.path, target);
    },
    clear: () => rm(place, { recursive: true, force: true }),
  };
}

async function writeDraft(
  path: string,
  chunks: Iterable<string | Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<Draft> {
  const [digest, sha256, pace] = [contentDigest(), createHash('sha256'), createPace(signal)];
  const file = await open(path, 'wx', 0o600);
  try {
    let [bytes, gathered, held]: [number, Buffer[], number] = [0, [], 0];
    const flush = async (): Promise<void> => {
      const data = Buffer.concat(gathered);
      [gathered, held, bytes] = [[], 0, bytes + data.length];
      digest.update(data);
      sha256.update(data);
      // Unlike write, which may write a part and say so, this writes all or throws.
      await file.writeFile(data);
      signal?.throwIfAborted();
    };
    for (const chunk of chunks) {
      const data =
        typeof chunk === 'string' ? Buffer.from(chunk) : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
      for (let at = 0; at < data.length; at += MOST_AT_ONCE) {
        const part = data.subarray(at, at + MOST_AT_ONCE);
        gathered.push(part);
        held += part.length;
        if (held >= BUFFER) await flush();
      }
      if (pace.due()) await pace.rest();
    }
    await flush();
    await file.sync();
    return { path, bytes, digest: digest.digest(), sha256: sha256.digest('hex') };
  } finally {
    await file.close();
  }
}

async function clearStale(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith(PREFIX)) continue;
    const changedAt = (await stat(join(folder, name)).catch(() => null))?.mtimeMs ?? Date.now();
    if (Date.now() - changedAt > STALE_MS) await rm(join(folder, name), { recursive: true, force: true });
  }
}
