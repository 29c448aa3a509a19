import { readFileSync, statSync } from 'node:fs';
import {
  type DecodingFault,
  describeFault,
  EncodingError,
  TextDecoding,
  withoutByteOrderMark,
} from '../../domain/text/decoding.ts';
import { faultWords } from '../../domain/text/encoding-guess.ts';
import { FileError, namedFault } from '../../domain/text/file-faults.ts';
import { FileKindError, fileKindOf } from '../../domain/text/file-kinds.ts';
import { shellWord } from '../../domain/text/format.ts';
import { JsonTextReader, type JsonValue } from '../../domain/text/json-values.ts';
import { LineSplitter } from '../../domain/text/lines.ts';
import { readBytes } from './bytes.ts';

/** Bytes of a file that is read as one text. */
const MAX_TEXT = 256 * 1024 * 1024;

/** Called with the number of bytes as they are read. */
export type OnRead = (bytes: number) => void;

/**
 * A file of any size as text, some whole lines at a time, without a byte order mark. Without a named encoding it is
 * UTF-8, or UTF-16 where its first bytes say so. Throws EncodingError for a file of another kind, named for what it is,
 * and at the first byte that means nothing.
 */
export async function* readPieces(
  path: string,
  encoding: string | null = null,
  onRead: OnRead = () => {},
): AsyncGenerator<string> {
  for await (const piece of readBatches(path, { encoding, onRead, areLines: () => false }))
    if (typeof piece === 'string') yield piece;
}

interface BatchOptions {
  readonly encoding: string | null;
  readonly onRead: OnRead;
  /** Whether whole lines are wanted as a text each; asked before each batch but the last. */
  areLines(): boolean;
}

async function* readBatches(
  path: string,
  { encoding, onRead, areLines }: BatchOptions,
): AsyncGenerator<string | readonly string[]> {
  const decoding = strictDecoding(path, encoding);
  let first = true;
  const clean = (text: string): string => {
    if (!first || text === '') return text;
    first = false;
    return withoutByteOrderMark(text);
  };
  try {
    let begun = false;
    for await (const bytes of readBytes(path, { isReused: true })) {
      const kind = begun ? null : fileKindOf(bytes);
      if (kind !== null) throw new FileKindError(path, kind);
      begun = true;
      onRead(bytes.length);
      if (areLines()) yield decoding.pushLines(bytes);
      else {
        const text = clean(decoding.push(bytes));
        if (text !== '') yield text;
      }
    }
    const rest = clean(decoding.end());
    if (rest !== '') yield rest;
  } catch (error) {
    throw withPath(await guessed(error, path), path);
  }
}

/**
 * Lines of a file of any size, without their ends (`\n` or `\r\n`) and without a byte order mark. Only as much as one
 * line is in memory. A last line without an end is a line; the end of the last line begins none. Throws EncodingError.
 */
export async function* readLines(path: string, encoding: string | null = null): AsyncGenerator<string> {
  const splitter = new LineSplitter();
  for await (const text of readPieces(path, encoding)) yield* splitter.push(text);
  yield* splitter.end();
}

/** The JSON values of a file of any size, each with the line it begins on: its lines, or the items of one list. `reader` knows how they stand in it. Throws EncodingError. */
export async function* readJsonValues(
  path: string,
  encoding: string | null = null,
  reader: JsonTextReader = new JsonTextReader(),
  onRead: OnRead = () => {},
): AsyncGenerator<JsonValue> {
  const areLines = (): boolean => reader.layout === 'lines';
  try {
    for await (const batch of readBatches(path, { encoding, onRead, areLines }))
      yield* typeof batch === 'string' ? reader.push(batch) : reader.pushLines(batch);
    yield* reader.end();
  } catch (error) {
    throw withPath(error, path);
  }
}

/** The text of a file, a web page too, without a byte order mark. Throws EncodingError. */
export async function readText(path: string): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of readBytes(path)) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes > MAX_TEXT) throw tooLarge(path);
  }
  try {
    return textOf(Buffer.concat(pieces), path);
  } catch (error) {
    throw await guessed(error, path);
  }
}

const tooLarge = (path: string): FileError =>
  new FileError(`${path} is larger than 256 MB.`, 'Split it into smaller files.');

/** As `readText`, at once. */
export function readTextSync(path: string): string {
  try {
    if (statSync(path).size > MAX_TEXT) throw tooLarge(path);
    return textOf(readFileSync(path), path);
  } catch (error) {
    throw namedFault(path, error);
  }
}

/** As `readTextSync`; null where the bytes are no text. */
export function textOrNull(path: string): string | null {
  try {
    return readTextSync(path);
  } catch (error) {
    if (error instanceof EncodingError) return null;
    throw error;
  }
}

function textOf(bytes: Uint8Array, path: string): string {
  const kind = fileKindOf(bytes);
  if (kind !== null && kind.isText !== true) throw new FileKindError(path, kind);
  const decoding = strictDecoding(path, null);
  try {
    return withoutByteOrderMark(decoding.push(bytes) + decoding.end());
  } catch (error) {
    throw withPath(error, path);
  }
}

function strictDecoding(path: string, encoding: string | null): TextDecoding {
  return new TextDecoding({
    encoding,
    onFault(fault) {
      throw faultError(path, encoding, fault);
    },
  });
}

/** A byte of the file that means nothing, as an error. */
function faultError(path: string, encoding: string | null, fault: DecodingFault): EncodingError {
  if (encoding === null) return new NotUtf8Error(path, fault);
  return new EncodingError(`${path} is not ${encoding}: ${describeFault(fault)}.`, 'Name another encoding.');
}

/** A file that was to be UTF-8, and of which nobody has said yet what it is instead. */
class NotUtf8Error extends EncodingError {
  readonly fault: DecodingFault;

  constructor(path: string, fault: DecodingFault) {
    const next = 'Save it as UTF-8; luthier check says what it is instead.';
    super(`${path} is not UTF-8: ${describeFault(fault)}.`, next);
    this.fault = fault;
  }
}

/** With what the file most likely is instead, and how its line then reads; any other error as it is. */
async function guessed(error: unknown, path: string): Promise<unknown> {
  if (!(error instanceof NotUtf8Error)) return error;
  // Loaded at the first file that is no UTF-8: few are.
  const { fileEncoding } = await import('./encoding-guess.ts');
  const guess = await fileEncoding(path).catch(() => null);
  if (guess === null) return error;
  const { what, next } = faultWords(path, error.fault, guess);
  return new EncodingError(
    what,
    next ?? `If that is right, save it as UTF-8: iconv -f ${guess.name} -t utf-8 ${shellWord(path)} > NEW`,
  );
}

/** What is said of a text, said of its file; `named` is the path for people, where that is another. */
export function withPath(error: unknown, path: string, named = path): unknown {
  if (!(error instanceof FileError)) return namedFault(named, error);
  const isNamed = error.message.startsWith(path);
  if (isNamed && named === path) return error;
  const message = isNamed ? `${named}${error.message.slice(path.length)}` : `${named}: ${error.message}`;
  return error instanceof EncodingError ? new EncodingError(message, error.next) : new FileError(message, error.next);
}
