import { type FileHandle, open } from 'node:fs/promises';
import { analyse } from 'chardet';
import { type DecodingFault, encodingOf, TextDecoding } from '../../domain/text/decoding.ts';
import { type EncodingGuess, natureOf } from '../../domain/text/encoding-guess.ts';
import { readBytes } from './bytes.ts';

/** What the bytes of a file say of its encoding. */
export interface FileEncoding extends EncodingGuess {
  /** `utf-8`, or UTF-16 by the first bytes; with a fault, what the file most likely is instead. */
  readonly name: string;
  /** The first byte that is none of the encoding the file begins in; null when all of it is text. */
  readonly fault: DecodingFault | null;
  /** The faulty line as the guessed encoding reads it, for a person to judge by. */
  readonly preview: string;
}

/** Bytes on either side of a fault that a guess is made by. */
const AROUND = 64 * 1024;
const PREVIEW = 120;
const USUAL = 'windows-1252';

/** Reads a file of any size to its end or first fault, and where there is one guesses what the file is instead. Throws EncodingError. */
export async function fileEncoding(path: string): Promise<FileEncoding> {
  const faults: DecodingFault[] = [];
  const decoding = new TextDecoding({ onFault: (fault) => faults.push(fault) });
  for await (const bytes of readBytes(path, { isReused: true })) {
    decoding.look(bytes);
    if (faults.length > 0) break;
  }
  if (faults.length === 0) decoding.end();
  const [fault] = faults;
  if (fault === undefined) return { name: decoding.encoding ?? 'utf-8', fault: null, preview: '', nature: 'other' };
  const file = await open(path);
  try {
    return { fault, ...(await guess(file, fault)) };
  } finally {
    await file.close();
  }
}

async function guess(file: FileHandle, { offset }: DecodingFault): Promise<EncodingGuess> {
  const start = Math.max(0, offset - AROUND);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(2 * AROUND), 0, 2 * AROUND, start);
  const around = buffer.subarray(0, bytesRead);
  const at = offset - start;
  const lineStart = around.lastIndexOf(0x0a, at) + 1;
  const lineEnd = around.indexOf(0x0a, at);
  const line = around.subarray(lineStart, lineEnd === -1 ? around.length : lineEnd);
  const names = analyse(around).flatMap((match) => encodingOf(match.name) ?? []);
  const name = names.find((found) => found !== 'utf-8' && readAs(line, found) !== null) ?? USUAL;
  const isLast = start + bytesRead >= (await file.stat()).size;
  return {
    name,
    preview: (readAs(line, name) ?? '').trim().slice(0, PREVIEW),
    nature: natureOf(around, at, isLast),
  };
}

function readAs(bytes: Uint8Array, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
