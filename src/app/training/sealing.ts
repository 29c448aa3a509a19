import { createHash } from 'node:crypto';
import { createKeyMask } from '../../domain/text/key-mask.ts';
import type { TrainingFile, TrainingFiles } from '../dataset/training-files.ts';

/** Files as they will be sent, and the SHA-256 of those bytes in hexadecimal digits. */
export interface SealedFiles {
  readonly files: TrainingFiles;
  readonly hashes: { readonly training: string; readonly validation: string | null };
  /** What was masked in them, a sentence for each; a file without a key is sent as it is. */
  readonly masked: readonly string[];
}

/**
 * Fixes the bytes of a job's files. A key that a model was made to print goes to its own host alone, and no model is to
 * learn it: keys in use are masked, and the hash is that of what is sent, so that the same rows are known again.
 */
export async function sealFiles(
  { training, validation }: TrainingFiles,
  keys: readonly string[],
  signal: AbortSignal,
): Promise<SealedFiles> {
  const first = await seal(training, keys, signal);
  const second = validation && (await seal(validation, keys, signal));
  return {
    files: { training: first.file, validation: second?.file ?? null },
    hashes: { training: first.hash, validation: second?.hash ?? null },
    masked: [first, second].flatMap((sealed) => sealed?.told ?? []),
  };
}

interface Sealed {
  readonly file: TrainingFile;
  readonly hash: string;
  /** Null where nothing was masked. */
  readonly told: string | null;
}

async function seal(file: TrainingFile, keys: readonly string[], signal: AbortSignal): Promise<Sealed> {
  const inBytes = keys.map((key) => Buffer.from(key).toString('latin1'));
  const mask = createKeyMask(inBytes);
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of maskedBytes(file.body(), mask.mask)) {
    signal.throwIfAborted();
    hash.update(piece);
    bytes += piece.length;
  }
  const digest = hash.digest('hex');
  if (mask.count === 0) return { file, hash: digest, told: null };
  const body = (): AsyncIterable<Uint8Array> => maskedBytes(file.body(), createKeyMask(inBytes).mask);
  return { file: { ...file, bytes, body }, hash: digest, told: `${file.filename}:${mask.told()}` };
}

const LINE_END = 0x0a;

/** Whole lines, since no key has a line end; a line that has nothing to mask keeps its bytes, whatever they are. */
async function* maskedBytes(
  body: AsyncIterable<Uint8Array>,
  mask: (text: string) => string,
): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array[] = [];
  for await (const piece of body) {
    const end = piece.lastIndexOf(LINE_END) + 1;
    if (end > 0) {
      yield maskedLines(Buffer.concat([...rest, piece.subarray(0, end)]), mask);
      rest = [];
    }
    rest.push(piece.subarray(end));
  }
  yield maskedLines(Buffer.concat(rest), mask);
}

function maskedLines(lines: Buffer, mask: (text: string) => string): Buffer {
  const text = lines.toString('latin1');
  const masked = mask(text);
  // Bytes as characters, and back, are the same bytes but for the mask itself, which has to be its own three.
  return masked === text ? lines : Buffer.from(masked.replaceAll('…', Buffer.from('…').toString('latin1')), 'latin1');
}
